/**
 * Growth as a chart: time and memory of both sides against images, passes and image size.
 *
 * @module
 */
import { COLOUR, framed } from "../lib/notebook/plots/theme.ts";
import type { Chart } from "../lib/notebook/vega_lite.ts";
import type { BenchReport, GrowthResult } from "./bench_report.ts";
import { AXIS_TITLES, WORK_TITLES } from "./report_tables.ts";

const PANEL_WIDTH = 125, PANEL_HEIGHT = 120;
const SIDES = ["ours", "PyTorch"];

/** What is drawn upwards: its title, its scale, and how it is read from a result. */
const QUANTITIES: readonly [
  title: string,
  scale: "log" | "linear",
  read: (result: GrowthResult, side: "ours" | "peer") => number,
][] = [
  ["time, ms", "log", ({ steady }, side) => steady[side].median],
  ["peak memory, MB", "linear", (result, side) => result[side].peakBytes / 1e6],
];
/** Marks of the time's axis, of which each panel shows those in its range. */
const TIME_MARKS = [1, 2, 3, 4, 5].flatMap((power) => [10 ** power, 2 * 10 ** power, 5 * 10 ** power]);

/** A chart with one column for each work and axis; time above, memory below; all but memory's scales are logarithmic. */
export function growthChart({ growth, machine }: BenchReport): Chart {
  const columns = [...Map.groupBy(growth, ({ settings, axis }) => `${settings.work} ${axis}`).values()];
  const rows = QUANTITIES.map(([title, scale, read], row) => ({
    hconcat: columns.map((points, column) => {
      const { settings: { work }, axis } = points[0];
      const values = points.flatMap((point) => [
        { value: point.value, side: "ours", measured: read(point, "ours") },
        { value: point.value, side: "PyTorch", measured: read(point, "peer") },
      ]);
      return {
        ...(row === 0 ? { title: { text: WORK_TITLES[work], fontSize: 12, offset: 6 } } : {}),
        width: PANEL_WIDTH,
        height: PANEL_HEIGHT,
        data: { values },
        mark: { type: "line" as const, point: true },
        encoding: {
          x: {
            field: "value",
            type: "quantitative" as const,
            scale: { type: "log" as const, nice: false, padding: 14 },
            axis: { values: points.map(({ value }) => value), grid: false },
            title: row === 1 ? AXIS_TITLES[axis] : null,
          },
          y: {
            field: "measured",
            type: "quantitative" as const,
            scale: { type: scale, nice: scale === "linear" },
            axis: scale === "log" ? { values: marksWithin(values.map(({ measured }) => measured)) } : { tickCount: 4 },
            title: column === 0 ? title : null,
          },
          color: {
            field: "side",
            type: "nominal" as const,
            title: null,
            scale: { domain: SIDES, range: [COLOUR.emphasis, COLOUR.plain] },
            legend: { orient: "bottom" as const },
          },
        },
      };
    }),
  }));
  const caption = [
    "Base width 16, float32, batch 8; where not varied: 8 images, N = 10, 96 pixels. PyTorch: channels_last, eager.",
    `${machine.processor}, ${machine.cores} cores.`,
  ];
  return framed({ title: "Growth of time and memory", caption }, { vconcat: rows });
}

function marksWithin(values: readonly number[]): number[] {
  const [lowest, highest] = [Math.min(...values), Math.max(...values)];
  return TIME_MARKS.filter((mark) => mark >= lowest && mark <= highest);
}
