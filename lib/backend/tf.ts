/**
 * The one tfjs namespace that the library computes with. Everything imports it from here, so that tensors, backends and
 * kernels always belong to the same instance.
 *
 * @module
 */
import tf from "@tensorflow/tfjs";

export { tf };
