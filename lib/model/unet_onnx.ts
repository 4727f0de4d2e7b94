/**
 * The U-Net as an ONNX model, for onnxruntime and everything that reads ONNX.
 *
 * @module
 */
import { tf } from "../backend/tf.ts";
import { BATCH_NORM_EPSILON } from "./batch_norm.ts";
import { encodeOnnx, type OnnxConstant, type OnnxNode } from "./onnx_file.ts";
import { type DoubleConvLayer, unetLayers, type UNetOptions } from "./unet_layers.ts";
import type { UNetWeights } from "./unet_weights.ts";

/** Options of {@linkcode unetOnnx}. */
export interface UNetOnnxOptions extends UNetOptions {
  /** Height and width of the images, pixels, both or each; multiples of 2^depth. Absent: any such, at every call. */
  readonly size?: number | readonly [height: number, width: number];
  /** Facts about the model that the file carries. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Version of ONNX' set of operations: the oldest whose softmax is over one axis; every runtime since 2020 has it. */
const OPSET = 13;
/** From TensorFlow's order of a kernel's axes, `[height, width, in, out]`, to ONNX', `[out, in, height, width]`. */
const KERNEL_AXES = [3, 2, 0, 1];

/**
 * Makes an ONNX file that computes what the U-Net computes in evaluation: no dropout, running averages in batch norm.
 *
 * Input `image`: `[batch, channels, height, width]` float32 in [0, 1]. Output `probability`: `[batch, height, width]`, the
 * softmax's channel 1. The batch is as large as the caller wants, and so is the image where no size is given.
 *
 * @param weights They stay.
 * @returns The file's bytes.
 * @throws {RangeError} When the size is no multiple of 2^depth.
 */
export async function unetOnnx(weights: UNetWeights, options: UNetOnnxOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  const layers = unetLayers(options);
  const { size, inputChannels = 3, metadata = {} } = options;
  const imageSize = size === undefined ? ["height", "width"] : typeof size === "number" ? [size, size] : size;
  requireMultiples(imageSize, 2 ** layers.depth);
  const nodes: OnnxNode[] = [];
  const add = (operation: string, inputs: string[], output: string, attributes?: OnnxNode["attributes"]) => {
    nodes.push({ operation, inputs, output, attributes });
    return output;
  };
  const doubleConv = ({ name }: DoubleConvLayer, x: string) => {
    for (const index of [1, 2]) {
      const [conv, norm] = [`${name}.conv${index}`, `${name}.bn${index}`];
      x = add("Conv", [x, `${conv}.weight`], conv, { kernel_shape: [3, 3], pads: [1, 1, 1, 1] });
      const parameters = ["weight", "bias", "running_mean", "running_var"].map((part) => `${norm}.${part}`);
      x = add("BatchNormalization", [x, ...parameters], norm, { epsilon: { float: BATCH_NORM_EPSILON } });
      x = add("Relu", [x], `${name}.relu${index}`);
    }
    return x;
  };

  let x = "image";
  const features = layers.encoder.map((layer) => {
    if (layer.level > 0) x = add("MaxPool", [x], `${layer.name}.pool`, { kernel_shape: [2, 2], strides: [2, 2] });
    return x = doubleConv(layer, x);
  });
  for (const layer of layers.decoder) {
    const resize = { mode: "linear", coordinate_transformation_mode: "align_corners" };
    const raised = add("Resize", [x, "", "scales"], `${layer.name}.raised`, resize);
    x = doubleConv(layer, add("Concat", [features[layer.level], raised], `${layer.name}.join`, { axis: 1 }));
  }
  const { name } = layers.output;
  x = add("Conv", [x, `${name}.weight`, `${name}.bias`], "logits", { kernel_shape: [1, 1] });
  x = add("Softmax", [x], "probabilities", { axis: 1 });
  add("Gather", [x, "lesion"], "probability", { axis: 1 });

  return encodeOnnx({
    name: "unet",
    opset: OPSET,
    nodes,
    constants: [
      { name: "scales", shape: [4], values: Float32Array.of(1, 1, 2, 2) },
      { name: "lesion", shape: [], values: BigInt64Array.of(1n) },
      ...await Promise.all(Object.entries({ ...weights.trainable, ...weights.statistics }).map(constant)),
    ],
    inputs: [{ name: "image", shape: ["batch", inputChannels, ...imageSize] }],
    outputs: [{ name: "probability", shape: ["batch", ...imageSize] }],
    metadata,
  });
}

async function constant([name, tensor]: [string, tf.Tensor]): Promise<OnnxConstant> {
  const ordered = tensor.rank === 4 ? tf.transpose(tensor, KERNEL_AXES) : tensor.clone();
  try {
    return { name, shape: ordered.shape, values: await ordered.data<"float32">() };
  } finally {
    ordered.dispose();
  }
}

function requireMultiples(size: readonly (number | string)[], factor: number): void {
  if (size.every((side) => typeof side === "string" || (side > 0 && side % factor === 0))) return;
  throw new RangeError(
    `Cannot make an ONNX model: height and width must be multiples of ${factor}, found ${size.join(" × ")}.`,
  );
}
