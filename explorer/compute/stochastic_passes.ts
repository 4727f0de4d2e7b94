/**
 * MC Dropout one pass at a time, so that a page can show how the uncertainty map comes about.
 *
 * @module
 */
import { seedTensor } from "../../lib/backend/stateless_uniform.ts";
import { tf } from "../../lib/backend/tf.ts";
import { type MaskSource, prepareStochasticDecoder } from "../../lib/model/stochastic_decoder.ts";
import { deriveSeed } from "../../lib/random/random_stream.ts";
import { imageDifficulty } from "../../lib/uncertainty/image_difficulty.ts";
import { mutualInformation } from "../../lib/uncertainty/mutual_information.ts";
import type { Network } from "./network.ts";
import type { Segmentation } from "./segment_image.ts";

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
  /** D of the passes so far (eq. 8) over each of the lesions, nats */
  readonly difficulties: readonly number[];
}

/**
 * Runs N stochastic passes. The encoder does not run again, nor what else is the same in every pass.
 *
 * @param lesions Where to take the difficulty, `[1, size, size]` each; a lesion without a pixel gives 0
 */
export async function* stochasticPasses(
  { layers, weights }: Pick<Network, "layers" | "weights">,
  { features }: Pick<Segmentation, "features">,
  lesions: readonly tf.Tensor3D[],
  { passes, rate, seed, drawMask }: PassOptions,
): AsyncGenerator<PassResult> {
  const samples: tf.Tensor3D[] = [];
  const decode = tf.tidy(() => {
    const prepared = prepareStochasticDecoder(layers, weights, features, rate, drawMask);
    prepared.tensors.forEach((tensor) => tf.keep(tensor));
    return prepared as unknown as tf.TensorContainer;
  }) as unknown as ReturnType<typeof prepareStochasticDecoder>;
  try {
    for (let pass = 0; pass < passes; pass++) {
      samples.push(tf.tidy(() => decode(passSeeds(seed, pass))));
      const [information, difficulty] = tf.tidy(() => {
        const map = mutualInformation(tf.stack(samples) as tf.Tensor4D);
        return [map, tf.concat([tf.zeros([0]), ...lesions.map((lesion) => imageDifficulty(map, lesion))])];
      });
      const [probabilityValues, informationValues, difficulties] = await Promise.all([
        samples[pass].data<"float32">(),
        information.data<"float32">(),
        difficulty.data<"float32">(),
      ]);
      tf.dispose([information, difficulty]);
      yield {
        pass: pass + 1,
        probability: probabilityValues,
        information: informationValues,
        difficulties: [...difficulties],
      };
    }
  } finally {
    tf.dispose([samples, [...decode.tensors]]);
  }
}

/** Seeds of the two dropouts of a pass. */
function passSeeds(seed: number, pass: number) {
  const site = (name: string) =>
    seedTensor(deriveSeed(seed, "mc", pass, name, 0), deriveSeed(seed, "mc", pass, name, 1));
  return { encoderSeed: site("encoder"), decoderSeed: site("decoder") };
}
