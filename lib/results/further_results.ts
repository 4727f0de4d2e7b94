/**
 * What is measured of a run beside its test images at its own size: images from elsewhere or changed on purpose, test
 * images at the size of their files, and how well each signal tells the error. Tables stand only where there are numbers.
 *
 * @module
 */
import { mean } from "../statistics/mean.ts";
import { orderCorrelation } from "../statistics/correlation.ts";
import { markdownCell } from "../text/escape.ts";
import { type MethodRuns, type SeedSummary, summarizeSeeds } from "./method_results.ts";
import { spreadText, WEIGHTS_TITLES } from "./result_texts.ts";
import { markdownTable } from "../text/markdown_table.ts";
import type { RunRecord, WeightsName } from "./run_record.ts";

/** A quantity of one method over seeds. */
export interface FurtherResult extends Pick<MethodRuns, "method" | "title"> {
  /** Under which weights. */
  readonly weights: WeightsName;
  /** What it is measured on, or by: `"EndoTect"`, `"EndoTect blur-2"`, `"native size"`, a signal. */
  readonly of: string;
  /** Each quantity; undefined where it was not defined in any run. */
  readonly quantities: Readonly<Record<string, SeedSummary | undefined>>;
}

/** A kind of further results: what people call it and how to read it, and its numbers in one run. */
export interface FurtherKind {
  /** Name of its CSV file. */
  readonly file: string;
  /** In Markdown. */
  readonly heading: string;
  /** How to read its table. */
  readonly reading: string;
  /** What a record says. */
  readonly numbersOf: (record: RunRecord) => readonly FurtherNumbers[];
}

/** Numbers of one run. */
export interface FurtherNumbers {
  /** Under which weights. */
  readonly weights: WeightsName;
  /** What they are measured on, or by. */
  readonly of: string;
  /** By name; NaN where one is not defined. */
  readonly quantities: Readonly<Record<string, number>>;
}

/** All kinds, in the order of a page. */
export const FURTHER_KINDS: readonly FurtherKind[] = [
  {
    file: "native.csv",
    heading: "### At the size of the files",
    reading:
      "Test images at the size of their own files. Distances of the outlines are not in records: `deno task evaluate` " +
      "measures them.",
    numbersOf: ({ native }) =>
      grouped(native, ({ weights }) => weights, (rows) => ({
        weights: rows[0].weights,
        of: "native size",
        quantities: { "Dice": mean(rows.map(({ dice }) => dice)), "IoU": mean(rows.map(({ iou }) => iou)) },
      })),
  },
  {
    file: "external.csv",
    heading: "### Images from elsewhere",
    reading:
      "Images that had no part in training, as they are or changed: mean Dice, Spearman's ρ of an image's mean " +
      "predictive entropy and its error, and the share of images in which any lesion is predicted: on images without " +
      "one, false alarms.",
    numbersOf: ({ external }) =>
      external.map(({ dataset, change, weights, dice, entropy, predicted }) => ({
        weights,
        of: [dataset, change].filter((part) => part !== "").join(" "),
        quantities: {
          "Dice": mean(dice),
          "ρ(entropy, 1 − Dice)": orderCorrelation(entropy, dice.map((value) => 1 - value)),
          "Predicted lesion": meanOfDefined(predicted.map((share) => share > 0 ? 1 : 0)),
        },
      })),
  },
  {
    file: "signals.csv",
    heading: "### How well each signal tells the error",
    reading:
      "Spearman's ρ of a signal and the error over the test images, and the share of the tenth with the largest " +
      "error whose signal is below the median: the signal takes these for easy.",
    numbersOf: ({ signals }) =>
      signals.map(({ weights, signal, correlation, worstBelowMedian }) => ({
        weights,
        of: signal,
        quantities: { "ρ(signal, 1 − Dice)": correlation ?? NaN, "Worst taken for easy": worstBelowMedian },
      })),
  },
  {
    file: "updates.csv",
    heading: "### ε at each update",
    reading:
      "Mean ε of the training images at each update; Spearman's ρ of the signal and the error of ȳ over them; and " +
      "the share of the tenth with the largest error whose ε is below the median, where not all images have the same.",
    numbersOf: ({ epsilons, experiment: { epsilonOrder } }) =>
      epsilons.filter(({ worstBelowMedian }) => worstBelowMedian !== null).map((update) => ({
        weights: "last",
        of: `epoch ${update.epoch}`,
        quantities: {
          "Mean ε": update.mean,
          "ρ(signal, 1 − Dice)": update.errorCorrelation ?? NaN,
          "Worst below the median": epsilonOrder === "mean" ? NaN : update.worstBelowMedian ?? NaN,
        },
      })),
  },
];

