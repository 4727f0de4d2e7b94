/**
 * What the thesis reports.
 *
 * @module
 */
import type { MetricName } from "./results_table.ts";

/** The data set that the thesis' table is about. */
export const THESIS_DATASET = "kvasir-seg";

/**
 * Table 2 of the thesis: Kvasir-SEG, by method. It prints no table for CVC-ClinicDB, no deviations and no number of
 * seeds.
 */
export const THESIS_TABLE_2: Readonly<Record<string, Readonly<Record<MetricName, number>>>> = {
  "dice": { dice: 0.7895, iou: 0.7021, precision: 0.8281, recall: 0.8154 },
  "focal": { dice: 0.7192, iou: 0.6082, precision: 0.8634, recall: 0.6769 },
  "polydice1": { dice: 0.8095, iou: 0.7198, precision: 0.8461, recall: 0.8268 },
  "polydice1-fixed": { dice: 0.8095, iou: 0.7198, precision: 0.8461, recall: 0.8268 },
  "adaptive": { dice: 0.8272, iou: 0.7440, precision: 0.8707, recall: 0.8397 },
};
