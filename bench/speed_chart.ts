/**
 * The comparison as a chart: how many times faster we are than PyTorch.
 *
 * @module
 */
import { COLOUR, framed } from "../lib/notebook/plots/theme.ts";
import type { Chart } from "../lib/notebook/vega_lite.ts";
import type { BenchReport } from "./bench_report.ts";
import { WORKS } from "./messages.ts";
import { WORK_TITLES } from "./report_tables.ts";
import { formatWorkSize } from "./work_size.ts";

/** What the project wants to reach, times PyTorch's speed. */
const GOALS = { train: 1.3, mc: 2.5 } as const;

const PANEL_WIDTH = 230;
/** Height of a size's row, pixels. */
const ROW_HEIGHT = 46;

/** A chart of ratios with their quartiles, one panel a work, one row a size. */
export function speedChart({ cases, machine }: BenchReport): Chart {
  const sizes = [...new Set(cases.map(({ settings }) => formatWorkSize(settings)))];
  const precisions = [...new Set(cases.map(({ settings }) => settings.precision))];
  const largest = Math.max(...cases.map(({ steady }) => steady.ratio.upper));
  const panels = WORKS.filter((work) => cases.some(({ settings }) => settings.work === work)).map((work) => {
    const values = cases.filter(({ settings }) => settings.work === work).map(({ settings, steady }) => ({
      size: formatWorkSize(settings),
      precision: settings.precision,
      ...steady.ratio,
    }));
    const y = { field: "size", type: "nominal" as const, sort: sizes, title: null };
    const yOffset = { field: "precision", scale: { domain: precisions } };
    const color = {
      field: "precision",
      type: "nominal" as const,
      title: null,
      scale: { domain: ["float32", "bfloat16"], range: [COLOUR.plain, COLOUR.emphasis] },
      legend: { orient: "bottom" as const },
    };
    const x = {
      type: "quantitative" as const,
      scale: { domain: [0, Math.ceil(1.05 * largest)] },
      title: "times as fast",
    };
    const rule = (at: number, strokeDash: number[]) => ({
      data: { values: [{ at }] },
      mark: { type: "rule" as const, color: COLOUR.reference, strokeDash },
      encoding: { x: { ...x, field: "at" } },
    });
    return {
      title: { text: WORK_TITLES[work], fontSize: 12, offset: 6 },
      width: PANEL_WIDTH,
      height: ROW_HEIGHT * sizes.length,
      layer: [
        rule(1, [1, 0]),
        rule(GOALS[work], [4, 4]),
        {
          data: { values },
          mark: { type: "rule" as const, strokeWidth: 2 },
          encoding: { x: { ...x, field: "lower" }, x2: { field: "upper" }, y, yOffset, color },
        },
        {
          data: { values },
          mark: { type: "point" as const, size: 60, filled: true },
          encoding: { x: { ...x, field: "median" }, y, yOffset, color },
        },
      ],
    };
  });
  const caption = [
    "PyTorch's time over ours, median and quartiles; right of the full line we are faster. Dashed: the goal.",
    "Sizes: base width / image size / batch. " + machine.processor + `, ${machine.cores} cores.`,
  ];
  return framed({ title: "This project beside PyTorch", caption }, { hconcat: panels });
}
