/**
 * Everything that tables and plots show of a profile, from its records.
 *
 * @module
 */
import { type AblationSummary, REFERENCE_VARIANT, summarizeAblations } from "./ablation_summary.ts";
import { type CalibrationSummary, summarizeCalibration } from "./calibration_summary.ts";
import { correlateDifficulty, type DifficultyError } from "./difficulty_error.ts";
import { type GroupResult, summarizeImageGroups } from "./image_groups.ts";
import { compareWithAdaptive, type MethodComparison } from "./method_comparison.ts";
import { type MethodSummary, summarizeMethods } from "./method_summary.ts";
import type { ProfileRecords } from "./read_run_records.ts";
import { differentNetworks, groupRecords, type PlannedRuns } from "./result_groups.ts";
import type { RunRecord } from "./run_record.ts";

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
  /** Image side in pixels, base width, epochs, batch size and τ of the protocol's runs; undefined without runs. */
  readonly settings?: Readonly<Record<"imageSize" | "baseWidth" | "epochs" | "batchSize" | "interval", unknown>>;
  /** Distinct "backend, device, Deno version" of all runs. */
  readonly environments: readonly string[];
  /** Settings of the ablations' reference, which each variant changes; undefined without ablations. */
  readonly reference?: RunRecord["experiment"];
  /** Number of different networks, ablations too: a run that stands in a table under two names is one. */
  readonly networks: number;
  /** Training of these networks, s. */
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
  const reference = ablations.find(({ record }) => record.method === REFERENCE_VARIANT)?.record.experiment;
  const networks = differentNetworks(all);
  const { imageSize, baseWidth, epochs, batchSize, interval } = runs[0]?.experiment ?? {};
  return {
    profile,
    groups,
    ablations: summarizeAblations(ablations),
    ...(runs.length > 0 && { settings: { imageSize, baseWidth, epochs, batchSize, interval } }),
    environments: [
      ...new Set(all.map(({ environment: { backend, device, deno } }) => `${backend}, ${device}, Deno ${deno}`)),
    ].sort(),
    ...(reference && { reference }),
    networks: networks.length,
    seconds: networks.reduce((sum, { seconds }) => sum + seconds, 0),
  };
}
