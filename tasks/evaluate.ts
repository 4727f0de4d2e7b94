/**
 * `deno task evaluate`: what a trained network gets on images.
 *
 * @module
 */
import { stringify } from "@std/csv";
import { disposeTree } from "../lib/backend/tensor_tree.ts";
import { useBackend } from "../lib/backend/use_backend.ts";
import type { ImageScores } from "../lib/evaluation/image_scores.ts";
import { METRIC_NAMES } from "../lib/evaluation/results_table.ts";
import { type ScoreSummary, summarizeScores } from "../lib/evaluation/score_summary.ts";
import { loadUNetWeights } from "../lib/model/unet_weights_file.ts";
import { evaluateImages, type TrainedUNet } from "../lib/training/evaluate_images.ts";
import { type Experiment, THESIS_EXPERIMENT } from "../lib/training/experiment.ts";
import { loadRun, loadWeights, type WeightsName } from "../lib/training/run_store.ts";
import { EVALUATE_HELP, type EvaluateOptions, parseEvaluateOptions } from "./evaluate_options.ts";
import { openRunData } from "./open_run_data.ts";
import { plainError } from "./plain_error.ts";
import { type ProgressLine, progressLine } from "./cli/progress_line.ts";
import { projectFolder } from "./setup/project_folder.ts";
import { setup } from "./setup.ts";
import { findRun, runLines } from "./stored_runs.ts";
import { runTask, TaskError } from "./cli/task_error.ts";
import { writeFileAtomically } from "./cli/write_file.ts";

/** The settings that evaluating reads, of a run or of the thesis where there is no run. */
type Settings = Pick<
  Experiment,
  "dataset" | "imageCount" | "imageSize" | "split" | "splitSeed" | "batchSize" | "dropoutRate" | "passes" | "seed"
>;

/** A network to evaluate; opening gives its tensors. */
interface Candidate {
  /** Name for people. */
  readonly title: string;
  /** Name for programs. */
  readonly weights: WeightsName | "file";
  open(): Promise<TrainedUNet>;
}

/** One network's scores. */
interface Evaluated {
  readonly title: string;
  readonly weights: string;
  readonly scores: readonly ImageScores[];
  readonly summary: ScoreSummary;
}

/**
 * Evaluates, writes the files that are asked for, and returns what the user is shown.
 *
 * @throws {TaskError} saying what is missing or wrong
 */
export async function evaluateTask(options: EvaluateOptions, line: ProgressLine): Promise<string[]> {
  const { settings: trained, candidates, name } = await networkOf(options);
  const settings = settingsFor(options, trained);
  const backend = await useBackend(options.backend);
  const { dataset, split } = await openRunData(settings, options, line);
  const indices = options.part === "all" ? [...dataset.ids.keys()] : split[options.part];
  if (indices.length === 0) throw new TaskError(`Cannot evaluate: the ${options.part} part has no image.`);
  const { batchSize, dropoutRate: rate, seed } = settings;
  const passes = options.passes === undefined ? undefined : options.passes || settings.passes;
  const results: Evaluated[] = [];
  for (const { title, weights, open } of candidates) {
    const network = await open();
    try {
      const scores = await evaluateImages(network, { dataset, indices, batchSize }, {
        ...(passes !== undefined && { uncertainty: { passes, rate, seed, labels: ["record", weights] } }),
        onProgress: (done, total) => line.show(`${title}: ${Math.floor(100 * done / total)} %`),
      });
      results.push({ title, weights, scores, summary: summarizeScores(scores) });
    } catch (error) {
      throw plainError(error);
    } finally {
      disposeTree(network.weights);
      line.clear();
    }
  }
  const { dataset: images, split: kind, splitSeed, imageSize } = settings;
  const part = options.part === "all" ? "all images" : `${options.part} images of the ${kind} split, seed ${splitSeed}`;
  if (options.json) {
    const report = {
      network: name,
      trainedOn: trained?.dataset,
      dataset: images,
      split: kind,
      splitSeed,
      part: options.part,
      size: imageSize,
      passes,
      fingerprint: dataset.fingerprint,
      backend: `${backend.name} ${backend.version}`,
      results: results.map(({ weights, summary, scores }) => ({ weights, summary, images: scores })),
    };
    await writeFileAtomically(options.json, `${JSON.stringify(report, null, 1)}\n`);
  }
  if (options.csv) await writeFileAtomically(options.csv, csvOf(results));
  return [
    `${name} on ${images}: ${indices.length} ${part}, ${imageSize} × ${imageSize} pixels` +
    (trained && trained.dataset !== images ? `. It was trained on ${trained.dataset}.` : ""),
    ...(trained && trained.dataset === images && ["train", "all"].includes(options.part)
      ? ["The network has been trained on these images or some of them: this is no test."]
      : []),
    "",
    ...alignedTable([
      [
        "",
        "Dice",
        "IoU",
        "precision",
        "recall",
        ...(passes === undefined ? [] : ["mean D", "ρ(D, error)", "ρ(entropy, error)"]),
      ],
      ...results.map(({ title, summary }) => [title, ...cellsOf(summary)]),
    ]),
    "",
    "Mean over images at probability 0.5 [95 % bootstrap interval over images].",
  ];
}

