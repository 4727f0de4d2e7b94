/**
 * The metrics of the thesis' Table 2.
 *
 * @module
 */

/** In the thesis' order. */
export const METRIC_NAMES = ["dice", "iou", "precision", "recall"] as const;

/** Name of a metric. */
export type MetricName = typeof METRIC_NAMES[number];

/** What people call them. */
export const METRIC_TITLES: Readonly<Record<MetricName, string>> = {
  dice: "Dice",
  iou: "IoU",
  precision: "Precision",
  recall: "Recall",
};
