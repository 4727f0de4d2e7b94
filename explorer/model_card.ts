/**
 * The card that lies beside the explorer's weights.
 *
 * @module
 */
import { quantile } from "../lib/statistics/quantile.ts";
import type { Experiment } from "../lib/training/experiment.ts";
import type { Run } from "../lib/training/run.ts";
import type { ModelRecord } from "./compute/network.ts";

/** The card, as Markdown. */
export function modelCard(record: ModelRecord, experiment: Experiment, run: Run): string {
  const { test, references, referencePasses, referenceThreshold } = record;
  const quartiles = references.map(({ rate, difficulties }) =>
    `| ${rate.toFixed(1)} | ${[0, 0.25, 0.5, 0.75, 1].map((q) => quantile(difficulties, q).toFixed(4)).join(" | ")} |`
  );
  return `# The explorer's network

Written by \`deno task train-explorer\`, which makes all files of this folder anew.

- **What it is for.** Showing in a browser how MC Dropout, the difficulty D and ε come about. It has seen synthetic images
  only and is no medical device: what it says of a real image means nothing for a patient.
- **Network.** The thesis' U-Net, ${experiment.baseWidth} channels in the first block instead of 64, depth
  ${experiment.depth}, ${experiment.imageSize} × ${experiment.imageSize} pixels, float32.
- **Data.** ${experiment.imageCount} synthetic images (\`lib/data/synthetic_dataset.ts\`, seed ${experiment.splitSeed}):
  ${run.counts.train} for training, ${run.counts.validation} for validation, ${run.counts.test} for the test. No image of a
  patient.
- **Training.** PolyDice-1 with adaptive ε, ${experiment.epochs} epochs, batches of ${experiment.batchSize}, Adam with step
  size ${experiment.learningRate}, ε updated every ${experiment.interval} epochs, seed ${experiment.seed}. Weights of the
  epoch with the highest validation Dice, ${run.bestEpoch}. The same machine makes the same weights again; another
  processor sums in another order, and the weights differ a little.
- **Test.** ${test.images} images: mean Dice ${test.dice.toFixed(4)}, mean IoU ${test.iou.toFixed(4)}.

## Difficulties of the training images

\`model.json\` holds D (eq. 8, nats) of every training image for nine dropout rates p, with N = ${referencePasses} passes, over
the lesion that the network predicts (ŷ > ${referenceThreshold}), because a visitor's image has no mask. The explorer takes
percentile and σ from them.

| p | least | 25 % | median | 75 % | greatest |
| --- | --- | --- | --- | --- | --- |
${quartiles.join("\n")}

## Files

- \`weights.safetensors\`: float32, names and axes of a PyTorch state dict.
- \`model.json\`: the record above, for the page.
- \`experiment.json\`: the whole configuration, for \`defineExperiment()\`.
`;
}
