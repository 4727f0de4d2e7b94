import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parse } from "@std/csv";
import { casesCsv, growthCsv, ratioRows, reportMarkdown } from "../../bench/bench_report.ts";
import { growthChart, speedChart } from "../../bench/charts.ts";
import { chartSvg } from "../../lib/notebook/vega_lite.ts";
import { madeReport } from "./made_report.ts";

Deno.test("ratioRows() gives scripts work, size, precision, both medians and peer / ours", () => {
  assertEquals(ratioRows(madeReport())[0], {
    work: "train",
    size: "16/96/8",
    precision: "float32",
    ours: 90,
    peer: 120,
    ratio: 120 / 90,
  });
  assertEquals(ratioRows(madeReport()).length, 4);
});

Deno.test("reportMarkdown() tells ratios with their spread, what was tried, and which case was disturbed", () => {
  const text = reportMarkdown(madeReport());
  assertStringIncludes(text, "| train | 16/96/8 | float32 | 90.0 (81.0–99.0) | 120 (108–132) | 1.33 (1.20–1.47) |");
  assertStringIncludes(text, "Same computation: yes");
  assertStringIncludes(text, "1 of 4 cases were disturbed");
  assertStringIncludes(text, "torch.compile: failed (InvalidCxxCompiler");
  assertStringIncludes(text, "| 600 | 800 |");
  assert(!text.includes("--resume"));
  assertStringIncludes(reportMarkdown({ ...madeReport(), complete: false }), "--resume");
});

Deno.test("reportMarkdown() says which precision is left out, and how to measure it all the same", () => {
  const report = madeReport();
  const text = reportMarkdown({ ...report, machine: { ...report.machine, leftOut: ["bfloat16"] } });
  assertStringIncludes(text, "bfloat16 is left out");
  assertStringIncludes(text, "--precision bfloat16");
  assert(!reportMarkdown(report).includes("left out: the device"));
});

Deno.test("reportMarkdown() says when the two sides do not compute the same", () => {
  const text = reportMarkdown({ ...madeReport(), agreement: { loss: NaN, probability: 0 } });
  assertStringIncludes(text, "Same computation: NO");
});

Deno.test("reportMarkdown() tells where the time goes on both sides, and what oneDNN has no part in", () => {
  const text = reportMarkdown(madeReport());
  assertStringIncludes(text, "| train | 16/96/8 | float32 | 100 / 130 (60 %) | 10.0 / 15.0 |");
  assertStringIncludes(text, "| 40.0 / 40.0 |");
  assert(!reportMarkdown({ ...madeReport(), profiles: undefined }).includes("Where the time goes"));
});

Deno.test("every table of reportMarkdown() has as many cells in each line as in its head", () => {
  const blocks = reportMarkdown(madeReport()).split("\n\n").filter((block) => block.startsWith("|"));
  assertEquals(blocks.length, 6);
  for (const block of blocks) {
    const counts = block.split("\n").map((line) => line.replaceAll("\\|", "").split("|").length);
    assertEquals(new Set(counts).size, 1, block);
  }
});

Deno.test("casesCsv() and growthCsv() have one row a case and a point, with all columns", () => {
  const cases = parse(casesCsv(madeReport()), { skipFirstRow: true });
  assertEquals(cases.length, 4);
  assertEquals([cases[0].work, cases[0].ratio, cases[0].peer_setting], [
    "train",
    String(120 / 90),
    "channels_last, eager",
  ]);
  assertEquals(Number(cases[0].ours_share_of_peak), 2e10 / 0.09 / 1e11);
  const growth = parse(growthCsv(madeReport()), { skipFirstRow: true });
  assertEquals(growth.length, madeReport().growth.length);
  assertEquals([growth[0].axis, growth[0].peer_ms], ["images", "16"]);
});

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
