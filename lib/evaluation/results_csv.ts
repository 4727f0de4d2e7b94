/**
 * Results of a profile as CSV files for programs: numbers with six significant digits, empty where there is none.
 *
 * @module
 */
import { stringify } from "@std/csv";
import type { MetricSummaries } from "./method_summary.ts";
import type { ProtocolResults } from "./protocol_results.ts";
import { METRIC_NAMES } from "./results_table.ts";
import type { DifferenceSummary } from "./seed_differences.ts";
import type { SeedSummary } from "./seed_summary.ts";

/** Names of the files. */
export const RESULTS_CSV_FILES = [
  "methods.csv",
  "comparisons.csv",
  "image_groups.csv",
  "difficulty.csv",
  "calibration.csv",
  "ablations.csv",
] as const;

type Cells = Readonly<Record<string, string | number | undefined>>;

/** Digits of the records, and of what is computed from them. */
const DIGITS = 6;

/** The text of each file that has rows. */
export function resultsCsvFiles({ groups, ablations }: ProtocolResults): Record<string, string> {
  const rows: Record<typeof RESULTS_CSV_FILES[number], Cells[]> = {
    "methods.csv": groups.flatMap(({ methods }) =>
      methods.flatMap(({ best, last, thesis, complete: _, sameAs: __, ...summary }) =>
        ([["best", best], ["last", last]] as const).map(([weights, metrics]) => ({
          ...summary,
          weights,
          ...metricCells(metrics),
          ...Object.fromEntries(METRIC_NAMES.map((name) => [`${name}_thesis`, thesis?.[name]])),
        }))
      )
    ),
    "comparisons.csv": groups.flatMap(({ comparisons }) =>
      comparisons.map((row) => ({
        dataset: row.dataset,
        split: row.split,
        weights: row.weights,
        compared_with: row.method,
        title: row.title,
        seeds: row.seeds.join(" "),
        images: row.images,
        ...differenceCells(row),
        wilcoxon_p: row.pValue,
        holm_p: row.corrected,
        adaptive_is: row.verdict,
      }))
    ),
    "image_groups.csv": groups.flatMap(({ imageGroups }) =>
      imageGroups.map(({ dice, adaptiveAhead, ...row }) => ({
        ...row,
        ...seedCells("dice", dice),
        ...differenceCells(adaptiveAhead),
      }))
    ),
    "difficulty.csv": groups.flatMap(({ difficulty }) =>
      difficulty.map(({ difficulty: ofDifficulty, entropy, ...row }) => ({
        ...row,
        ...seedCells("spearman_difficulty", ofDifficulty),
        ...seedCells("spearman_entropy", entropy),
      }))
    ),
    "calibration.csv": groups.flatMap(({ calibration }) =>
      calibration.map(({ dataset, split, weights, method, title, seeds, ...row }) => ({
        ...{ dataset, split, weights, method, title, seeds },
        ...seedCells("calibration_error", row.calibrationError),
        ...seedCells("pixel_error", row.error),
        ...seedCells("retention_area", row.area),
        ...seedCells("retention_area_share", row.areaShare),
      }))
    ),
    "ablations.csv": ablations.map(({ best, last, difference, lastDifference, seeds, ...row }) => ({
      ...row,
      seeds: seeds.join(" "),
      ...seedCells("dice", best),
      ...seedCells("dice_last", last),
      ...differenceCells(difference),
      last_difference: lastDifference?.bySeed.mean,
      last_seeds_lower: lastDifference?.overSeeds?.lower,
      last_seeds_upper: lastDifference?.overSeeds?.upper,
    })),
  };
  return Object.fromEntries(
    Object.entries(rows).filter(([, cells]) => cells.length > 0).map(([name, cells]) => [name, csvText(cells)]),
  );
}

function metricCells(metrics: MetricSummaries | undefined): Cells {
  return Object.assign({}, ...METRIC_NAMES.map((name) => seedCells(name, metrics?.[name])));
}

function seedCells(name: string, summary: SeedSummary | undefined): Cells {
  return { [`${name}_mean`]: summary?.mean, [`${name}_sd`]: summary?.deviation };
}

function differenceCells(difference: DifferenceSummary | undefined): Cells {
  const { bySeed, seedsAhead, overImages, overSeeds } = difference ?? {};
  return {
    difference: bySeed?.mean,
    difference_sd: bySeed?.deviation,
    seeds_ahead: seedsAhead,
    images_lower: overImages?.lower,
    images_upper: overImages?.upper,
    seeds_lower: overSeeds?.lower,
    seeds_upper: overSeeds?.upper,
  };
}

function csvText(rows: readonly Cells[]): string {
  const written = rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map((
        [key, value],
      ) => [key, typeof value === "number" ? Number(value.toPrecision(DIGITS)) : value ?? ""]),
    )
  );
  return stringify(written, { columns: Object.keys(written[0]) });
}
