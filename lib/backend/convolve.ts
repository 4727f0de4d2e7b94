/**
 * The 3×3 convolution of the network's blocks.
 *
 * @module
 */
import { nodeBackend } from "./tensorflow/node_backend.ts";
import { tf } from "./tf.ts";

/** How the gradient with respect to the kernel is computed. */
export type KernelGradient = "convolution" | "products";

/**
 * Fewest channels on both sides with which products are faster. Measured with oneDNN 3.7 and AVX2: with 16 channels 0.5 to
 * 0.8 times as fast, with 32 channels 1.1 to 1.4, with 64 and more 1.2 to 4.7 times.
 */
const FEWEST_CHANNELS = 32;

/**
 * A convolution with stride 1 and zeros around the image, as `tf.conv2d(x, kernel, 1, "same")`.
 *
 * oneDNN computes the gradient with respect to a kernel with many channels slowly on processors without AVX-512; there it
 * is computed as three matrix products instead, which sum in another order.
 *
 * @param x `[batch, height, width, in]`
 * @param kernel `[3, 3, in, out]`
 * @param kernelGradient How its gradient is computed; by default what is faster.
 * @returns `[batch, height, width, out]`
 */
export function convolve(x: tf.Tensor4D, kernel: tf.Tensor4D, kernelGradient = fasterFor(kernel)): tf.Tensor4D {
  if (kernelGradient === "convolution") return tf.conv2d(x, kernel, 1, "same");
  return tf.customGrad((...inputs) => {
    const save = inputs.pop() as unknown as (tensors: tf.Tensor[]) => void;
    const [x, kernel] = inputs as tf.Tensor4D[];
    save([x, kernel]);
    const gradFunc = (dy: tf.Tensor, [x, kernel]: tf.Tensor[]) => [
      tf.conv2dTranspose(dy as tf.Tensor4D, kernel as tf.Tensor4D, (x as tf.Tensor4D).shape, 1, "same"),
      kernelGradientByProducts(x as tf.Tensor4D, dy as tf.Tensor4D),
    ];
    return { value: tf.conv2d(x, kernel, 1, "same"), gradFunc };
  })(x, kernel) as tf.Tensor4D;
}

/**
 * ∂L/∂kernel[i, j] = Σ_p x[p + (i − 1, j − 1)]ᵀ · dy[p], over the pixels p of all images. The three shifts of dy in width
 * lie beside each other as channels, so that one product for each shift of x in height gives three entries of the kernel.
 *
 * @param x `[batch, height, width, in]`
 * @param dy ∂L/∂y, `[batch, height, width, out]`
 * @returns `[3, 3, in, out]`
 */
function kernelGradientByProducts(x: tf.Tensor4D, dy: tf.Tensor4D): tf.Tensor4D {
  const [batch, height, width, input] = x.shape;
  const output = dy.shape[3];
  const padded = tf.pad(x, [[0, 0], [1, 1], [0, 0], [0, 0]]);
  const paddedDy = tf.pad(dy, [[0, 0], [0, 0], [1, 1], [0, 0]]);
  const shifted = [2, 1, 0].map((j) => tf.slice(paddedDy, [0, 0, j, 0], [batch, height, width, output]));
  const columns = tf.reshape(tf.concat(shifted, 3), [-1, 3 * output]);
  const rows = [0, 1, 2].map((i) => {
    const pixels = tf.reshape(tf.slice(padded, [0, i, 0, 0], [batch, height, width, input]), [-1, input]);
    return tf.matMul(pixels, columns, true); // [in, 3 · out]
  });
  return tf.transpose(tf.reshape(tf.stack(rows), [3, input, 3, output]), [0, 2, 1, 3]);
}

function fasterFor(kernel: tf.Tensor4D): KernelGradient {
  const [height, width, input, output] = kernel.shape;
  const isLarge = height === 3 && width === 3 && Math.min(input, output) >= FEWEST_CHANNELS;
  return isLarge && nodeBackend()?.binding.isUsingAvx2Processor() ? "products" : "convolution";
}
