/**
 * How much arithmetic a piece of work needs: multiply-accumulate operations of the U-Net's convolutions.
 *
 * @module
 */
import { type DoubleConvLayer, unetLayers } from "../lib/model/unet_layers.ts";
import type { WorkSettings } from "./messages.ts";

/** Multiply-accumulates of one image through the network, by what a pass of MC Dropout shares with the others. */
export interface ImageArithmetic {
  /** The encoder, and every decoder block's first convolution over the skip connection. */
  readonly shared: number;
  /** The rest: what depends on the dropout masks. */
  readonly pass: number;
  /** The first convolution; it has no gradient towards its input, the image. */
  readonly first: number;
}

/** Weights of a 3×3 kernel, one channel to one. */
const KERNEL = 9;

/** Counts the convolutions of one image. */
export function imageArithmetic(baseWidth: number, imageSize: number): ImageArithmetic {
  const { encoder, decoder, output } = unetLayers({ baseWidth });
  const pixels = (level: number) => (imageSize / 2 ** level) ** 2;
  const block = ({ inputChannels, innerChannels, outputChannels, level }: DoubleConvLayer) =>
    KERNEL * pixels(level) * innerChannels * (inputChannels + outputChannels);
  const skip = ({ innerChannels, level }: DoubleConvLayer) =>
    KERNEL * pixels(level) * innerChannels * encoder[level].outputChannels;
  const skips = sum(decoder.map(skip));
  const { inputChannels, innerChannels } = encoder[0];
  return {
    shared: sum(encoder.map(block)) + skips,
    pass: sum(decoder.map(block)) - skips + pixels(0) * output.inputChannels * output.outputChannels,
    first: KERNEL * pixels(0) * inputChannels * innerChannels,
  };
}

/**
 * Multiply-accumulates that a piece of work takes. A training step: forward, and twice as much backward except for the
 * image's own gradient. MC Dropout: N whole passes, or only what differs between them N times.
 */
export function workArithmetic(settings: WorkSettings, sharing: boolean): number {
  const { work, baseWidth, imageSize, batch, images, passes } = settings;
  const { shared, pass, first } = imageArithmetic(baseWidth, imageSize);
  if (work === "train") return batch * (3 * (shared + pass) - first);
  return images * (sharing ? shared + passes * pass : passes * (shared + pass));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
