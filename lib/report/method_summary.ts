/**
 * What a report says of each method: means over the test images with their intervals, and the runs they come from.
 *
 * @module
 */
import { METRIC_NAMES, type MetricName } from "../evaluation/results_table.ts";
import { THESIS_TABLE_2 } from "../evaluation/thesis_results.ts";
import { mean } from "../statistics/mean.ts";
import { type DifferenceInterval, type MeanInterval, meanInterval, pairedBootstrap } from "../statistics/bootstrap.ts";
import type { MethodRun } from "../training/train_method.ts";
import type { Run, TestRow } from "../training/run.ts";

/** The data set that the thesis' table is about. */
const THESIS_DATASET = "kvasir-seg";

/** Draws of an interval of the table, which is told to two digits: they move its ends by less than a hundredth. */
const TABLE_RESAMPLES = 2000;

/** A method's line of the table. */
export interface MethodSummary {
  readonly method: string;
  readonly title: string;
  /** ε of the run; `"adaptive"` where it follows the uncertainty, `"–"` where the loss has none. */
  readonly epsilon: string;
  readonly seeds: readonly number[];
  /** Number of test images. */
  readonly images: number;
  /** Means over images, each the mean over seeds; the interval is over images. */
  readonly ours: Readonly<Record<MetricName, MeanInterval>>;
  /** The thesis' values, where it has some for this data set. */
  readonly thesis?: Readonly<Record<MetricName, number>>;
}

/** One method, as many runs as there are seeds. */
export interface MethodRuns {
  readonly method: string;
  readonly title: string;
  readonly runs: readonly Run[];
}

/** The runs by method, in the order in which methods come. */
export function groupByMethod(results: readonly MethodRun[]): MethodRuns[] {
  const groups = Map.groupBy(results, ({ method }) => method.name);
  return [...groups].map(([method, group]) => ({
    method,
    title: group[0].method.title,
    runs: group.map(({ run }) => run),
  }));
}

/** A method's line: from the weights of each run's best validation epoch. */
export function summarizeMethod({ method, title, runs }: MethodRuns): MethodSummary {
  const [{ experiment }] = runs;
  const images = scoresByImage(runs);
  const interval = (metric: MetricName) =>
    meanInterval(images.map((scores) => scores[metric]), { resamples: TABLE_RESAMPLES });
  return {
    method,
    title,
    epsilon: epsilonOf(runs),
    seeds: runs.map((run) => run.experiment.seed),
    images: images.length,
    ours: {
      dice: interval("dice"),
      iou: interval("iou"),
      precision: interval("precision"),
      recall: interval("recall"),
    },
    thesis: experiment.dataset === THESIS_DATASET ? THESIS_TABLE_2[method] : undefined,
  };
}

/** A test image's Dice under two methods. */
export interface PairedDice {
  readonly id: string;
  readonly first: number;
  readonly second: number;
}

/** Dice of every test image that both methods have, each the mean over seeds. */
export function pairedDice(first: MethodRuns, second: MethodRuns): PairedDice[] {
  const others = new Map(scoresByImage(second.runs).map(({ id, dice }) => [id, dice]));
  return scoresByImage(first.runs).flatMap(({ id, dice }) => {
    const other = others.get(id);
    return other === undefined ? [] : [{ id, first: dice, second: other }];
  });
}

/** How far a method is ahead of another in Dice, with the interval over images. */
export function diceDifference(pairs: readonly PairedDice[]): DifferenceInterval {
  return pairedBootstrap(pairs.map(({ first }) => first), pairs.map(({ second }) => second));
}

function scoresByImage(runs: readonly Run[]): ({ id: string } & Record<MetricName, number>)[] {
  const best = runs.flatMap(({ test }) => test.filter(({ weights }) => weights === "best"));
  return [...Map.groupBy(best, ({ id }) => id)].map(([id, rows]) => {
    const score = (metric: MetricName) => mean(rows.map((row: TestRow) => row[metric]));
    const [dice, iou, precision, recall] = METRIC_NAMES.map(score);
    return { id, dice, iou, precision, recall };
  });
}

function epsilonOf(runs: readonly Run[]): string {
  const [{ experiment }] = runs;
  if (experiment.epsilonControl === "adaptive") return "adaptive";
  if (experiment.loss !== "polydice1") return "–";
  return [...new Set(runs.map((run) => String(run.experiment.epsilon)))].join(", ");
}
