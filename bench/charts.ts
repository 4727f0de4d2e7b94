/**
 * A report's charts: how many times faster we are than PyTorch, and growth of time and memory. Run as a program it draws
 * them beside the report: `bench.vl.json` and `bench.png`, and `growth.*` where growth was measured.
 *
 * @module
 */
import { join } from "@std/path";
import { COLOUR, framed } from "../lib/notebook/plots/theme.ts";
import { type Chart, chartPicture } from "../lib/notebook/vega_lite.ts";
import { formatWorkSize } from "./bench_plan.ts";
import { AXIS_TITLES, type BenchReport, type GrowthResult, WORK_TITLES } from "./bench_report.ts";
import { WORKS } from "./messages.ts";

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

const GROWTH_WIDTH = 125, GROWTH_HEIGHT = 120;
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
        width: GROWTH_WIDTH,
        height: GROWTH_HEIGHT,
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

/** Draws a report's charts beside it. */
async function drawCharts(folder: string): Promise<void> {
  const report: BenchReport = JSON.parse(await Deno.readTextFile(join(folder, "bench.json")));
  const charts: Record<string, Chart> = {
    ...(report.cases.length ? { bench: speedChart(report) } : {}),
    ...(report.growth.length ? { growth: growthChart(report) } : {}),
  };
  for (const [name, chart] of Object.entries(charts)) {
    await Deno.writeTextFile(join(folder, `${name}.vl.json`), JSON.stringify(chart, null, 2) + "\n");
    await Deno.writeFile(join(folder, `${name}.png`), (await chartPicture(chart)).png);
  }
}

if (import.meta.main) await drawCharts(Deno.args[0]);
