/**
 * One training step, one evaluation and one MC Dropout on a backend, printed as JSON: what `portable_test.ts` compares.
 *
 * deno run portable_step.ts BACKEND
 *
 * @module
 */
import { disposeTree } from "../../lib/backend/tensor_tree.ts";
import { seedTensor } from "../../lib/backend/stateless_uniform.ts";
import { tf } from "../../lib/backend/tf.ts";
import { useBackend } from "../../lib/backend/use_backend.ts";
import { augmentationTensors } from "../../lib/data/augment.ts";
import { imageBatch } from "../../lib/data/batches.ts";
import { syntheticDataset } from "../../lib/data/synthetic/dataset.ts";
import { unetLayers } from "../../lib/model/unet_layers.ts";
import { initializeWeights } from "../../lib/model/unet_weights.ts";
import { initializeAdam } from "../../lib/training/adam.ts";
import { LOSS_NAMES, LOSSES } from "../../lib/loss/losses.ts";
import { createScorer, scoreImages } from "../../lib/training/score_images.ts";
import { createTrainStep } from "../../lib/training/train_step.ts";

const [name] = Deno.args;
await useBackend(name);
const dataset = syntheticDataset({ count: 4, size: 16, seed: 5 });
const options = { baseWidth: 4, depth: 2 };
const layers = unetLayers(options);
const indices = [0, 1, 2, 3];
const report: Record<string, number[]> = {};

for (const loss of LOSS_NAMES) {
  const weights = initializeWeights(options, 1);
  let state = { weights, optimizer: initializeAdam(weights.trainable) };
  // Without dropout: the backends draw different masks.
  const trainStep = createTrainStep(layers, LOSSES[loss].make({ focalGamma: 2 }), {
    learningRate: 1e-3,
    dropoutRate: 0,
    precision: "float32",
  });
  const losses: number[] = [];
  for (let step = 0; step < 3; step++) {
    const batch = {
      ...imageBatch(dataset, indices),
      epsilon: tf.tensor1d([0, 0.1, 0.3, 0.5]),
      kappa: tf.fill<tf.Rank.R1>([4], 8),
      augmentation: augmentationTensors({
        flipLeftRight: [0, 1, 0, 1],
        flipUpDown: [0, 0, 1, 1],
        contrast: [1, 1.1, 0.9, 1],
        brightness: [0, 0.1, 0, -0.1],
      }),
      dropout: { encoderSeed: seedTensor(1, step), decoderSeed: seedTensor(2, step) },
    };
    const result = trainStep({ state, batch });
    losses.push(...await result.losses.data());
    disposeTree([state, batch, result.losses, result.secondMomentSum]);
    state = result.state;
  }
  report[`${loss} losses`] = losses;
  if (loss === "polydice1") {
    const selection = { dataset, indices, batchSize: 4 };
    // The passes differ, on each backend in its own way.
    const scores = await scoreImages(createScorer(layers, { rate: 0.5 }), state.weights, selection, {
      passes: { count: 4, seed: 1, labels: ["portable"] },
      onBatch: ({ probability }) => {
        report["probabilities"] = [...probability].filter((_, index) => index % 37 === 0);
      },
    });
    report["difficulty is positive"] = scores.map(({ difficulty }) =>
      difficulty! > 0 && difficulty! < Math.LN2 ? 1 : 0
    );
  }
}
console.log(JSON.stringify(report));
Deno.exit(0);
