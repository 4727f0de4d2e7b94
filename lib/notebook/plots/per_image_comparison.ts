/**
 * Two methods, image by image.
 *
 * @module
 */
import type { Chart } from "../vega_lite.ts";
import { plotData } from "./plot_data.ts";
import { COLOUR, framed, methodLabel, type NamedMethod } from "./theme.ts";

/** One test image under both methods: a metric in [0, 1] each. */
export interface PairedScore {
  readonly id: string;
  readonly first: number;
  readonly second: number;
}

/** Scores that differ by less count as equal. */
export const TIE = 0.005;

/**
 * The score of each test image under one method (x) against another (y), with the diagonal on which they are equal.
 *
 * @param rows one an image
 * @param options `first`, `second`: the methods; `metric`: the score's name
 */
export function perImageComparison(
  rows: readonly PairedScore[],
  { first, second, metric = "Dice" }: { first: NamedMethod; second: NamedMethod; metric?: string },
): Chart {
  const [x, y] = [methodLabel(first), methodLabel(second)];
  const outcomes = { better: `${y} better`, worse: `${x} better`, equal: "equal" };
  const points = rows.map((row) => ({ ...row, outcome: outcomes[outcomeOf(row)] }));
  const count = (outcome: keyof typeof outcomes) => rows.filter((row) => outcomeOf(row) === outcome).length;
  const domain = Object.values(outcomes);
  return framed({
    title: `${metric} of each test image: ${y} against ${x}`,
    caption: [
      `${rows.length} images: ${y} is better on ${count("better")}, worse on ${count("worse")},`,
      `equal (within ${TIE}) on ${count("equal")}.`,
    ],
  }, {
    width: 340,
    height: 340,
    layer: [
      {
        data: { values: [{ first: 0, second: 0 }, { first: 1, second: 1 }] },
        mark: { type: "line", color: COLOUR.reference, strokeDash: [4, 4], strokeWidth: 1 },
        encoding: { x: { field: "first", type: "quantitative" }, y: { field: "second", type: "quantitative" } },
      },
      {
        data: plotData(points, ["id", "first", "second", "outcome"]),
        mark: { type: "point", opacity: 0.7 },
        encoding: {
          x: { field: "first", type: "quantitative", title: `${metric}, trained with ${x}`, scale: { domain: [0, 1] } },
          y: {
            field: "second",
            type: "quantitative",
            title: `${metric}, trained with ${y}`,
            scale: { domain: [0, 1] },
          },
          color: {
            field: "outcome",
            type: "nominal",
            title: null,
            scale: { domain, range: [COLOUR.emphasis, COLOUR.plain, COLOUR.reference] },
            legend: { orient: "bottom", columns: 1 },
          },
          shape: {
            field: "outcome",
            type: "nominal",
            title: null,
            scale: { domain, range: ["triangle-up", "triangle-down", "circle"] },
          },
          tooltip: [
            { field: "id", title: "image id" },
            { field: "first", title: x, format: ".4f" },
            { field: "second", title: y, format: ".4f" },
          ],
        },
      },
    ],
  });
}

function outcomeOf({ first, second }: PairedScore): "better" | "worse" | "equal" {
  if (Math.abs(second - first) < TIE) return "equal";
  return second > first ? "better" : "worse";
}
