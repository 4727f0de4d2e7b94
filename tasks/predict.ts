/**
 * `deno task predict`: masks for images that have none.
 *
 * @module
 */
import sharp from "sharp";
import { Option } from "@commander-js/extra-typings";
import { disposeTree } from "../lib/backend/tensor_tree.ts";
import { useBackend } from "../lib/backend/use_backend.ts";
import { type InputFile, type InputListing, listInputs, readInput } from "../lib/data/input_images.ts";
import { THESIS_EXPERIMENT } from "../lib/experiment/experiment.ts";
import { openOwnFolder, type OwnFolder } from "../lib/files/own_folder.ts";
import { unetLayers } from "../lib/model/unet_layers.ts";
import type { UNetWeights } from "../lib/model/unet_weights.ts";
import { predictionsPage } from "../lib/report/predictions_page.ts";
import { Interrupted, listenForInterruption } from "../lib/training/interruption.ts";
import { predictImage, type PredictOptions } from "../lib/training/predict_files.ts";
import { createScorer, type Scorer } from "../lib/training/score_images.ts";
import { runCommandLine, taskCommand } from "./cli/command.ts";
import { duration, type ProgressLine, progressLine } from "./cli/progress_line.ts";
import { plainError, TaskError } from "./cli/task_error.ts";
import { pathOption, positiveNumber, probability, userPath } from "./cli/values.ts";
import {
  inReviewOrder,
  keepPredicted,
  type PredictedFile,
  predictionFiles,
  type PredictionRow,
  predictionsCsv,
  readState,
  writeState,
} from "./predict/prediction_files.ts";
import { startNothingMore } from "./cli/start_nothing_more.ts";
import { setup } from "./setup.ts";
import { findNetwork, isWeightsFile, requireUsedRuns } from "./training/network.ts";
import { withRunOptions } from "./training/options.ts";

/** Raised when the same image and weights would give other files than before. */
const PREDICTION_VERSION = 1;
/** Time after which the state is written, ms: what a power cut costs. */
const STATE_EVERY = 30_000;

export const command = withRunOptions(
  taskCommand(
    "deno task predict",
    "Writes the masks that a trained network gives images: masks/NAME.png (0 and 255) and probability/NAME.png (16 bits), " +
      "both at the size of the image's file, predictions.csv with one row an image, and index.html to look through, the " +
      "most doubtful first. Interrupted, the same command goes on. Files that can't be read are told and passed over.",
  )
    .requiredOption("--weights <network>", "a run's name or the beginning of it, or a file of weights (.safetensors)")
    .requiredOption(
      "--images <paths...>",
      "image files, folders (with the folders in them; of images and masks the images alone) and NIfTI volumes",
      (path: string, before: string[] | undefined) => [...before ?? [], userPath(path)],
    )
    .addOption(
      pathOption("--to <folder>", "folder for the results: new, empty, or of a prediction before")
        .makeOptionMandatory(),
    )
    .option(
      "--uncertainty",
      "N stochastic passes as well: uncertainty/NAME.png (16 bits, mutual information over ln 2)",
    )
    .option("--passes <number>", "N of --uncertainty; by default the run's", positiveNumber)
    .addOption(
      new Option("--which <name>", "of a run: its best epoch's weights (the default) or the last one's").choices([
        "best",
        "last",
      ]),
    )
    .option("--threshold <number>", "probability above which a pixel is lesion", probability, 0.5)
    .option(
      "--size <pixels>",
      "height = width at which the network sees the images; by default as it was trained",
      positiveNumber,
    )
    .addOption(
      new Option("--fit <way>", "how images become square: stretched, or padded with black; by default as in training")
        .choices(["stretch", "pad"]),
    ),
)
  .action(async (options, self) => {
    requireUsedRuns(options.weights, self);
    if (options.passes !== undefined && !options.uncertainty) {
      throw new TaskError("Cannot use --passes without --uncertainty.", 2);
    }
    const line = progressLine(), { images, backend } = options;
    const network = await networkFor(options);
    const listing = listed(images);
    if (backend === "tensorflow") await setup({ progress: line });
    if (import.meta.main) await startNothingMore();
    await predict({ ...options, ...network }, listing, line);
  });

