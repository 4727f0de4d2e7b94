/**
 * Weights of a small network that look as if it had been trained: for tests.
 *
 * @module
 */
import { tf } from "../../lib/backend/tf.ts";
import { initializeWeights, type NamedTensors, type UNetWeights } from "../../lib/model/unet_weights.ts";
import { randomStream } from "../../lib/random/random_stream.ts";

/** Size of the network. */
export const NETWORK = { baseWidth: 4, depth: 2 } as const;

/** Weights whose batch norm has seen something: no statistic, scale or offset at its initial value. */
export function usedWeights(): UNetWeights {
  const { trainable, statistics } = initializeWeights(NETWORK, 1);
  const stream = randomStream(1, "used weights");
  const moved = (tensors: NamedTensors, range: (name: string) => [number, number]) =>
    Object.fromEntries(
      Object.entries(tensors).map(([name, tensor]) => {
        if (!name.includes(".bn")) return [name, tensor];
        const [from, to] = range(name);
        return [name, tf.tensor1d(Array.from({ length: tensor.size }, () => from + (to - from) * stream.uniform()))];
      }),
    );
  return {
    trainable: moved(trainable, (name) => name.endsWith("weight") ? [0.5, 1.5] : [-0.3, 0.3]),
    statistics: moved(statistics, (name) => name.endsWith("var") ? [0.02, 0.2] : [-0.2, 0.2]),
  };
}
