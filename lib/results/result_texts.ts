/**
 * Numbers, words and tables of results as people read them.
 *
 * @module
 */
import type { DifferenceInterval } from "../statistics/bootstrap.ts";
import type { SeedSummary } from "./method_results.ts";
import type { StudyData } from "../experiment/study.ts";
import type { MetricName } from "../metrics/metric_names.ts";
import type { WeightsName } from "./run_record.ts";

/** What stands where there is no number. */
export const NOTHING = "–";

/** `"0.8123 ± 0.0041"`; without the deviation for one seed, a dash for none. */
export function spreadText(summary: Pick<SeedSummary, "mean" | "deviation"> | undefined, digits = 4): string {
  if (!summary) return NOTHING;
  const { mean, deviation } = summary;
  return `${numberText(mean, digits)}${deviation === undefined ? "" : ` ± ${deviation.toFixed(digits)}`}`;
}

/** `"+0.012"`, `"−0.012"`, with a true minus. */
export function signedText(value: number, digits = 3): string {
  return Number(value.toFixed(digits)) < 0 ? numberText(value, digits) : `+${Math.abs(value).toFixed(digits)}`;
}

/** `"−0.020 … +0.004"`. */
export function intervalText(interval: Pick<DifferenceInterval, "lower" | "upper"> | undefined, digits = 3): string {
  return interval ? `${signedText(interval.lower, digits)} … ${signedText(interval.upper, digits)}` : NOTHING;
}

/** `"0.032"`, `"< 0.001"`. */
export function pValueText(value: number): string {
  return value < 0.001 ? "< 0.001" : value.toFixed(3);
}

/** `"41 min"`, `"3.2 h"`. */
export function durationText(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

/** `"a"`, `"a and b"`, `"a, b and c"`, `"none"`. */
export function listText(parts: readonly string[]): string {
  if (parts.length === 0) return "none";
  return parts.length === 1 ? parts[0] : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

function numberText(value: number, digits: number): string {
  return value.toFixed(digits).replace("-", "−");
}

/** A metric as the thesis prints it: four digits. */
export function metricText(value: number): string {
  return value.toFixed(4);
}

/** Names of data sets that the project knows. */
export const DATASET_TITLES: Readonly<Record<string, string>> = {
  "kvasir-seg": "Kvasir-SEG",
  "cvc-clinicdb": "CVC-ClinicDB",
  "synthetic": "Synthetic images",
};

const SPLIT_TITLES: Readonly<Record<string, string>> = { manifest: "split of its manifest" };

/** Names of the weights that a run keeps. */
export const WEIGHTS_TITLES: Readonly<Record<WeightsName, string>> = { best: "best epoch", last: "last epoch" };

/** `"Kvasir-SEG"`; images of one's own go by their own name, whatever it is. */
export function datasetTitle({ dataset, own }: Pick<StudyData, "dataset" | "own">): string {
  return own === undefined ? DATASET_TITLES[dataset] ?? dataset : dataset;
}

/** `"Kvasir-SEG, grouped split"`, with what is read in another way than by default. */
export function groupTitle({ split, set, ...data }: StudyData): string {
  const fold = /^fold-(\d+)-of-(\d+)$/.exec(split);
  const ofSplit = fold ? `fold ${fold[1]} of ${fold[2]}` : SPLIT_TITLES[split] ?? `${split} split`;
  return [datasetTitle(data), ofSplit, ...Object.entries(set).map(([name, value]) => `${name} ${value}`)].join(", ");
}

/** What a reader must know of a published data set's split before reading its tables. */
const SPLIT_NOTES: Readonly<Record<string, string>> = {
  "cvc-clinicdb grouped":
    "The test frames are of 3 video sequences, and frames of one sequence resemble each other: intervals and p hold for " +
    "other frames of these sequences, not for other patients.",
  "cvc-clinicdb random":
    "Every test frame has frames of its own video sequence in training or validation: these scores measure memory of a " +
    "sequence too, and intervals and p hold for such frames only.",
};

/** The note on a data set and split; nothing for images of one's own. */
export function splitNote({ dataset, own, split }: StudyData): string | undefined {
  return own === undefined ? SPLIT_NOTES[`${dataset} ${split}`] : undefined;
}

/**
 * Table 2 of the thesis: Kvasir-SEG, by method. It prints no table for CVC-ClinicDB, no deviations and no number of
 * seeds. The best fixed ε is 0 there.
 */
export const THESIS_TABLE_2: Readonly<Record<string, Readonly<Record<MetricName, number>>>> = {
  "dice": { dice: 0.7895, iou: 0.7021, precision: 0.8281, recall: 0.8154 },
  "focal": { dice: 0.7192, iou: 0.6082, precision: 0.8634, recall: 0.6769 },
  "polydice1": { dice: 0.8095, iou: 0.7198, precision: 0.8461, recall: 0.8268 },
  "polydice1-fixed": { dice: 0.8095, iou: 0.7198, precision: 0.8461, recall: 0.8268 },
  "adaptive": { dice: 0.8272, iou: 0.7440, precision: 0.8707, recall: 0.8397 },
};

/** The thesis' values of a method, where it has some for these images. */
export function thesisValues(
  method: string,
  { dataset, own }: Pick<StudyData, "dataset" | "own">,
): Readonly<Record<MetricName, number>> | undefined {
  return dataset === "kvasir-seg" && own === undefined ? THESIS_TABLE_2[method] : undefined;
}
