/**
 * A LayersModel of anyone's as what the losses, MC Dropout and the controller work with.
 *
 * @module
 */
import { tf } from "../backend/tf.ts";
import { deriveSeed } from "../random/random_stream.ts";

/**
 * A segmentation network as a function: images `[batch, height, width, channels]` to ŷ, `[batch, height, width]`. Without
 * a seed nothing is dropped; a seed stands for dropout masks: equal ones for equal seeds.
 */
export type ProbabilityFunction = (image: tf.Tensor4D, dropoutSeed?: number) => tf.Tensor3D;

/**
 * ŷ of a LayersModel, deterministic or as a pass of MC Dropout (eq. 6): with a seed its Dropout layers drop, and all
 * others are in inference, batch norm too.
 *
 * In training, where batch norm takes the batch's own statistics, call the model itself with `{ training: true }` and give
 * the result to {@linkcode lesionChannel}.
 *
 * @param model Its output is `[batch, height, width]`, `[batch, height, width, 1]` (a sigmoid's) or
 *   `[batch, height, width, 2]` (a softmax's, the object second).
 * @throws {Error} The function, when it gets a seed and the model has no layer that drops.
 *
 * @example
 * ```ts
 * import { assertEquals, assertNotEquals } from "@std/assert";
 * import { tf } from "../backend/tf.ts";
 * const model = tf.sequential({
 *   layers: [
 *     tf.layers.dropout({ rate: 0.5, inputShape: [4, 4, 3] }),
 *     tf.layers.conv2d({ filters: 1, kernelSize: 1, activation: "sigmoid" }),
 *   ],
 * });
 * const probability = layersModelProbability(model);
 * const image = tf.ones<tf.Rank.R4>([2, 4, 4, 3]);
 * assertEquals(probability(image, 7).arraySync(), probability(image, 7).arraySync());
 * assertNotEquals(probability(image, 7).arraySync(), probability(image, 8).arraySync());
 * ```
 */
export function layersModelProbability(model: tf.LayersModel): ProbabilityFunction {
  const dropouts = leaves(model.layers).filter(isDropout);
  return (image, dropoutSeed) =>
    tf.tidy(() => {
      const run = () => lesionChannel(model.apply(image, { training: false }) as tf.Tensor);
      return dropoutSeed === undefined ? run() : whileDropping(model.name, dropouts, dropoutSeed, run);
    });
}

/**
 * The object's probability in a model's output.
 *
 * @param output `[batch, height, width]`, `[batch, height, width, 1]`, or `[batch, height, width, 2]` with the object second
 * @returns `[batch, height, width]`
 * @throws {RangeError} When it has another shape.
 */
export function lesionChannel(output: tf.Tensor): tf.Tensor3D {
  if (output.rank === 3) return output as tf.Tensor3D;
  const channels = output.shape[3];
  if (output.rank === 4 && channels === 1) return tf.squeeze(output, [3]);
  if (output.rank === 4 && channels === 2) return tf.unstack(output, 3)[1] as tf.Tensor3D;
  throw new RangeError(
    "Cannot take probabilities from the model: expected an output of [batch, height, width], with 1 or 2 channels " +
      `or none, found [${output.shape.join(", ")}].`,
  );
}

/** The part of tfjs' Dropout layers that has to be set for one pass; tfjs declares `seed` read-only. */
interface DropoutLayer extends tf.layers.Layer {
  readonly rate: number;
  seed: number | undefined;
}

/** Runs a function in which the dropout layers drop with masks of the seed, each with its own. */
function whileDropping<T>(name: string, dropouts: readonly DropoutLayer[], seed: number, run: () => T): T {
  if (dropouts.length === 0) {
    throw new Error(`Cannot run MC Dropout with model "${name}": none of its layers is a Dropout of a rate above 0.`);
  }
  const seeds = dropouts.map((layer) => layer.seed);
  try {
    for (const layer of dropouts) {
      const { call } = layer;
      layer.seed = deriveSeed(seed, "dropout", layer.name);
      layer.call = (inputs, kwargs) => call.call(layer, inputs, { ...kwargs, training: true });
    }
    return run();
  } finally {
    dropouts.forEach((layer, index) => {
      layer.seed = seeds[index];
      delete (layer as Partial<DropoutLayer>).call; // the class' own is there again
    });
  }
}

function isDropout(layer: tf.layers.Layer): layer is DropoutLayer {
  return ["Dropout", "SpatialDropout1D"].includes(layer.getClassName()) && (layer as DropoutLayer).rate > 0;
}

/** All layers, those inside of nested models too. */
function leaves(layers: readonly tf.layers.Layer[]): tf.layers.Layer[] {
  return layers.flatMap((layer) => "layers" in layer ? leaves((layer as tf.LayersModel).layers) : [layer]);
}
