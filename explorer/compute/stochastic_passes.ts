/**
 * MC Dropout one pass at a time, so that a page can show how the uncertainty map comes about.
 *
 * @module
 */
import { seedTensor } from "../../lib/backend/stateless_uniform.ts";
import { tf } from "../../lib/backend/tf.ts";
import { type MaskSource, prepareStochasticDecoder } from "../../lib/model/stochastic_decoder.ts";
import { deriveSeed } from "../../lib/random/random_stream.ts";
import { binaryEntropy } from "../../lib/uncertainty/entropy.ts";
import type { Network, Segmentation } from "./network.ts";

/** How the passes are made. */
export interface PassOptions {
  /** N */
  readonly passes: number;
  /** p */
  readonly rate: number;
  /** The masks of pass n come from this seed and n. */
  readonly seed: number;
  /** Where the masks come from; by default the backend's own generator. */
  readonly drawMask?: MaskSource;
}

/** What the first n passes tell. */
export interface PassResult {
  /** n, from 1 */
  readonly pass: number;
  /** ŷ of this pass, `[size · size]` */
  readonly probability: Float32Array;
  /** I of the passes so far (eq. 7), `[size · size]`, nats */
  readonly information: Float32Array;
}

/**
 * Runs N stochastic passes. The encoder does not run again, nor what else is the same in every pass. I is summed up pass by
 * pass and equals `mutualInformation()` of all passes up to rounding.
 */
export async function* stochasticPasses(
  { layers, weights }: Pick<Network, "layers" | "weights">,
  { features }: Pick<Segmentation, "features">,
  { passes, rate, seed, drawMask }: PassOptions,
): AsyncGenerator<PassResult> {
  const decode = tf.tidy(() => {
    const prepared = prepareStochasticDecoder(layers, weights, features, rate, drawMask);
    prepared.tensors.forEach((tensor) => tf.keep(tensor));
    return prepared as unknown as tf.TensorContainer;
  }) as unknown as ReturnType<typeof prepareStochasticDecoder>;
  // Σ ŷⁿ and Σ H(ŷⁿ) so far, so that a pass costs the same whether it is the second or the fortieth.
  let sums: tf.Tensor3D[] = [];
  try {
    for (let pass = 1; pass <= passes; pass++) {
      const [probability, information, ...added] = tf.tidy(() => {
        const probability = decode(passSeeds(seed, pass));
        const terms = [probability, binaryEntropy(probability)];
        const added = terms.map((term, index) => sums[index] ? tf.add<tf.Tensor3D>(sums[index], term) : tf.clone(term));
        const [sum, entropySum] = added;
        const information = tf.relu(tf.sub(binaryEntropy(tf.div(sum, pass)), tf.div(entropySum, pass)));
        return [probability, information, ...added] as tf.Tensor3D[];
      });
      tf.dispose(sums);
      sums = added;
      const values = await Promise.all([probability.data<"float32">(), information.data<"float32">()]);
      tf.dispose([probability, information]);
      yield { pass, probability: values[0], information: values[1] };
    }
  } finally {
    tf.dispose([sums, [...decode.tensors]]);
  }
}

/** Seeds of the two dropouts of a pass. */
function passSeeds(seed: number, pass: number) {
  const site = (name: string) =>
    seedTensor(deriveSeed(seed, "mc", pass, name, 0), deriveSeed(seed, "mc", pass, name, 1));
  return { encoderSeed: site("encoder"), decoderSeed: site("decoder") };
}
