/**
 * Numbers, words and tables of results as people read them.
 *
 * @module
 */
import type { DifferenceInterval } from "../statistics/bootstrap.ts";
import type { SeedSummary } from "./seed_summary.ts";

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

/**
 * A table in Markdown. The cells are Markdown: words from outside go through `markdownCell` first.
 *
 * @param headings of the columns; one that begins with `>` is set to the right
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(markdownTable(["a", ">b"], [["x", "1"]]), "| a | b |\n| --- | ---: |\n| x | 1 |");
 * ```
 */
export function markdownTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(headings.map((heading) => heading.replace(/^>/, ""))),
    line(headings.map((heading) => heading.startsWith(">") ? "---:" : "---")),
    ...rows.map(line),
  ].join("\n");
}