/** What is to be done. */
type Task = Awaited<ReturnType<typeof networkFor>> & { readonly to: string; readonly backend: string };

/** An opened network, and how it sees images. */
interface OpenedNetwork {
  readonly scorer: Scorer;
  readonly weights: UNetWeights;
  readonly how: PredictOptions;
}

/** The network, and how it sees images. */
async function networkFor(
  { weights, which, runs, size, fit, threshold, uncertainty, passes }: ReturnType<typeof command.opts>,
) {
  if (which && isWeightsFile(weights)) {
    throw new TaskError("Cannot use --which with a file: it holds the weights that it holds.", 2);
  }
  const network = await findNetwork(weights, { runs, weights: which && [which], task: "predict" });
  const { experiment = THESIS_EXPERIMENT, candidates: [candidate] } = network;
  if (!network.experiment && size === undefined) {
    throw new TaskError(`Cannot predict with ${weights}: the file doesn't say for which images it is; give --size.`, 2);
  }
  const { dropoutRate, seed } = experiment;
  const how: PredictOptions = {
    size: size ?? experiment.imageSize,
    fit: fit ?? experiment.fit,
    threshold,
    ...(uncertainty && { passes: { count: passes ?? experiment.passes, seed, labels: ["prediction"] } }),
  };
  return { name: network.name, candidate, dropoutRate, how };
}

function listed(paths: readonly string[]): InputListing {
  try {
    return listInputs(paths);
  } catch (error) {
    throw new TaskError((error as Error).message, 2);
  }
}

/** Predicts all files that are not predicted yet, and writes table and page. */
async function predict(task: Task, { files, notes }: InputListing, line: ProgressLine): Promise<void> {
  const { name, candidate, dropoutRate, how, to } = task;
  using interruption = listenForInterruption();
  const backend = await useBackend(task.backend);
  line.say(`Computing with ${backend.name} ${backend.version} on ${backend.device}`);
  notes.forEach((note) => line.say(note));
  const settings = {
    version: [PREDICTION_VERSION, sharp.versions],
    weights: await candidate.sha256(),
    dropoutRate,
    ...how,
    backend: backend.name,
  };
  const opened = await candidate.open();
  try {
    using folder = await openOwnFolder(to, { task: "predict" });
    using scorer = createScorer(unetLayers(opened.options), { rate: dropoutRate, threshold: how.threshold });
    const network = { scorer, weights: opened.weights, how };
    const { signal } = interruption;
    const { done, broken, remarks } = await predictFiles(files, network, { folder, settings, line, signal });
    const rows = inReviewOrder(done.flatMap((file) => file.rows));
    const facts = [
      `${rows.length} images by ${name}, ${candidate.title}, seen at ${how.size} × ${how.size} pixels (${how.fit}).`,
      `Lesion is what has a probability above ${how.threshold}; its outline is green.`,
      how.passes
        ? `Ordered by the difficulty D: the mean mutual information of ${how.passes.count} stochastic passes over the ` +
          "predicted lesion, or over the image where none is predicted."
        : "Ordered by the mean entropy of the prediction; --uncertainty orders by the disagreement of stochastic passes.",
      ...remarks,
    ];
    remarks.forEach((remark) => line.say(remark));
    const text = (content: string) => new TextEncoder().encode(content);
    await folder.write("predictions.csv", text(predictionsCsv(rows)));
    const page = predictionsPage({ title: `Predictions of ${name}`, facts, broken, figures: rows });
    await folder.write("index.html", text(page));
    const { left } = await folder.finish();
    left.forEach((path) => line.say(`${path} was changed since it was made: it stays.`));
    line.say(`${rows.length} images in ${to}: open ${to}/index.html to look through them.`);
    if (broken.length > 0) {
      const count = broken.length === 1 ? "1 file" : `${broken.length} files`;
      throw new TaskError(`Cannot read ${count} of ${files.length}, told above; the others are there.`);
    }
  } catch (error) {
    if (error instanceof Interrupted) {
      throw new TaskError("Interrupted. What is done is saved; the same command goes on.", error.status);
    }
    throw plainError(error);
  } finally {
    line.clear();
    disposeTree(opened.weights);
  }
}

