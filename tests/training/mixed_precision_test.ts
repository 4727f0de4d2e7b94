import { backend } from "../backend.ts";
import { assert, assertEquals } from "@std/assert";
import { capture, type Precision } from "../../lib/backend/capture.ts";
import { disposeTree } from "../../lib/backend/tensor_tree.ts";
import { tf } from "../../lib/backend/tf.ts";
import { syntheticDataset } from "../../lib/data/synthetic_dataset.ts";
import { randomSplit } from "../../lib/data/split.ts";
import { forward, lesionProbability } from "../../lib/model/unet.ts";
import { unetLayers } from "../../lib/model/unet_layers.ts";
import { initializeWeights } from "../../lib/model/unet_weights.ts";
import { polyDice1Loss } from "../../lib/loss/polydice_loss.ts";
import { initializeAdam } from "../../lib/training/adam.ts";
import { defineExperiment } from "../../lib/experiment/experiment.ts";
import { imageBatch } from "../../lib/data/batches.ts";
import { dropoutSeeds } from "../../lib/model/dropout.ts";
import { train } from "../../lib/training/train.ts";
import { createTrainStep } from "../../lib/training/train_step.ts";

// Where the device has no instructions for a precision TensorFlow leaves the graph as it is, and the tests hold as well.
const PRECISIONS = ["bfloat16", "float16"] as const;
const ignore = backend.name !== "tensorflow";

for (const precision of PRECISIONS) {
  Deno.test(`probabilities stay float32 where the network is captured in ${precision}`, { ignore }, () => {
    const layers = unetLayers({ baseWidth: 8, depth: 2 });
    const weights = initializeWeights({ baseWidth: 8, depth: 2 }, 1);
    const predict = capture(
      (image: tf.Tensor4D) => lesionProbability(forward(layers, weights, image, { batchNorm: "running" })),
      { precision },
    );
    const { image } = imageBatch(syntheticDataset({ count: 2, size: 32, seed: 1 }), [0, 1]);
    const bits = new Uint32Array((predict(image).dataSync() as Float32Array).slice().buffer);
    const cutBits = precision === "bfloat16" ? 0xffff : 0x1fff;
    const short = bits.filter((value) => (value & cutBits) === 0).length;
    assert(short < 0.01 * bits.length, `${short} of ${bits.length} probabilities have 16 bits only`);
  });
}

Deno.test(
  "trainings in bfloat16 and float16 reach a validation Dice within the spread of float32's seeds",
  { ignore },
  async () => {
    const dataset = syntheticDataset({ count: 80, size: 32, seed: 2 });
    const split = randomSplit(dataset, { seed: 0, fractions: { train: 0.6, validation: 0.3, test: 0.1 } });
    const bestDice = async (seed: number, precision: Precision) => {
      const experiment = defineExperiment({
        dataset: "synthetic",
        imageCount: 80,
        imageSize: 32,
        baseWidth: 8,
        depth: 3,
        epochs: 10,
        batchSize: 8,
        seed,
        precision,
      });
      for await (const event of train(dataset, split, experiment)) {
        if (event.kind !== "trained") continue;
        const { best, last, progress } = event.network;
        disposeTree([best, last]);
        return progress.bestDice;
      }
      throw new Error("no network");
    };
    const float32 = [await bestDice(1, "float32"), await bestDice(2, "float32"), await bestDice(3, "float32")];
    const [lowest, highest] = [Math.min(...float32), Math.max(...float32)];
    const spread = highest - lowest;
    for (const precision of PRECISIONS) {
      const dice = await bestDice(1, precision);
      assert(
        dice >= lowest - spread && dice <= highest + spread,
        `${precision} ${dice.toFixed(3)}, float32 ${float32.map((value) => value.toFixed(3))}`,
      );
    }
  },
);

Deno.test(
  "on a processor the loss scale of float16 changes no bit of a training step",
  { ignore: ignore || backend.device.startsWith("GPU") },
  () => {
    const options = { baseWidth: 4, depth: 2 };
    const weights = initializeWeights(options, 1);
    const batch = {
      ...imageBatch(syntheticDataset({ count: 2, size: 32, seed: 1 }), [0, 1]),
      epsilon: tf.tensor1d([0.1, 0.4]),
      kappa: tf.zeros<tf.Rank.R1>([2]),
      dropout: dropoutSeeds(1, 1),
    };
    const [float32, float16] = (["float32", "float16"] as const).map((precision) => {
      const step = createTrainStep(unetLayers(options), polyDice1Loss, {
        learningRate: 1e-3,
        dropoutRate: 0.5,
        precision,
      });
      const { state, losses } = step({ state: { weights, optimizer: initializeAdam(weights.trainable) }, batch });
      const { trainable } = state.weights;
      return [losses, ...Object.values(trainable)].map((tensor) => tensor.dataSync());
    });
    assertEquals(float16, float32);
  },
);
