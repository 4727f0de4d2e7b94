/**
 * A U-Net's weights as a safetensors file that is also a PyTorch state dict.
 *
 * @module
 */
import { tf } from "../backend/tf.ts";
import { decodeSafetensors, encodeSafetensors, type SafetensorsMetadata } from "./safetensors.ts";
import { fromStateDictName, type StateDictNames, toStateDictName } from "./state_dict_names.ts";
import { unetLayers, type UNetOptions } from "./unet_layers.ts";
import { type NamedTensors, type UNetWeights, type UNetWeightShapes, unetWeightShapes } from "./unet_weights.ts";

/** Options of {@linkcode saveUNetWeights}. */
export interface SaveUNetWeightsOptions {
  /** What the tensors are called. Default `"named"`. */
  readonly names?: StateDictNames;
  /** Text beside the tensors. */
  readonly metadata?: SafetensorsMetadata;
}

/** What a file of weights holds. */
export interface LoadedUNet {
  /** Size of the network, read from the tensors' names and shapes. */
  readonly options: Required<UNetOptions>;
  /** The caller disposes them. */
  readonly weights: UNetWeights;
  /** Text beside the tensors. */
  readonly metadata: SafetensorsMetadata;
}

/** Kernels are `[height, width, in, out]` here and `[out, in, height, width]` in the file. */
const TO_FILE = [3, 2, 0, 1];
const FROM_FILE = [2, 3, 1, 0];
/** PyTorch's mark, which Hugging Face's loaders ask for. */
const PYTORCH_FORMAT = "pt";

/**
 * Makes the bytes of a safetensors file that `load_state_dict` of a PyTorch U-Net takes as it is.
 *
 * Kernels are turned to PyTorch's `[out, in, height, width]`. Batch norm's `num_batches_tracked` is left out: it is not
 * known, nothing is computed from it, and PyTorch sets it to 0 where a state dict has none.
 *
 * @param weights They stay.
 *
 * @example Weights go to a file and come back
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { initializeWeights } from "./unet_weights.ts";
 * const weights = initializeWeights({ baseWidth: 2, depth: 1 }, 0);
 * const bytes = await saveUNetWeights(weights);
 * const { options, weights: loaded } = loadUNetWeights(bytes);
 * assertEquals(options, { baseWidth: 2, depth: 1, inputChannels: 3, classes: 2 });
 * assertEquals(loaded.trainable["inc.conv1.weight"].dataSync(), weights.trainable["inc.conv1.weight"].dataSync());
 * ```
 */
export async function saveUNetWeights(
  { trainable, statistics }: UNetWeights,
  { names = "named", metadata = {} }: SaveUNetWeightsOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const turned = tf.tidy(() =>
    Object.fromEntries(
      Object.entries({ ...trainable, ...statistics }).map(([name, tensor]) => [
        toStateDictName(name, names),
        tensor.rank === 4 ? tf.transpose(tensor, TO_FILE) : tf.clone(tensor),
      ]),
    )
  );
  try {
    return await encodeSafetensors(turned, { format: PYTORCH_FORMAT, ...metadata });
  } finally {
    tf.dispose(turned);
  }
}

/**
 * Loads the weights of a U-Net of the thesis' form from a safetensors file: one of ours, or a PyTorch state dict with the
 * names of either kind of {@linkcode StateDictNames}.
 *
 * @param bytes The file.
 * @param expected What the network's size must be; by default whatever the file holds.
 * @throws {Error} When the bytes are no such file, or the tensors are not those of such a network. The message names
 *   every tensor that is missing, unexpected or of another shape (shapes are the file's), or the first one with a value
 *   that can't be a weight.
 */