/** What is to be evaluated: of a run its best or last weights, or the weights in a file. */
async function networkOf(
  { network, runs }: EvaluateOptions,
): Promise<{ name: string; settings?: Experiment; candidates: Candidate[] }> {
  if ("file" in network) {
    const open = async () => {
      try {
        return loadUNetWeights(await Deno.readFile(network.file));
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw plainError(error);
        throw new TaskError(`Cannot evaluate ${network.file}: there is no such file.`);
      }
    };
    await Deno.stat(network.file).catch(() => {
      throw new TaskError(`Cannot evaluate ${network.file}: there is no such file.`);
    });
    return { name: network.file, candidates: [{ title: "weights", weights: "file", open }] };
  }
  const hash = await findRun(runs, network.run, "evaluate");
  const run = await loadRun(runs, hash).catch((error) => {
    throw plainError(error);
  });
  if (!run) throw new TaskError(`Cannot evaluate run ${hash}: it is not finished.`);
  const candidates = network.weights.map((weights): Candidate => ({
    title: weights === "best" ? `best epoch, ${run.bestEpoch}` : `last epoch, ${run.history.length}`,
    weights,
    async open() {
      try {
        return { options: run.experiment, weights: await loadWeights(runs, hash, weights) };
      } catch (error) {
        throw plainError(error);
      }
    },
  }));
  return { name: `Run ${hash}`, settings: run.experiment, candidates };
}

/** The run's settings, where the options don't say otherwise; of another data set only those that are not the data's. */
function settingsFor(options: EvaluateOptions, trained: Experiment = THESIS_EXPERIMENT): Settings {
  const dataset = options.dataset ?? trained.dataset;
  const isOther = dataset !== trained.dataset;
  return {
    ...trained,
    dataset,
    imageSize: options.size ?? trained.imageSize,
    imageCount: options.count ?? (isOther ? 0 : trained.imageCount),
    split: options.split ?? (isOther ? "grouped" : trained.split),
    splitSeed: options.splitSeed ?? trained.splitSeed,
  };
}

function cellsOf({ metrics, uncertainty }: ScoreSummary): string[] {
  const interval = (name: typeof METRIC_NAMES[number]) => {
    const { mean, low, high } = metrics[name];
    return `${mean.toFixed(4)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
  };
  const correlation = (value: number) => Number.isNaN(value) ? "–" : value.toFixed(3);
  return [
    ...METRIC_NAMES.map(interval),
    ...(uncertainty
      ? [
        uncertainty.difficulty.toPrecision(3),
        correlation(uncertainty.difficultyError),
        correlation(uncertainty.entropyError),
      ]
      : []),
  ];
}

/** Rows whose columns stand below each other. */
function alignedTable(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column])).join("  ").trimEnd());
}

function csvOf(results: readonly Evaluated[]): string {
  const rows = results.flatMap(({ weights, scores }) =>
    scores.map(({ id, ...numbers }) => ({ id, weights, ...numbers }))
  );
  return stringify(rows, { columns: Object.keys(rows[0]) }).replaceAll("\r\n", "\n");
}

async function main(args: string[]): Promise<number> {
  const { root } = projectFolder();
  const command = parseEvaluateOptions(args, root, Deno.env.toObject());
  if (command.kind === "help") console.log(EVALUATE_HELP);
  else if (command.kind === "list") console.log([...await runLines(command.runs), "", EVALUATE_HELP].join("\n"));
  else {
    const line = progressLine();
    if ((command.options.backend ?? "tensorflow") === "tensorflow") await setup({ progress: line });
    console.log((await evaluateTask(command.options, line)).join("\n"));
  }
  return 0;
}

if (import.meta.main) await runTask(() => main(Deno.args));
