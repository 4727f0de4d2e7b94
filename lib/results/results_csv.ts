/**
 * Results of a study as CSV files for programs: numbers with six significant digits, empty where there is none.
 *
 * @module
 */
import { stringify } from "@std/csv";
import { METRIC_NAMES } from "../metrics/metric_names.ts";
import { csvCell } from "../text/escape.ts";
import { FURTHER_KINDS, type FurtherResult, furtherResults, seedCount } from "./further_results.ts";
import type { DifferenceSummary } from "./method_comparison.ts";
import type { GroupResults, Results } from "./results_of.ts";
import type { SeedSummary } from "./method_results.ts";

/** Names of the files. */
export const RESULTS_CSV_FILES: readonly string[] = [
  "methods.csv",
  "comparisons.csv",
  "image_groups.csv",
  "uncertainty.csv",
  ...FURTHER_KINDS.map(({ file }) => file),
];

/** One row by the names of its columns. */
export type Cells = Readonly<Record<string, string | number | undefined>>;

/** Digits of the records, and of what is computed from them. */
const DIGITS = 6;

/** The text of each file that has rows. */
export function resultsCsvFiles({ groups }: Results): Record<string, string> {
  const shown = groups.filter(({ images }) => images > 0);
  const rows = (ofGroup: (group: GroupResults) => readonly Cells[]) =>
    shown.flatMap((group) => ofGroup(group).map((cells) => ({ dataset: group.dataset, split: group.split, ...cells })));
  const files: Record<string, Cells[]> = {
    "methods.csv": rows(({ methods, images }) =>
      methods.flatMap(({ method, title, epsilon, seeds, seconds, best, last, thesis }) =>
        ([["best", best], ["last", last]] as const).map(([weights, metrics]) => ({
          ...{ method, title, epsilon, seeds, images, seconds, weights },
          ...Object.assign({}, ...METRIC_NAMES.map((name) => seedCells(name, metrics?.[name]))),
          ...Object.fromEntries(METRIC_NAMES.map((name) => [`${name}_thesis`, thesis?.[name]])),
        }))
      )
    ),
    "comparisons.csv": rows(({ comparisons, compared, images }) =>
      comparisons.map((row) => ({
        weights: row.weights,
        method: compared,
        compared_with: row.method,
        title: row.title,
        seeds: row.seeds.join(" "),
        images,
        ...differenceCells(row),
        wilcoxon_p: row.pValue,
        holm_p: row.corrected,
        verdict: row.verdict,
        within_margin: row.withinMargin === undefined ? undefined : `${row.withinMargin}`,
        equivalence_p: row.equivalencePValue,
      }))
    ),
    "image_groups.csv": rows(({ imageGroups }) =>
      imageGroups.map(({ dice, ...row }) => ({ ...row, seeds: dice.seeds, ...seedCells("dice", dice) }))
    ),
    "uncertainty.csv": rows(({ methods }) =>
      methods.flatMap(({ method, title, seeds, uncertainty }) =>
        uncertainty
          ? [{
            ...{ method, title, seeds, weights: "best" },
            ...seedCells("spearman_difficulty", uncertainty.difficulty),
            ...seedCells("spearman_entropy", uncertainty.entropy),
            ...seedCells("calibration_error", uncertainty.calibrationError),
            ...seedCells("pixel_error", uncertainty.error),
            ...seedCells("retention_area", uncertainty.area),
            ...seedCells("retention_area_share", uncertainty.areaShare),
          }]
          : []
      )
    ),
    ...Object.fromEntries(
      FURTHER_KINDS.map((kind) => [kind.file, rows(({ methods }) => furtherCells(furtherResults(kind, methods)))]),
    ),
  };
  return Object.fromEntries(
    Object.entries(files).filter(([, cells]) => cells.length > 0).map(([name, cells]) => [name, csvText(cells)]),
  );
}

/** The results of a kind as rows of a CSV file. */
function furtherCells(rows: readonly FurtherResult[]): Cells[] {
  return rows.map(({ quantities, ...row }) => ({
    ...row,
    seeds: seedCount(quantities),
    ...Object.fromEntries(
      Object.entries(quantities).flatMap(([name, summary]) => [
        [`${name} mean`, summary?.mean],
        [`${name} sd`, summary?.deviation],
      ]),
    ),
  }));
}

function seedCells(name: string, summary: SeedSummary | undefined): Cells {
  return { [`${name}_mean`]: summary?.mean, [`${name}_sd`]: summary?.deviation };
}

function differenceCells({ bySeed, seedsAhead, overImages, overSeeds, byVariance }: DifferenceSummary): Cells {
  return {
    difference: bySeed.mean,
    difference_sd: bySeed.deviation,
    seeds_ahead: seedsAhead,
    images_lower: overImages.lower,
    images_upper: overImages.upper,
    seeds_lower: overSeeds?.lower,
    seeds_upper: overSeeds?.upper,
    variance_lower: byVariance?.lower,
    variance_upper: byVariance?.upper,
  };
}

/**
 * Rows as the text of a CSV file. A spreadsheet would run words that begin like a formula: an apostrophe stands before
 * them.
 */
function csvText(rows: readonly Cells[]): string {
  const written = rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([key, value]) => [key, cellText(value)]))
  );
  return stringify(written, { columns: Object.keys(written[0] ?? {}) });
}

function cellText(value: string | number | undefined): string | number {
  if (typeof value === "number") return Number(value.toPrecision(DIGITS));
  return value === undefined ? "" : csvCell(value);
}
