/**
 * Makes the explorer's network: trains it on synthetic images, takes the training images' difficulties, writes
 * `explorer/model/` (about 10 minutes on two cores; what is trained already is loaded). `deno task train-explorer` runs it:
 * the explorer itself may neither start programs nor load TensorFlow.
 *
 * @module
 */
import { join } from "@std/path";
import { tf } from "../lib/backend/tf.ts";
import { useBackend } from "../lib/backend/use_backend.ts";
import { gatherBatch } from "../lib/data/batches.ts";
import { splitDataset } from "../lib/data/split_dataset.ts";
import { syntheticDataset } from "../lib/data/synthetic_dataset.ts";
import type { SegmentationDataset } from "../lib/data/segmentation_dataset.ts";
import { saveUNetWeights } from "../lib/model/unet_weights_file.ts";
import { projectDirectory } from "../lib/project_directory.ts";
import { mean } from "../lib/statistics/mean.ts";
import type { Run } from "../lib/training/run.ts";
import { loadWeights } from "../lib/training/run_store.ts";
import { trainOrLoad } from "../lib/training/train_or_load.ts";
import { type ModelRecord, type Network, openNetwork } from "./compute/network.ts";
import { difficultiesOver } from "./compute/difficulties_over.ts";
import { segmentImage } from "./compute/segment_image.ts";
import { thresholdMask } from "./compute/threshold_mask.ts";
import { stochasticPasses } from "./compute/stochastic_passes.ts";
import { EXPLORER_EXPERIMENT } from "./experiment.ts";
import { modelCard } from "./model_card.ts";

/** Dropout rates that the page's slider has. */
const RATES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
const THRESHOLD = 0.5;

const experiment = EXPLORER_EXPERIMENT;
const root = projectDirectory();
const directory = join(root, ".cache", "explorer", "runs");
const folder = join(root, "explorer", "model");

const backend = await useBackend();
const dataset = syntheticDataset({
  count: experiment.imageCount,
  size: experiment.imageSize,
  seed: experiment.splitSeed,
});
const split = splitDataset(dataset, { kind: experiment.split, seed: experiment.splitSeed });
const run = await trainedRun();
const weights = await loadWeights(directory, run.hash, "best");
const bytes = await saveUNetWeights(weights, { metadata: { model: "explorer", run: run.hash } });

const tested = run.test.filter((row) => row.weights === "best");
const record: ModelRecord = {
  format: 1,
  experiment,
  test: {
    images: tested.length,
    dice: mean(tested.map(({ dice }) => dice)),
    iou: mean(tested.map(({ iou }) => iou)),
  },
  referencePasses: experiment.passes,
  referenceThreshold: THRESHOLD,
  references: [],
};
const network = openNetwork(bytes, record);
const references = [];
for (const rate of RATES) {
  const difficulties = await difficultiesAt(network, dataset, split.train, rate);
  references.push({ rate, difficulties });
  console.log(`D of ${difficulties.length} training images with p = ${rate}: mean ${mean(difficulties).toFixed(4)}`);
}
const written = { ...record, references };
await Deno.mkdir(folder, { recursive: true });
await Deno.writeFile(join(folder, "weights.safetensors"), bytes);
await Deno.writeTextFile(join(folder, "model.json"), JSON.stringify(written) + "\n");
await Deno.writeTextFile(join(folder, "experiment.json"), JSON.stringify(experiment, null, 2) + "\n");
await Deno.writeTextFile(join(folder, "README.md"), modelCard(written, experiment, run));
console.log(`Test Dice ${record.test.dice.toFixed(4)}; ${bytes.length} bytes of weights in ${folder}`);

async function trainedRun(): Promise<Run> {
  const training = trainOrLoad(experiment, { dataset, split }, { directory, backend });
  let next = await training.next();
  for (; !next.done; next = await training.next()) {
    if (next.value.kind === "warning") console.log(next.value.message);
    if (next.value.kind !== "epoch") continue;
    const { epoch, valDice, seconds } = next.value.row;
    console.log(
      `Epoch ${epoch} of ${experiment.epochs}: validation Dice ${valDice.toFixed(4)}, ${seconds.toFixed(0)} s`,
    );
  }
  return next.value;
}

/** D of images over their predicted lesions, nats, rounded to seven digits, which is what float32 holds. */
async function difficultiesAt(
  network: Network,
  dataset: SegmentationDataset,
  images: readonly number[],
  rate: number,
): Promise<number[]> {
  const found: number[] = [];
  for (const index of images) {
    const segmentation = segmentImage(network, gatherBatch(dataset, [index]).image, dataset.size);
    const options = { passes: experiment.passes, rate, seed: experiment.seed };
    const lesion = thresholdMask(await segmentation.probability.data<"float32">(), THRESHOLD);
    let information: Float32Array = new Float32Array();
    for await (const pass of stochasticPasses(network, segmentation, options)) information = pass.information;
    const [difficulty] = await difficultiesOver([information], lesion, dataset.size);
    found.push(Number(difficulty.toPrecision(7)));
    tf.dispose([segmentation.features, segmentation.probability]);
  }
  return found;
}
