/**
 * Makes the network that the explorer comes with: trains it on synthetic images, takes the training images' difficulties,
 * writes `explorer/model/`. `deno task network` in this folder runs it, apart from `deno task explore`, whose permissions do
 * not let it load TensorFlow. About 10 minutes on two cores; what is trained already is loaded.
 *
 * @module
 */
import { join } from "@std/path";
import { tf } from "../lib/backend/tf.ts";
import { useBackend } from "../lib/backend/use_backend.ts";
import { gatherBatch } from "../lib/data/batches.ts";
import { openData, type RunData } from "../lib/data/open_data.ts";
import type { SegmentationDataset } from "../lib/data/segmentation_dataset.ts";
import { saveUNetWeights } from "../lib/model/unet_weights_file.ts";
import { projectDirectory } from "../lib/project_directory.ts";
import { mean } from "../lib/statistics/mean.ts";
import { quantile } from "../lib/statistics/quantile.ts";
import { markdownTable } from "../lib/text/markdown_table.ts";
import { defineExperiment, type Experiment } from "../lib/experiment/experiment.ts";
import type { Run } from "../lib/training/run.ts";
import { loadWeights } from "../lib/training/run_store.ts";
import { trainOrLoad } from "../lib/training/train_or_load.ts";
import { setup } from "../tasks/setup.ts";
import { difficultiesOver, thresholdMask } from "./compute/difficulty.ts";
import { type ModelRecord, type Network, openNetwork, segmentImage } from "./compute/network.ts";
import { stochasticPasses } from "./compute/stochastic_passes.ts";

/**
 * The thesis' method on synthetic images of 128 pixels. Six channels in the first block, so that the weights travel in
 * well under a megabyte and ten stochastic passes take a moment in a browser.
 */
export const EXPLORER_EXPERIMENT: Experiment = defineExperiment({
  dataset: "synthetic",
  imageCount: 480,
  imageSize: 128,
  baseWidth: 6,
  depth: 4,
  loss: "polydice1",
  epsilonControl: "adaptive",
  epochs: 30,
  batchSize: 16,
  interval: 5,
});

/** Dropout rates that the page's slider has. */
const RATES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
const THRESHOLD = 0.5;

async function main(experiment: Experiment): Promise<void> {
  const { passes } = experiment;
  const root = projectDirectory();
  const directory = join(root, ".cache", "explorer", "runs");
  const folder = join(root, "explorer", "model");
  const data = await openData(experiment, {});
  const { dataset, split } = data;
  const run = await train(experiment, data, directory);
  const weights = await loadWeights(directory, run.hash, "best");
  const bytes = await saveUNetWeights(weights, { metadata: { model: "explorer", run: run.hash } });
  const tested = run.test.filter((row) => row.weights === "best");
  const test = {
    images: tested.length,
    dice: mean(tested.map(({ dice }) => dice)),
    iou: mean(tested.map(({ iou }) => iou)),
  };
  const known = { format: 1, experiment, test, referencePasses: passes, referenceThreshold: THRESHOLD } as const;
  const network = openNetwork(bytes, { ...known, references: [] });
  const references = [];
  for (const rate of RATES) {
    const difficulties = await difficultiesAt(network, dataset, split.train, { passes, rate, seed: experiment.seed });
    references.push({ rate, difficulties });
    console.log(`D of ${difficulties.length} training images with p = ${rate}: mean ${mean(difficulties).toFixed(4)}`);
  }
  const record = { ...known, references };
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeFile(join(folder, "weights.safetensors"), bytes);
  await Deno.writeTextFile(join(folder, "model.json"), JSON.stringify(record) + "\n");
  await Deno.writeTextFile(join(folder, "README.md"), modelCard(record, experiment, run));
  console.log(`Test Dice ${test.dice.toFixed(4)}; ${bytes.length} bytes of weights in ${folder}`);
}

async function train(experiment: Experiment, data: RunData, runs: string): Promise<Run> {
  return await trainOrLoad(experiment, data, {
    runs,
    backend: await useBackend(),
    onEvent(event) {
      if (event.kind === "warning") console.log(event.message);
      if (event.kind !== "epoch") return;
      const { epoch, valDice } = event.row;
      console.log(`Epoch ${epoch} of ${experiment.epochs}: validation Dice ${valDice.toFixed(4)}`);
    },
  });
}

/** D of images over their predicted lesions, nats, rounded to seven digits, which is what float32 holds. */
async function difficultiesAt(
  network: Network,
  dataset: SegmentationDataset,
  images: readonly number[],
  options: { readonly passes: number; readonly rate: number; readonly seed: number },
): Promise<number[]> {
  const found: number[] = [];
  for (const index of images) {
    const segmentation = segmentImage(network, gatherBatch(dataset, [index]).image, dataset.size);
    const lesion = thresholdMask(await segmentation.probability.data<"float32">(), THRESHOLD);
    let information: Float32Array = new Float32Array();
    for await (const pass of stochasticPasses(network, segmentation, options)) information = pass.information;
    const [difficulty] = await difficultiesOver([information], lesion, dataset.size);
    found.push(Number(difficulty.toPrecision(7)));
    tf.dispose([segmentation.features, segmentation.probability]);
  }
  return found;
}

/** The card that lies beside the weights, as Markdown. */
function modelCard({ test, references, referencePasses }: ModelRecord, experiment: Experiment, run: Run): string {
  const quartiles = references.map(({ rate, difficulties }) => [
    rate.toFixed(1),
    ...[0, 0.25, 0.5, 0.75, 1].map((q) => quantile(difficulties, q).toFixed(4)),
  ]);
  const { baseWidth, depth, imageSize: size, imageCount, splitSeed, epochs, batchSize, learningRate } = experiment;
  return `# The explorer's network

Written by \`deno task network\` in \`explorer/\`, which makes all files of this folder anew.

- **What it is for.** Showing in a browser how MC Dropout, the difficulty D and ε come about. It has seen synthetic images
  only and is no medical device: what it says of a real image means nothing for a patient.
- **Network.** The thesis' U-Net, ${baseWidth} channels in the first block instead of 64, depth ${depth}, ${size} × ${size}
  pixels, float32.
- **Data.** ${imageCount} synthetic images (\`lib/data/synthetic/dataset.ts\`, seed ${splitSeed}): ${run.parts.train.length} for
  training, ${run.parts.validation.length} for validation, ${run.parts.test.length} for the test. No image of a patient.
- **Training.** PolyDice-1 with adaptive ε, ${epochs} epochs, batches of ${batchSize}, Adam with step size ${learningRate},
  ε updated every ${experiment.interval} epochs, seed ${experiment.seed}. Weights of the epoch with the highest validation
  Dice, ${run.bestEpoch}. The same machine makes the same weights again; another processor sums in another order, and the
  weights differ a little.
- **Test.** ${test!.images} images: mean Dice ${test!.dice.toFixed(4)}, mean IoU ${test!.iou.toFixed(4)}.

## Difficulties of the training images

\`model.json\` holds the experiment, and D (eq. 8, nats) of every training image for nine dropout rates p, with N =
${referencePasses} passes, over the lesion that the network predicts (ŷ > ${THRESHOLD}), because a visitor's image has no
mask. The explorer takes percentile and σ from them.

${markdownTable(["p", "least", "25 %", "median", "75 %", "greatest"], quartiles)}
`;
}

if (import.meta.main) {
  await setup();
  await main(EXPLORER_EXPERIMENT);
}
