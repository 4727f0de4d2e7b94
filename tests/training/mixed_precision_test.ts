import { backend } from "../backend.ts";
import { assert } from "@std/assert";
import { capture } from "../../lib/backend/capture.ts";
import { disposeTree } from "../../lib/backend/tensor_tree.ts";
import type { tf } from "../../lib/backend/tf.ts";
import { syntheticDataset } from "../../lib/data/synthetic_dataset.ts";
import { randomSplit } from "../../lib/data/split.ts";
import { forward, lesionProbability } from "../../lib/model/unet.ts";
import { unetLayers } from "../../lib/model/unet_layers.ts";
import { initializeWeights } from "../../lib/model/unet_weights.ts";
import { defineExperiment } from "../../lib/training/experiment.ts";
import { batchTensors } from "../../lib/training/inference.ts";
import { train } from "../../lib/training/train.ts";

// On a processor without bfloat16 TensorFlow leaves the graph as it is, and both tests hold as well.
const ignore = backend.name !== "tensorflow";

Deno.test("probabilities stay float32 where the network is captured in bfloat16", { ignore }, () => {
  const layers = unetLayers({ baseWidth: 8, depth: 2 });
  const weights = initializeWeights({ baseWidth: 8, depth: 2 }, 1);
  const predict = capture(
    (image: tf.Tensor4D) => lesionProbability(forward(layers, weights, image, { batchNorm: "running" })),
    { precision: "bfloat16" },
  );
  const { image } = batchTensors(syntheticDataset({ count: 2, size: 32, seed: 1 }), [0, 1]);
  const bits = new Uint32Array((predict(image).dataSync() as Float32Array).slice().buffer);
  const short = bits.filter((value) => (value & 0xffff) === 0).length;
  assert(short < 0.01 * bits.length, `${short} of ${bits.length} probabilities have 16 bits only`);
});

Deno.test(
  "a training in bfloat16 reaches a validation Dice within the spread of float32's seeds",
  { ignore },
  async () => {
    const dataset = syntheticDataset({ count: 80, size: 32, seed: 2 });
    const split = randomSplit(dataset, { seed: 0, fractions: { train: 0.6, validation: 0.3, test: 0.1 } });
    const bestDice = async (seed: number, precision: "float32" | "bfloat16") => {
      const training = train(
        dataset,
        split,
        defineExperiment({
          dataset: "synthetic",
          imageCount: 80,
          imageSize: 32,
          baseWidth: 8,
          depth: 3,
          epochs: 10,
          batchSize: 8,
          seed,
          precision,
        }),
      );
      let next = await training.next();
      while (!next.done) next = await training.next();
      const { best, last, progress } = next.value;
      disposeTree([best, last]);
      return progress.bestDice;
    };
    const float32 = [await bestDice(1, "float32"), await bestDice(2, "float32"), await bestDice(3, "float32")];
    const [lowest, highest] = [Math.min(...float32), Math.max(...float32)];
    const bfloat16 = await bestDice(1, "bfloat16");
    const spread = highest - lowest;
    assert(
      bfloat16 >= lowest - spread && bfloat16 <= highest + spread,
      `bfloat16 ${bfloat16.toFixed(3)}, float32 ${float32.map((dice) => dice.toFixed(3))}`,
    );
  },
);
