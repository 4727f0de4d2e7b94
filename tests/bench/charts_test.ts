import { assertEquals, assertStringIncludes } from "@std/assert";
import { growthChart } from "../../bench/growth_chart.ts";
import { speedChart } from "../../bench/speed_chart.ts";
import { chartSvg } from "../../lib/notebook/vega_lite.ts";
import { madeReport } from "./made_report.ts";

for (const [name, chart] of [["speedChart", speedChart], ["growthChart", growthChart]] as const) {
  Deno.test(`${name}() can be drawn without a warning`, async () => {
    const warnings: string[] = [];
    await chartSvg(chart(madeReport()), (message) => warnings.push(message));
    assertEquals(warnings, []);
  });
}

Deno.test("speedChart() has a panel for each work that was measured, with the ratios as they are", () => {
  const report = madeReport();
  const text = JSON.stringify(speedChart({ ...report, cases: report.cases.slice(0, 1) }));
  assertStringIncludes(text, `"median":${120 / 90}`);
  assertStringIncludes(text, "training step");
  assertEquals(text.includes("difficulty of a data set"), false);
});
