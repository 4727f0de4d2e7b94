/**
 * Draws the charts of a report beside it: `bench.vl.json` and `bench.png`, and `growth.*` where growth was measured.
 *
 * @module
 */
import { dirname, join } from "@std/path";
import { type Chart, chartPicture } from "../lib/notebook/vega_lite.ts";
import type { BenchReport } from "./bench_report.ts";
import { growthChart } from "./growth_chart.ts";
import { speedChart } from "./speed_chart.ts";

/**
 * Draws a report's charts.
 *
 * @param record path of the report
 */
export async function drawCharts(record: string): Promise<void> {
  const report: BenchReport = JSON.parse(await Deno.readTextFile(record));
  const charts: Record<string, Chart> = {
    ...(report.cases.length ? { bench: speedChart(report) } : {}),
    ...(report.growth.length ? { growth: growthChart(report) } : {}),
  };
  for (const [name, chart] of Object.entries(charts)) {
    const path = join(dirname(record), name);
    await Deno.writeTextFile(`${path}.vl.json`, JSON.stringify(chart, null, 2) + "\n");
    await Deno.writeFile(`${path}.png`, (await chartPicture(chart)).png);
  }
}

if (import.meta.main) await drawCharts(Deno.args[0]);
