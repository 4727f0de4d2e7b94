/**
 * Bilinear resizing with aligned corners.
 *
 * @module
 */
import { nodeBackend } from "./tensorflow/node_backend.ts";
import { tf } from "./tf.ts";

/**
 * Resizes images bilinearly so that corner pixels keep their values, as `Upsample(align_corners=True)` does in PyTorch.
 *
 * On TensorFlow one operation computes it and one its gradient. tfjs' own gradient of it is wrong for batches of more than
 * one image (4.22), so elsewhere the gradient is written as what it is: resizing is a product with a small matrix for each
 * axis, and its gradient one with their transposes.
 *
 * @param x `[batch, height, width, channels]`
 * @param size New height and width, pixels, each at least 1.
 */
export function resizeBilinear(x: tf.Tensor4D, [height, width]: readonly [number, number]): tf.Tensor4D {
  if (nodeBackend()) return tf.image.resizeBilinear(x, [height, width], true);
  const { shape } = x;
  return tf.customGrad((x) => ({
    value: tf.image.resizeBilinear(x as tf.Tensor4D, [height, width], true),
    gradFunc: (dy: tf.Tensor) => spreadBack(dy as tf.Tensor4D, shape),
  }))(x) as tf.Tensor4D;
}

/** ∂L/∂x from ∂L/∂y: every new pixel's share goes back to the old ones that it was mixed from. */
function spreadBack(dy: tf.Tensor4D, shape: tf.Tensor4D["shape"]): tf.Tensor4D {
  const [batch, height, width, channels] = dy.shape;
  const [, fromHeight, fromWidth] = shape;
  const rows = tf.matMul(
    tf.tile(interpolation(fromHeight, height), [batch, 1, 1]),
    tf.reshape(dy, [batch, height, width * channels]),
    true,
  );
  const columns = tf.matMul(
    tf.tile(interpolation(fromWidth, width), [batch * fromHeight, 1, 1]),
    tf.reshape(rows, [batch * fromHeight, width, channels]),
    true,
  );
  return tf.reshape(columns, shape);
}

/**
 * Weights of `from` old positions in each of `to` new ones, corners aligned: `[to, from]` flat, at most two of a row are
 * not 0.
 */
export function interpolationWeights(from: number, to: number): Float32Array {
  const weights = new Float32Array(to * from);
  const step = to > 1 ? (from - 1) / (to - 1) : 0;
  for (let position = 0; position < to; position++) {
    const source = position * step;
    const below = Math.min(Math.floor(source), from - 1);
    const share = source - below;
    weights[position * from + below] += 1 - share;
    if (share > 0) weights[position * from + below + 1] += share;
  }
  return weights;
}

function interpolation(from: number, to: number): tf.Tensor3D {
  return tf.tensor3d(interpolationWeights(from, to), [1, to, from]);
}
