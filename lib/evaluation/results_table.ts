/**
 * The results table: ours beside the thesis', for people as Markdown, for programs as CSV.
 *
 * @module
 */
import { stringify } from "@std/csv";
import { mean, sampleStandardDeviation } from "../statistics/mean.ts";

/** Metrics of the table, in the thesis' order. */
export const METRIC_NAMES = ["dice", "iou", "precision", "recall"] as const;

/** Name of a metric. */
export type MetricName = typeof METRIC_NAMES[number];

/** Mean and sample standard deviation over test images. */
export interface MetricSummary {
  /** Mean over images. */
  readonly mean: number;
  /** Sample standard deviation over images; 0 for one image. */
  readonly deviation: number;
}

/** One method's row. Everything that the numbers depend on stands beside them. */
export interface ResultRow {
  /** Name of the method, for programs. */
  readonly method: string;
  /** Name of the method, for people. */
  readonly title: string;
  /** Name of the data set. */
  readonly dataset: string;
  /** Name of the profile. */
  readonly profile: string;
  /** How the images are split. */
  readonly split: string;
  /** ε of the run; `"adaptive"` where it follows the uncertainty, `"–"` where the loss has none. */
  readonly epsilon: string;
  /** Seeds of the runs behind the row. */
  readonly seeds: readonly number[];
  /** Number of test images. */
  readonly images: number;
  /** Which weights: `"best"` on validation, or `"last"`. */
  readonly weights: string;
  /** Means and deviations over our test images. */
  readonly ours: Readonly<Record<MetricName, MetricSummary>>;
  /** The thesis' values, where it has some for this data set. */
  readonly thesis?: Readonly<Record<MetricName, number>>;
  /** Hash of the run. */
  readonly run: string;
  /** Time of training, s. */
  readonly seconds: number;
  /** Backend, device and versions. */
  readonly environment: string;
}

/** Means and deviations over images. */
export function summarizeMetrics(
  rows: readonly Readonly<Record<MetricName, number>>[],
): Record<MetricName, MetricSummary> {
  const summary = (name: MetricName): MetricSummary => {
    const values = rows.map((row) => row[name]);
    return { mean: mean(values), deviation: values.length > 1 ? sampleStandardDeviation(values) : 0 };
  };
  return { dice: summary("dice"), iou: summary("iou"), precision: summary("precision"), recall: summary("recall") };
}

const TITLES: Readonly<Record<MetricName, string>> = {
  dice: "Dice",
  iou: "IoU",
  precision: "Precision",
  recall: "Recall",
};

/** A metric as people read it: four digits, as the thesis prints them. */
export function formatMetric(value: number): string {
  return value.toFixed(4);
}

/**
 * The table as Markdown: for each method one row of ours (mean over test images, with the best mean of each metric in
 * bold), and the thesis' values beside them in brackets.
 */
export function resultsMarkdown(rows: readonly ResultRow[]): string {
  const hasThesis = rows.some((row) => row.thesis);
  const best = (name: MetricName) => Math.max(...rows.map((row) => row.ours[name].mean));
  const cell = (row: ResultRow, name: MetricName) => {
    const value = formatMetric(row.ours[name].mean);
    const ours = row.ours[name].mean === best(name) ? `**${value}**` : value;
    return row.thesis ? `${ours} (${formatMetric(row.thesis[name])})` : ours;
  };
  const header = ["Method", "ε", ...METRIC_NAMES.map((name) => TITLES[name])];
  const lines = rows.map((row) => [row.title, row.epsilon, ...METRIC_NAMES.map((name) => cell(row, name))]);
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const alignment = header.map((_, index) => index < 2 ? "---" : "---:");
  return [line(header), line(alignment), ...lines.map(line), "", describeRows(rows, hasThesis)].join("\n") + "\n";
}

/** The table as CSV: one row a method, one column a value, nothing rounded. */
export function resultsCsv(rows: readonly ResultRow[]): string {
  const records = rows.map((row) => {
    const { ours, thesis, seeds, ...rest } = row;
    const values = METRIC_NAMES.flatMap((name) => [
      [`${name}_mean`, ours[name].mean],
      [`${name}_sd`, ours[name].deviation],
      [`${name}_thesis`, thesis?.[name] ?? ""],
    ]);
    return { ...rest, seeds: seeds.join(" "), ...Object.fromEntries(values) };
  });
  return stringify(records, { columns: Object.keys(records[0] ?? {}) });
}

function describeRows(rows: readonly ResultRow[], hasThesis: boolean): string {
  const [first] = rows;
  if (!first) return "No runs.";
  const seconds = rows.reduce((sum, row) => sum + row.seconds, 0);
  const parts = [
    `Data: ${first.dataset}, ${first.split} split, ${first.images} test images`,
    `profile \`${first.profile}\``,
    `seed ${first.seeds.join(", ")}`,
    `${first.weights === "best" ? "weights of the best validation epoch" : "weights of the last epoch"}`,
    `means over images at probability 0.5`,
    `training ${Math.round(seconds)} s in all`,
    first.environment,
  ];
  const thesis = hasThesis
    ? " In brackets the thesis' Table 2: Kvasir-SEG at 224 px, width 64, 200 epochs; split and seeds not named."
    : " The thesis has no table for this data set.";
  return `${parts.join("; ")}.${thesis}`;
}
