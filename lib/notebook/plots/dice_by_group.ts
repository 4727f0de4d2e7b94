/**
 * Results by the size of the polyp or by the difficulty of the image.
 *
 * @module
 */
import type { Chart } from "../vega_lite.ts";
import { plotData } from "./plot_data.ts";
import { framed, methodScales, type NamedMethod } from "./theme.ts";

/** One method on one group of images; a `GroupDice` of `lib/results/image_groups.ts` is one. */
export interface MethodGroupDice extends NamedMethod {
  readonly grouping: "size" | "difficulty";
  /** From 1: the smallest, or the easiest. */
  readonly group: number;
  /** Ends of the group: shares of the image, or D in nats. */
  readonly from: number;
  readonly to: number;
  readonly images: number;
  readonly dice: { readonly mean: number; readonly deviation?: number };
}

const TITLES = { size: "Dice by size of the lesion", difficulty: "Dice by difficulty" } as const;
const AXES = { size: "share of the image that is lesion", difficulty: "difficulty D (nats)" } as const;

/** Space between the methods of a group, pixels. */
const METHOD_STEP = 12;

/**
 * Mean Dice ± one deviation over seeds of every method, side by side in each group.
 *
 * @param rows of one grouping, one a method and group
 * @param options `caption`: data set, split, where the groups come from
 */
export function diceByGroup(rows: readonly MethodGroupDice[], { caption }: { caption: readonly string[] }): Chart {
  const { grouping } = rows[0];
  const scales = methodScales(rows);
  const bound = (value: number) => grouping === "size" ? `${(100 * value).toFixed(1)} %` : value.toPrecision(2);
  const name = ({ from, to, images }: MethodGroupDice) => `${bound(from)} to ${bound(to)}; n = ${images}`;
  const groups = [...new Map(rows.toSorted((a, b) => a.group - b.group).map((row) => [row.group, name(row)])).values()];
  const marks = rows.map((row) => ({
    group: name(row),
    method: scales.label(row),
    dice: row.dice.mean,
    low: row.dice.mean - (row.dice.deviation ?? 0),
    high: row.dice.mean + (row.dice.deviation ?? 0),
  }));
  const x = {
    field: "group",
    type: "nominal" as const,
    sort: groups,
    title: AXES[grouping],
    axis: { labelExpr: "split(datum.label, '; ')", labelAngle: 0, ticks: false },
  };
  const xOffset = { field: "method", type: "nominal" as const, scale: { domain: scales.colour.domain } };
  const y = { type: "quantitative" as const, title: "mean Dice", scale: { zero: false, nice: true } };
  const legend = { orient: "bottom" as const, columns: 3 };
  const color = { field: "method", type: "nominal" as const, title: null, scale: scales.colour, legend };
  return framed({ title: TITLES[grouping], caption: [...caption, "Mean ± sample deviation over seeds."] }, {
    width: Math.max(300, groups.length * (scales.count * METHOD_STEP + 30)),
    height: 240,
    data: plotData(marks, ["group", "method", "dice", "low", "high"]),
    layer: [
      {
        mark: { type: "rule", strokeWidth: 2, opacity: 0.7 },
        encoding: { x, xOffset, y: { ...y, field: "low" }, y2: { field: "high" }, color },
      },
      {
        mark: { type: "point", size: 55, opacity: 1 },
        encoding: {
          x,
          xOffset,
          y: { ...y, field: "dice" },
          color,
          shape: { field: "method", type: "nominal", title: null, scale: scales.shape, legend },
          tooltip: [{ field: "method" }, { field: "group" }, { field: "dice", format: ".4f" }],
        },
      },
    ],
  });
}