export function loadUNetWeights(bytes: Uint8Array<ArrayBuffer>, expected: UNetOptions = {}): LoadedUNet {
  const { tensors, metadata } = decodeSafetensors(bytes, {
    skip: (name) => name.endsWith(".num_batches_tracked"),
    fault: weightFault,
  });
  const ours = tf.tidy(() => inOurLayout(tensors));
  tf.dispose(tensors);
  try {
    const options: Required<UNetOptions> = { ...sizeOf(ours), ...sizeFrom(expected) };
    const shapes = unetWeightShapes(unetLayers(options));
    const faults = faultsOf(ours, shapes);
    if (faults.length > 0) throw new Error(`Cannot load U-Net weights: ${faults.join("; ")}.`);
    const pick = (group: UNetWeightShapes[keyof UNetWeightShapes]): NamedTensors =>
      Object.fromEntries(Object.keys(group).map((name) => [name, ours[name]]));
    return { options, weights: { trainable: pick(shapes.trainable), statistics: pick(shapes.statistics) }, metadata };
  } catch (error) {
    tf.dispose(ours);
    throw error;
  }
}

/** With such a value a network gives no probability, or only the same one. */
function weightFault(name: string, values: Float32Array): string | undefined {
  const isVariance = name.endsWith(".running_var");
  const wrong = values.findIndex((value) => !Number.isFinite(value) || (isVariance && value < 0));
  if (wrong < 0) return undefined;
  return `has ${values[wrong]} at position ${wrong}, expected ${isVariance ? "variances from 0" : "finite numbers"}`;
}

/** Tensors with our names and our order of a kernel's axes. */
function inOurLayout(tensors: NamedTensors): NamedTensors {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [
      fromStateDictName(name),
      tensor.rank === 4 ? tf.transpose(tensor, FROM_FILE) : tf.clone(tensor),
    ]),
  );
}

/** Size of the network that tensors belong to. */
function sizeOf(tensors: NamedTensors): Required<UNetOptions> {
  const names = Object.keys(tensors);
  const depth = new Set(names.flatMap((name) => name.match(/^down\d+\./) ?? [])).size;
  const [first, last] = [tensors["inc.conv1.weight"], tensors["outc.weight"]];
  if (first?.rank !== 4 || last?.rank !== 4 || depth === 0) {
    const found = names.length === 0 ? "no tensor" : `${names.slice(0, 3).map((name) => `"${name}"`).join(", ")}, …`;
    throw new Error(
      'Cannot load U-Net weights: expected kernels named "inc.conv1.weight", "down1.conv1.weight" and "outc.weight" ' +
        `(or as milesial/Pytorch-UNet names them), found ${found}.`,
    );
  }
  const [, , inputChannels, baseWidth] = first.shape as number[];
  return { baseWidth, depth, inputChannels, classes: (last.shape as number[])[3] };
}

/** What is given of a size, and nothing else. */
function sizeFrom({ baseWidth, depth, inputChannels, classes }: UNetOptions): UNetOptions {
  const given = Object.entries({ baseWidth, depth, inputChannels, classes }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given);
}

/** What is missing, unexpected or of another shape, each as a part of a sentence. */
function faultsOf(tensors: NamedTensors, { trainable, statistics }: UNetWeightShapes): string[] {
  const expected: Record<string, readonly number[]> = { ...trainable, ...statistics };
  const missing = Object.keys(expected).filter((name) => !(name in tensors));
  const unexpected = Object.keys(tensors).filter((name) => !(name in expected));
  const misshapen = Object.entries(tensors).flatMap(([name, { shape }]) =>
    name in expected && `${shape}` !== `${expected[name]}`
      ? [`${name} is ${shapeInFile(shape)}, expected ${shapeInFile(expected[name])}`]
      : []
  );
  return [
    ...(missing.length > 0 ? [`missing ${missing.join(", ")}`] : []),
    ...(unexpected.length > 0 ? [`unexpected ${unexpected.join(", ")}`] : []),
    ...misshapen,
  ];
}

function shapeInFile(shape: readonly number[]): string {
  return `[${(shape.length === 4 ? TO_FILE.map((axis) => shape[axis]) : shape).join(", ")}]`;
}