/** The numbers of a kind, over the seeds that have them; none where no run has. */
export function furtherResults({ numbersOf }: FurtherKind, methods: readonly MethodRuns[]): FurtherResult[] {
  return methods.flatMap(({ method, title, records }) => {
    const numbers = records.flatMap(numbersOf);
    return grouped(numbers, ({ weights, of }) => `${weights} ${of}`, (rows) => {
      const [{ weights, of, quantities }] = rows;
      const summaries = Object.keys(quantities).map((name) =>
        [name, summarizeSeeds(rows.map((row) => row.quantities[name]))] as const
      );
      return { method, title, weights, of, quantities: Object.fromEntries(summaries) };
    });
  });
}

/** The results of a kind as a table in Markdown. */
export function furtherTable(rows: readonly FurtherResult[]): string {
  const names = Object.keys(rows[0].quantities);
  return markdownTable(
    ["Method", "Weights", "", ">Seeds", ...names.map((name) => `>${name}`)],
    rows.map(({ title, weights, of, quantities }) => [
      markdownCell(title),
      WEIGHTS_TITLES[weights],
      markdownCell(of),
      `${seedCount(quantities)}`,
      ...names.map((name) => cellText(quantities[name], seedCount(quantities))),
    ]),
  );
}

/** Seeds that have any of the quantities. */
export function seedCount(quantities: FurtherResult["quantities"]): number {
  return Math.max(0, ...Object.values(quantities).map((summary) => summary?.seeds ?? 0));
}

/** A quantity, with the number of its seeds where it is not defined in all of them. */
function cellText(summary: SeedSummary | undefined, seeds: number): string {
  const text = spreadText(summary, 3);
  return summary && summary.seeds < seeds ? `${text} (${summary.seeds} of ${seeds})` : text;
}

/**
 * One quantity of a kind with a row for each thing it is of and a column for each method with the number of its seeds, last
 * weights; in Markdown.
 */
export function furtherPivot(rows: readonly FurtherResult[], quantity: string): string {
  const last = rows.filter(({ weights, quantities }) => weights === "last" && quantities[quantity]);
  const columns = grouped(last, ({ title }) => title, (ofOne) => ({
    title: ofOne[0].title,
    seeds: Math.max(...ofOne.map(({ quantities }) => seedCount(quantities))),
  }));
  return markdownTable(
    ["", ...columns.map(({ title, seeds }) => `>${markdownCell(title)} (${seeds} ${seeds === 1 ? "seed" : "seeds"})`)],
    grouped(last, ({ of }) => of, (ofOne) => [
      markdownCell(ofOne[0].of),
      ...columns.map(({ title, seeds }) =>
        cellText(ofOne.find((row) => row.title === title)?.quantities[quantity], seeds)
      ),
    ]),
  );
}

function grouped<Row, Result>(
  rows: readonly Row[],
  key: (row: Row) => string,
  result: (rows: readonly Row[]) => Result,
): Result[] {
  return [...Map.groupBy(rows, key).values()].map(result);
}

function meanOfDefined(values: readonly (number | null)[]): number {
  const defined = values.filter((value) => value !== null);
  return defined.length > 0 ? mean(defined) : NaN;
}
