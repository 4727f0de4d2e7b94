/**
 * The augmentation of training images: left-right flip, up-down flip and a change of brightness and contrast, each with
 * probability ½ and drawn for every image.
 *
 * Drawing (plain numbers) and applying (tensor operations) are apart, so that the second can be captured in a graph.
 *
 * @module
 */
import { tf } from "../backend/tf.ts";
import type { RandomStream } from "../random/random_stream.ts";

/** How far brightness and contrast change: both are drawn from ±0.2, the default of albumentations' RandomBrightnessContrast. */
const BRIGHTNESS_CONTRAST_RANGE = 0.2;

/** What is done to each image of a batch; every array has one number an image. */
export interface Augmentation {
  /** 1: mirrored left to right; 0: as it is. */
  readonly flipLeftRight: readonly number[];
  /** 1: mirrored top to bottom; 0: as it is. */
  readonly flipUpDown: readonly number[];
  /** Factor on the values, in [0.8, 1.2]; 1 leaves them. */
  readonly contrast: readonly number[];
  /** Added after the factor, in [−0.2, 0.2] of white; 0 leaves them. */
  readonly brightness: readonly number[];
}

/** An augmentation as tensors of shape [batch], float32, such as a captured function takes. */
export type AugmentationTensors = { readonly [name in keyof Augmentation]: tf.Tensor1D };

/** Draws the augmentation of `count` images; brightness and contrast change together or not at all. */
export function drawAugmentation(count: number, stream: RandomStream): Augmentation {
  const flipLeftRight: number[] = [], flipUpDown: number[] = [], contrast: number[] = [], brightness: number[] = [];
  const change = () => BRIGHTNESS_CONTRAST_RANGE * (2 * stream.uniform() - 1);
  for (let image = 0; image < count; image++) {
    flipLeftRight.push(stream.integer(0, 1));
    flipUpDown.push(stream.integer(0, 1));
    const changed = stream.integer(0, 1) === 1;
    contrast.push(changed ? 1 + change() : 1);
    brightness.push(changed ? change() : 0);
  }
  return { flipLeftRight, flipUpDown, contrast, brightness };
}

/** The augmentation as float32 tensors of shape [batch]; the caller disposes of them. */
export function augmentationTensors(augmentation: Augmentation): AugmentationTensors {
  const tensor = (values: readonly number[]) => tf.tensor1d([...values], "float32");
  return {
    flipLeftRight: tensor(augmentation.flipLeftRight),
    flipUpDown: tensor(augmentation.flipUpDown),
    contrast: tensor(augmentation.contrast),
    brightness: tensor(augmentation.brightness),
  };
}

/**
 * Applies an augmentation: mirrors images and masks alike, then image ← clip(contrast · image + brightness, 0, 1).
 *
 * Nothing is read back to the host, so the function can be captured in a graph. Mirroring moves values exactly.
 *
 * @param image [batch, height, width, 3], 0..1.
 * @param mask [batch, height, width], 0 or 1.
 * @param parameters See {@linkcode augmentationTensors}.
 */
export function augment(
  image: tf.Tensor4D,
  mask: tf.Tensor3D,
  parameters: AugmentationTensors,
): { image: tf.Tensor4D; mask: tf.Tensor3D } {
  const [batch] = image.shape;
  const { flipLeftRight, flipUpDown, contrast, brightness } = parameters;
  const perImage = (values: tf.Tensor1D) => tf.reshape(values, [batch, 1, 1, 1]);
  // Image and mask in one tensor are mirrored in one operation and can't come apart.
  const joined = tf.concat([image, tf.expandDims<tf.Tensor4D>(mask, 3)], 3);
  const mirroredSideways = tf.where(tf.greater(perImage(flipLeftRight), 0.5), tf.reverse(joined, 2), joined);
  const mirrored = tf.where(tf.greater(perImage(flipUpDown), 0.5), tf.reverse(mirroredSideways, 1), mirroredSideways);
  const [colour, moved] = tf.split(mirrored, [3, 1], 3) as [tf.Tensor4D, tf.Tensor4D];
  return {
    image: tf.clipByValue(tf.add(tf.mul(colour, perImage(contrast)), perImage(brightness)), 0, 1) as tf.Tensor4D,
    mask: tf.squeeze<tf.Tensor3D>(moved, [3]),
  };
}
