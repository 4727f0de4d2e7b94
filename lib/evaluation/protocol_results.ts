/**
 * Everything that tables and plots show of a profile, from its records.
 *
 * @module
 */
import { type AblationSummary, summarizeAblations } from "./ablation_summary.ts";
import { type CalibrationSummary, summarizeCalibration } from "./calibration_summary.ts";
import { correlateDifficulty, type DifficultyError } from "./difficulty_error.ts";
import { type GroupResult, summarizeImageGroups } from "./image_groups.ts";
import { compareWithAdaptive, type MethodComparison } from "./method_comparison.ts";
import { type MethodSummary, summarizeMethods } from "./method_summary.ts";
import type { ProfileRecords } from "./read_run_records.ts";
import { groupRecords, type PlannedRuns } from "./result_groups.ts";

/** Results on one data set and split. */
export interface GroupResults {
  /** Name of the data set. */
  readonly dataset: string;
  /** How the images are split. */
  readonly split: string;
  /** One entry a method. */
  readonly methods: readonly MethodSummary[];
  /** Under the weights of the best validation epoch, then of the last one. */
  readonly comparisons: readonly MethodComparison[];
  /** By size, then by difficulty; weights of the best validation epoch, as in all that follows. */
  readonly imageGroups: readonly GroupResult[];
  /** How D and the error go together. */
  readonly difficulty: readonly DifficultyError[];
  /** How well probabilities are calibrated. */
  readonly calibration: readonly CalibrationSummary[];
}

/** Results of a profile. */
export interface ProtocolResults {
  /** Name of the profile. */
  readonly profile: string;
  /** One entry a data set and split. */
  readonly groups: readonly GroupResults[];
  /** One entry an ablation. */
  readonly ablations: readonly AblationSummary[];
  /** Image side in pixels, base width, epochs and batch size of the protocol's runs; undefined without runs. */
  readonly settings?: Readonly<Record<"imageSize" | "baseWidth" | "epochs" | "batchSize", unknown>>;
  /** Distinct "backend, device, Deno version" of all runs. */
  readonly environments: readonly string[];
  /** Training and evaluation of all runs, ablations too. */
  readonly seconds: number;
}

/**
 * Computes all summaries of a profile.
 *
 * @param records of the profile
 * @param plan what the protocol wants; runs that are missing show as gaps
 * @throws {Error} when records that stand in one table are not comparable
 */
export function protocolResults(
  { profile, runs, ablations }: ProfileRecords,
  plan: readonly PlannedRuns[] = [],
): ProtocolResults {
  const all = [...runs, ...ablations.map(({ record }) => record)];
  const groups = groupRecords(runs, plan).map((group) => ({
    dataset: group.dataset,
    split: group.split,
    methods: summarizeMethods(group),
    comparisons: [...compareWithAdaptive(group, "best"), ...compareWithAdaptive(group, "last")],
    imageGroups: [...summarizeImageGroups(group, "size"), ...summarizeImageGroups(group, "difficulty")],
    difficulty: correlateDifficulty(group),
    calibration: summarizeCalibration(group),
  }));
  const { imageSize, baseWidth, epochs, batchSize } = runs[0]?.experiment ?? {};
  return {
    profile,
    groups,
    ablations: summarizeAblations(ablations),
    ...(runs.length > 0 && { settings: { imageSize, baseWidth, epochs, batchSize } }),
    environments: [
      ...new Set(all.map(({ environment: { backend, device, deno } }) => `${backend}, ${device}, Deno ${deno}`)),
    ].sort(),
    seconds: all.reduce((sum, { seconds }) => sum + seconds, 0),
  };
}
