/**
 * `deno task evaluate`: what a trained network gets on images.
 *
 * @module
 */
import { type CommandUnknownOpts, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { disposeTree } from "../lib/backend/tensor_tree.ts";
import { useBackend } from "../lib/backend/use_backend.ts";
import { DATASET_NAMES } from "../lib/data/dataset_reference.ts";
import type { SegmentationDataset } from "../lib/data/segmentation_dataset.ts";
import { type Experiment, THESIS_EXPERIMENT } from "../lib/experiment/experiment.ts";
import { summarizeScores } from "../lib/metrics/score_summary.ts";
import { unetLayers } from "../lib/model/unet_layers.ts";
import { terminalText } from "../lib/text/escape.ts";
import { nativeMeans, type NativeScore, scoreNative } from "../lib/training/native_scores.ts";
import { createScorer, scoreImages } from "../lib/training/score_images.ts";
import { chooseThreshold, type ChosenThreshold } from "../lib/training/validation_threshold.ts";
import { runCommandLine, taskCommand } from "./cli/command.ts";
import { type OutputKind, requireOutput, writeOutput } from "./cli/output_file.ts";
import { type ProgressLine, progressLine } from "./cli/progress_line.ts";
import { startNothingMore } from "./cli/start_nothing_more.ts";
import { plainError, TaskError } from "./cli/task_error.ts";
import { listOf, pathOption, positiveNumber, probability } from "./cli/values.ts";
import { chosenImages, knownLines, openParts, PARTS } from "./evaluate/known_images.ts";
import { csvOf, type Evaluated, nativeLines, scoreLines } from "./evaluate/score_tables.ts";
import { setup } from "./setup.ts";
import { type Candidate, findNetwork, isWeightsFile, type Network, requireUsedRuns } from "./training/network.ts";
import { type ChosenData, chosenData, withDataOptions, withRunOptions } from "./training/options.ts";
import { rememberedPlaces, runLines } from "./training/stored_runs.ts";

/** The files that are asked for. */
const JSON_FILE: OutputKind = { option: "--json", known: /^\{\s*"network": / };
const CSV_FILE: OutputKind = { option: "--csv", known: /^id,weights,/ };

/** A pixel is lesion above this probability. */
const DEFAULT_THRESHOLD = 0.5;
/** Outlines within so many pixels are the same. */
const DEFAULT_TOLERANCE = 2;

/** Evaluates, writes the files that are asked for, and returns what the user is shown. */
async function evaluate(network: Network, options: Options, line: ProgressLine): Promise<string[]> {
  const { run, name, candidates } = network;
  const { tolerance = DEFAULT_TOLERANCE } = options;
  const settings = settingsFor(network.experiment, options);
  const backend = await useBackend(options.backend);
  const { dataset, parts } = await openParts(run, settings, options.places, line);
  const { part, indices, choosing } = chosenImages(run, dataset, parts, options);
  const count = options.uncertainty ? options.passes ?? settings.passes : undefined;
  const results: Evaluated[] = [];
  for (const candidate of candidates) {
    results.push(await scoresOf(candidate, { dataset, indices, choosing, count, settings, options, line }));
  }
  if (options.json) {
    const { train, validation, test, new: unseen } = parts;
    const known = { test, validation, train, new: unseen };
    const counts = Object.fromEntries(Object.entries(known).map(([name, { length }]) => [name, length]));
    const report = {
      network: name,
      trainedOn: run?.experiment.dataset,
      dataset: settings.dataset,
      part,
      images: { all: dataset.ids.length, ...(run && counts) },
      size: settings.imageSize,
      passes: count,
      fingerprint: dataset.fingerprint,
      backend: `${backend.name} ${backend.version}`,
      tolerance: dataset.native && tolerance,
      results: results.map(({ weights, threshold, chosen, summary, scores, native }) => ({
        weights,
        threshold,
        validationDice: chosen?.dice,
        summary,
        native: native && nativeMeans(native),
        images: scores.map((score, index) => ({ ...score, native: native?.[index] })),
      })),
    };
    await writeOutput(options.json, `${JSON.stringify(report, null, 1)}\n`, JSON_FILE);
  }
  if (options.csv) await writeOutput(options.csv, csvOf(results), CSV_FILE);
  return [
    `${name} on ${settings.dataset}: ${indices.length} ${part === "all" ? "images" : `${part} images`}, ` +
    `${settings.imageSize} × ${settings.imageSize} pixels`,
    ...(run ? knownLines(run, parts, part) : []),
    ...scoreLines(results, count !== undefined),
    ...nativeLines(results, tolerance),
  ];
}

/** Scores of a network with one of its weights. */
async function scoresOf(
  { title, weights, open }: Candidate,
  { dataset, indices, choosing, count, settings, options, line }: {
    readonly dataset: SegmentationDataset;
    readonly indices: readonly number[];
    /** Images that choose the threshold. */
    readonly choosing?: readonly number[];
    /** Stochastic passes. */
    readonly count?: number;
    readonly settings: Experiment;
    readonly options: Options;
    readonly line: ProgressLine;
  },
): Promise<Evaluated> {
  const { batchSize, dropoutRate: rate, seed, fit } = settings, { tolerance } = options;
  const opened = await open();
  try {
    const layers = unetLayers(opened.options);
    let chosen: ChosenThreshold | undefined;
    if (choosing) {
      using scorer = createScorer(layers);
      chosen = await chooseThreshold(
        scorer,
        opened.weights,
        { dataset, indices: choosing, batchSize },
        (done, total) => line.show(`${title}: choosing a threshold, ${Math.floor(100 * done / total)} %`),
      );
    }
    const threshold = chosen?.threshold ?? (Number(options.threshold ?? DEFAULT_THRESHOLD));
    using scorer = createScorer(layers, { rate, threshold });
    const native: NativeScore[] | undefined = dataset.native && [];
    const scores = await scoreImages(scorer, opened.weights, { dataset, indices, batchSize }, {
      ...(count !== undefined && { passes: { count, seed, labels: ["record", weights] } }),
      onBatch: async (batch) => void native?.push(...await scoreNative(dataset, batch, { fit, threshold, tolerance })),
      onProgress: (done, total) => line.show(`${title}: ${Math.floor(100 * done / total)} %`),
    });
    return { title, weights, scores, summary: summarizeScores(scores), threshold, chosen, native };
  } catch (error) {
    throw plainError(error);
  } finally {
    disposeTree(opened.weights);
    line.clear();
  }
}

/** The network that is named; what can't be used with it is refused. */
async function networkFor(
  word: string,
  { runs, weights, size, threshold, part }: ReturnType<typeof command.opts>,
): Promise<Network> {
  if (weights && isWeightsFile(word)) {
    throw new TaskError("Cannot use --weights with a file: it holds the weights that it holds.", 2);
  }
  const network = await findNetwork(word, { runs, weights, task: "evaluate" });
  const { run, experiment } = network;
  if (!experiment && size === undefined) {
    throw new TaskError(`Cannot evaluate ${word}: the file doesn't say for which images it is; give --size.`, 2);
  }
  if (threshold === "validation" && !run) {
    throw new TaskError(
      "Cannot use --threshold validation with a file: only a run knows its validation images. Give a number.",
      2,
    );
  }
  if (threshold === "validation" && (part === "validation" || part === "all")) {
    throw new TaskError(
      `Cannot use --threshold validation with --part ${part}: it would be evaluated on the images that chose it.`,
      2,
    );
  }
  return network;
}

/** The images that are named, or else those of the run. */
async function dataFor(
  { run }: Network,
  options: ReturnType<typeof command.opts>,
  self: CommandUnknownOpts,
): Promise<ChosenData> {
  const trainedOn = run?.experiment.dataset;
  const isOwn = trainedOn !== undefined && !DATASET_NAMES.some((name) => name === trainedOn);
  if (options.dataset !== undefined || !isOwn) return chosenData(options, self, trainedOn);
  const { own, groups } = await rememberedPlaces(options.runs, run!.hash);
  if (own === undefined) {
    throw new TaskError(
      `Cannot find the images of ${
        run!.hash
      }: it was trained on images of your own called "${trainedOn}"; say where they ` +
        "are with --dataset PATH.",
      2,
    );
  }
  const chosen = chosenData({ ...options, dataset: own, groups: options.groups ?? groups }, self);
  return { ...chosen, dataset: trainedOn };
}

/** The run's settings, where the options don't say otherwise; of another data set all but what its masks' values mean. */
function settingsFor(trained: Experiment = THESIS_EXPERIMENT, { dataset, set, size, count }: Options): Experiment {
  const isOther = dataset !== trained.dataset;
  return {
    ...trained,
    ...(isOther ? { maskValues: "" } : {}),
    ...set,
    dataset,
    imageSize: size ?? trained.imageSize,
    imageCount: count ?? (isOther ? 0 : trained.imageCount),
  };
}

export const command = withRunOptions(withDataOptions(
  taskCommand(
    "deno task evaluate",
    "Evaluates a trained network on images: Dice, IoU, precision and recall, means over images with 95 % bootstrap " +
      "intervals; of image files at their own size too, with Hausdorff 95 % and normalised surface Dice. A run is evaluated on its own test images, which are known by their content; on images from elsewhere " +
      "all are used. Without a network it lists the finished runs.",
  )
    .argument("[network]", "a run's name or the beginning of it, or a file of exported weights (.safetensors)")
    .option("--weights <list>", "of a run: best, last, or best,last (default: best)", listOf(["best", "last"])),
))
  .addOption(
    new Option("--part <name>", "which images: by default the run's test images, or all where there is none of them")
      .choices(PARTS),
  )
  .option("--size <pixels>", "height = width of the images; by default the run's", positiveNumber)
  .option("--count <number>", "images of the synthetic data set; by default the run's", positiveNumber)
  .option("--uncertainty", "N stochastic passes as well: D, entropy, and whether they go with the error (Spearman's ρ)")
  .option("--passes <number>", "N of --uncertainty; by default the run's", positiveNumber)
  .option(
    "--threshold <number>",
    "probability above which a pixel is lesion (default: 0.5), or validation: the one of " +
      "0.05, 0.10, … 0.95 with the highest Dice on the run's validation images",
    threshold,
  )
  .option("--tolerance <pixels>", "of normalised surface Dice (default: 2)", tolerance)
  .addOption(pathOption("--json <file>", "everything, the images' rows too, for programs"))
  .addOption(pathOption("--csv <file>", "one row an image"))
  .action(async (word, options, self) => {
    if (word === undefined) {
      const isGiven = (name: string) => name !== "runs" && self.getOptionValueSource(name as "data") === "cli";
      const other = self.options.map((option) => option.attributeName()).find(isGiven);
      if (other) throw new TaskError(`Cannot use --${other} without a network: name a run or a file of weights.`, 2);
      return console.log((await runLines(options.runs)).join("\n"));
    }
    requireUsedRuns(word, self);
    if (options.passes !== undefined && !options.uncertainty) {
      throw new TaskError("Cannot use --passes without --uncertainty.", 2);
    }
    if (options.json !== undefined && options.json === options.csv) {
      throw new TaskError("Cannot use --json and --csv: they name the same file.", 2);
    }
    if (options.json) await requireOutput(options.json, JSON_FILE);
    if (options.csv) await requireOutput(options.csv, CSV_FILE);
    const line = progressLine();
    if (options.backend === "tensorflow") await setup({ progress: line });
    if (import.meta.main) await startNothingMore();
    const network = await networkFor(word, options);
    const chosen = await dataFor(network, options, self);
    if (options.count !== undefined && chosen.dataset !== "synthetic") {
      throw new TaskError(`Cannot use --count: it is for the synthetic data set, found ${chosen.dataset}.`, 2);
    }
    if (options.split !== undefined && self.getOptionValueSource("split") === "cli") {
      throw new TaskError(
        "Cannot use --split: a run knows its test images by their content; --part chooses others.",
        2,
      );
    }
    const lines = await evaluate(network, { ...options, ...chosen }, line);
    console.log(terminalText(lines.join("\n"), { newlines: true }));
  });

type Options = ReturnType<typeof command.opts> & ChosenData;

/** A probability, or "validation". */
function threshold(word: string): number | "validation" {
  return word === "validation" ? word : probability(word);
}

/** A number of pixels from 0. */
function tolerance(word: string): number {
  if (/^\d*\.?\d+$/.test(word)) return Number(word);
  throw new InvalidArgumentError("Expected a number of pixels, as in 2 or 1.5.");
}

if (import.meta.main) await runCommandLine(command);
