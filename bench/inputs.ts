/**
 * The numbers that both sides compute with: synthetic images and masks, epsilons and weights, in one safetensors file.
 *
 * @module
 */
import { tf } from "../lib/backend/tf.ts";
import { disposeTree } from "../lib/backend/tensor_tree.ts";
import { type SegmentationDataset, segmentationDataset } from "../lib/data/segmentation_dataset.ts";
import { syntheticDataset } from "../lib/data/synthetic_dataset.ts";
import { decodeSafetensors, encodeSafetensors } from "../lib/model/safetensors.ts";
import { initializeWeights, type NamedTensors, type UNetWeights } from "../lib/model/unet_weights.ts";

/** Seed of images and weights. */
const SEED = 1;
/** Epsilons of the images, in turn: all that the controller gives lie in [0, 0.5]. */
const EPSILONS = [0, 0.125, 0.25, 0.5];
/** What the weights' names begin with in the file. */
const WEIGHTS = "weights.";

/** What a worker computes with. */
export interface Inputs {
  readonly dataset: SegmentationDataset;
  /** ε of every image. */
  readonly epsilon: readonly number[];
  readonly weights: UNetWeights;
}

/** The size of what is written. */
export interface InputsSize {
  readonly baseWidth: number;
  readonly imageSize: number;
  readonly images: number;
}

/** Writes images `[count, size, size, 3]` in [0, 1], masks `[count, size, size]`, epsilons `[count]` and weights. */
export async function writeInputs(
  path: string,
  { baseWidth, imageSize: size, images: count }: InputsSize,
): Promise<void> {
  const { images, masks } = syntheticDataset({ count, size, seed: SEED });
  const weights = initializeWeights({ baseWidth }, SEED);
  const named = Object.entries({ ...weights.trainable, ...weights.statistics });
  const tensors: NamedTensors = {
    images: tf.tensor(Float32Array.from(images, (value) => value / 255), [count, size, size, 3]),
    masks: tf.tensor(Float32Array.from(masks), [count, size, size]),
    epsilon: tf.tensor1d(Array.from({ length: count }, (_, image) => EPSILONS[image % EPSILONS.length])),
    ...Object.fromEntries(named.map(([name, tensor]) => [WEIGHTS + name, tensor])),
  };
  await Deno.writeFile(path, await encodeSafetensors(tensors));
  disposeTree(tensors);
}

/** Reads what {@linkcode writeInputs} wrote. */
export async function readInputs(path: string): Promise<Inputs> {
  const { tensors } = decodeSafetensors(await Deno.readFile(path));
  const { images, masks, epsilon, ...named } = tensors;
  const [count, size] = images.shape;
  const dataset = segmentationDataset({
    name: "synthetic",
    size,
    ids: Array.from({ length: count }, (_, image) => String(image)),
    images: Uint8Array.from(await images.data(), (value) => Math.round(255 * value)),
    masks: Uint8Array.from(await masks.data()),
  });
  const trainable: NamedTensors = {}, statistics: NamedTensors = {};
  for (const [prefixed, tensor] of Object.entries(named)) {
    const name = prefixed.slice(WEIGHTS.length);
    (/\.running_(mean|var)$/.test(name) ? statistics : trainable)[name] = tensor;
  }
  const inputs = { dataset, epsilon: [...await epsilon.data()], weights: { trainable, statistics } };
  tf.dispose([images, masks, epsilon]);
  return inputs;
}