/** The files one after the other; nothing of an image stays in memory but its row. */
async function predictFiles(
  files: readonly InputFile[],
  network: OpenedNetwork,
  { folder, settings, line, signal }: {
    readonly folder: OwnFolder;
    readonly settings: unknown;
    readonly line: ProgressLine;
    readonly signal: AbortSignal;
  },
): Promise<{ done: PredictedFile[]; broken: string[]; remarks: string[] }> {
  const before = await readState(folder, settings);
  const done: PredictedFile[] = [], broken: string[] = [];
  const started = performance.now();
  let saved = started, computed = 0;
  const save = async () => {
    await writeState(folder, settings, [...before.values(), ...done]);
    saved = performance.now();
  };
  try {
    for (const [index, file] of files.entries()) {
      signal.throwIfAborted();
      const left = computed === 0
        ? ""
        : ` · ${duration((performance.now() - started) / 1000 / computed * (files.length - index))} left`;
      line.show(`Predicting ${index + 1} of ${files.length}: ${file.shown}${left}`);
      try {
        const state = await stateOf(file);
        const earlier = before.get(file.path);
        if (earlier && await keepPredicted(folder, earlier, file, state)) {
          done.push(earlier);
        } else {
          computed++;
          done.push({ path: file.path, ...state, ...await predictFile(file, network, folder, signal) });
        }
      } catch (error) {
        if (!(error instanceof BrokenFile)) throw error;
        broken.push(error.message);
        line.say(error.message);
      }
      before.delete(file.path);
      if (performance.now() - saved > STATE_EVERY) await save();
    }
  } catch (error) {
    if (error instanceof Interrupted) await save();
    throw error;
  }
  before.clear(); // results of files that are not among these any more
  await save();
  return { done, broken, remarks: counted(done.flatMap(({ remarks }) => remarks)) };
}

/** A file that can't be read. */
class BrokenFile extends Error {}

async function stateOf({ path }: InputFile): Promise<Pick<PredictedFile, "size" | "modified">> {
  try {
    const { size, mtime } = await Deno.stat(path);
    return { size, modified: mtime?.getTime() ?? 0 };
  } catch (error) {
    throw new BrokenFile(`Cannot read "${path}": ${(error as Error).message}`, { cause: error });
  }
}

async function predictFile(
  file: InputFile,
  { scorer, weights, how }: OpenedNetwork,
  folder: OwnFolder,
  signal: AbortSignal,
): Promise<Pick<PredictedFile, "rows" | "remarks">> {
  const rows: PredictionRow[] = [], remarks: string[] = [], images = readInput(file);
  for (;;) {
    signal.throwIfAborted();
    const { value: image, done } = await images.next().catch((error) => {
      throw new BrokenFile((error as Error).message, { cause: error });
    });
    if (done) return { rows, remarks };
    remarks.push(...image.notes);
    const prediction = await predictImage(scorer, weights, image, how);
    for await (const [path, content] of predictionFiles(image, prediction, how)) await folder.write(path, content);
    const { lesionPixels, components, meanProbability, difficulty, entropy } = prediction;
    const { name, shown, width, height } = image;
    rows.push({ name, file: shown, width, height, lesionPixels, components, meanProbability, difficulty, entropy });
  }
}

/** Remarks with the number of images of each, those that differ in numbers alone put together. */
function counted(remarks: readonly string[]): string[] {
  return [...Map.groupBy(remarks, (text) => text.replace(/\d+/g, "#")).values()].map(([text, ...others]) =>
    `${text[0].toUpperCase()}${text.slice(1)} (${others.length === 0 ? "1 image" : `${others.length + 1} images`}).`
  );
}

if (import.meta.main) await runCommandLine(command);
