/**
 * The U-Net's layers as data: what the weights, the forward pass and the table of the architecture are made from.
 *
 * @module
 */

/** Size of a U-Net. The defaults are the thesis' (Table 1). */
export interface UNetOptions {
  /** Channels of the first block; each level has twice as many as the one above, the last as many as the one above. */
  readonly baseWidth?: number;
  /** Number of poolings. */
  readonly depth?: number;
  /** Channels of the image. */
  readonly inputChannels?: number;
  /** Classes of the output, background first. */
  readonly classes?: number;
}

/** A block (3×3 convolution without bias, batch norm, ReLU) × 2, at one level of the U. */
export interface DoubleConvLayer {
  /** `inc`, `down1`…, `up1`…; the weights' names begin with it. */
  readonly name: string;
  /** Which half of the U it stands in. */
  readonly part: "encoder" | "decoder";
  /** 0 at the image's size, 1 at half of it, and so on. */
  readonly level: number;
  /** Channels that come in, those of the skip connection included. */
  readonly inputChannels: number;
  /** Channels between the two convolutions. */
  readonly innerChannels: number;
  /** Channels that go out. */
  readonly outputChannels: number;
}

/** The whole network: the blocks in the order in which an image walks through them, and the 1×1 convolution at its end. */
export interface UNetLayers {
  /** Number of poolings. */
  readonly depth: number;
  /** Blocks of the encoder, finest first. */
  readonly encoder: readonly DoubleConvLayer[];
  /** Blocks of the decoder, coarsest first. */
  readonly decoder: readonly DoubleConvLayer[];
  /** The 1×1 convolution at the end. */
  readonly output: { readonly name: string; readonly inputChannels: number; readonly outputChannels: number };
}

/**
 * The layers of a U-Net (Ronneberger et al., 2015) in the thesis' form: bilinear upsampling, and decoder blocks whose
 * inner width is half of their input's.
 *
 * @throws {RangeError} When an option is no positive integer.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const { encoder, decoder } = unetLayers();
 * assertEquals(encoder.map((layer) => layer.outputChannels), [64, 128, 256, 512, 512]);
 * assertEquals(decoder.map((layer) => layer.outputChannels), [256, 128, 64, 64]);
 * ```
 */
export function unetLayers(options: UNetOptions = {}): UNetLayers {
  const { baseWidth = 64, depth = 4, inputChannels = 3, classes = 2 } = options;
  for (const [name, value] of Object.entries({ baseWidth, depth, inputChannels, classes })) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(`Cannot lay out a U-Net: ${name} must be a positive integer, found ${value}.`);
    }
  }
  const widths = Array.from({ length: depth + 1 }, (_, level) => baseWidth * 2 ** Math.min(level, depth - 1));
  const encoder = widths.map((width, level): DoubleConvLayer => ({
    name: level === 0 ? "inc" : `down${level}`,
    part: "encoder",
    level,
    inputChannels: level === 0 ? inputChannels : widths[level - 1],
    innerChannels: width,
    outputChannels: width,
  }));
  const decoder: DoubleConvLayer[] = [];
  for (let step = 1, below = widths[depth]; step <= depth; step++) {
    const level = depth - step;
    const joined = below + widths[level];
    const outputChannels = level === 0 ? baseWidth : Math.max(1, widths[level] / 2);
    const innerChannels = Math.floor(joined / 2);
    decoder.push({ name: `up${step}`, part: "decoder", level, inputChannels: joined, innerChannels, outputChannels });
    below = outputChannels;
  }
  return { depth, encoder, decoder, output: { name: "outc", inputChannels: baseWidth, outputChannels: classes } };
}

/** A row of the architecture's table (Table 1). */
export interface UNetTableRow {
  /** Name of the layer and what it does. */
  readonly layer: string;
  /** Height × width × channels. */
  readonly outputSize: string;
  /** Number of trainable parameters. */
  readonly parameters: number;
}

/** The architecture as a table: every layer's output size for images of `size` × `size`, and its trainable parameters. */
export function unetTable(options: UNetOptions = {}, size = 224): UNetTableRow[] {
  const layers = unetLayers(options);
  const input = { layer: "Input", outputSize: `${size} × ${size} × ${layers.encoder[0].inputChannels}`, parameters: 0 };
  const blocks = [...layers.encoder, ...layers.decoder].map((layer) => {
    const side = Math.floor(size / 2 ** layer.level);
    const before = layer.part === "decoder" ? "Upsample + " : layer.level > 0 ? "MaxPool + " : "";
    const { inputChannels, innerChannels, outputChannels } = layer;
    return {
      layer: `${layer.name} (${before}DoubleConv)`,
      outputSize: `${side} × ${side} × ${outputChannels}`,
      parameters: innerChannels * (9 * inputChannels + 2) + outputChannels * (9 * innerChannels + 2),
    };
  });
  const { name, inputChannels, outputChannels } = layers.output;
  const output = {
    layer: `${name} (Conv2d)`,
    outputSize: `${size} × ${size} × ${outputChannels}`,
    parameters: outputChannels * (inputChannels + 1),
  };
  return [input, ...blocks, output];
}
