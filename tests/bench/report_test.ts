import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parse } from "@std/csv";
import { growthPoints } from "../../bench/bench_plan.ts";
import {
  type BenchCase,
  type BenchReport,
  casesCsv,
  growthCsv,
  ratioRows,
  reportMarkdown,
} from "../../bench/bench_report.ts";
import { growthChart, speedChart } from "../../bench/charts.ts";
import { KERNEL_KINDS, type KernelTimes } from "../../bench/kernel_profile.ts";
import type { CaseResult } from "../../bench/measure_case.ts";
import type { WorkSettings } from "../../bench/messages.ts";
import { CHANNELS_LAST } from "../../bench/peer_variants.ts";
import { chartSvg } from "../../lib/notebook/vega_lite.ts";

const SETTINGS: WorkSettings = {
  work: "train",
  precision: "float32",
  baseWidth: 16,
  imageSize: 96,
  batch: 8,
  images: 16,
  passes: 10,
  dropoutRate: 0.5,
};

function result(settings: WorkSettings, ours: number, peer: number): CaseResult {
  const spread = (median: number) => ({ median, lower: 0.9 * median, upper: 1.1 * median });
  const cost = { start: 500, prepare: 20, trace: 700, peakBytes: 6e8, arithmetic: 2e10 };
  return {
    settings,
    variant: CHANNELS_LAST,
    steady: {
      ours: spread(ours),
      peer: spread(peer),
      ratio: spread(peer / ours),
      rounds: 7,
      disturbed: 0,
      otherCores: 0,
    },
    ours: cost,
    peer: { ...cost, peakBytes: 8e8 },
  };
}

/** As long in each kind of kernel. */
function kernels(milliseconds: number): KernelTimes["kernels"] {
  return Object.fromEntries(KERNEL_KINDS.map((kind) => [kind, milliseconds])) as KernelTimes["kernels"];
}

/** Two works in two precisions at one size, the last one disturbed, and all points of growth. */
function madeReport(): BenchReport {
  const compiled = { ...CHANNELS_LAST, compile: true };
  const trials = [
    { variant: CHANNELS_LAST, milliseconds: 120, firstMilliseconds: 300 },
    { variant: compiled, error: 'InvalidCxxCompiler: no "g++" | "clang"' },
  ];
  const bench = (change: Partial<WorkSettings>, ours: number, peer: number): BenchCase => ({
    ...result({ ...SETTINGS, ...change }, ours, peer),
    trials,
    at: "2026-01-02T03:04:05.000Z",
  });
  const disturbed = bench({ work: "mc", precision: "bfloat16" }, 150, 900);
  return {
    machine: {
      processor: "A processor",
      cores: 2,
      memory: 8 * 2 ** 30,
      system: "linux x86_64",
      deno: "2.9.6",
      ours: "TensorFlow 2.21.0 on CPU",
      peer: "PyTorch 2.15.0 on CPU",
      leftOut: [],
    },
    agreement: { loss: 1e-6, probability: 2e-6 },
    peaks: [
      { precision: "float32", rates: [{ kind: "product", ours: 9e10, peer: 1e11 }] },
      { precision: "bfloat16", rates: [{ kind: "convolution", ours: 1e11, peer: 4e11 }] },
    ],
    cases: [
      bench({}, 90, 120),
      bench({ work: "mc" }, 200, 1000),
      bench({ precision: "bfloat16" }, 60, 70),
      { ...disturbed, steady: { ...disturbed.steady, otherCores: 1.2 } },
    ],
    growth: growthPoints().map(({ axis, value, settings }) => ({ ...result(settings, value, 2 * value), axis, value })),
    profiles: [{
      settings: SETTINGS,
      variant: CHANNELS_LAST,
      ours: { total: 100, kernels: kernels(10) },
      peer: { total: 130, kernels: kernels(15) },
      operations: [
        { operation: "Relu", count: 18, milliseconds: 10 },
        { operation: "Conv2D", count: 19, milliseconds: 80 },
        { operation: "Mul", count: 5, milliseconds: 9.5 },
        { operation: "Add", count: 2, milliseconds: 0.5 },
      ],
    }],
    complete: true,
  };
}

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

Deno.test("reportMarkdown() says which precision is left out, and when the two sides do not compute the same", () => {
  const report = madeReport();
  const text = reportMarkdown({
    ...report,
    machine: { ...report.machine, leftOut: ["bfloat16"] },
    agreement: { loss: NaN, probability: 0 },
  });
  assertStringIncludes(text, "bfloat16 is left out");
  assertStringIncludes(text, "--precision bfloat16");
  assertStringIncludes(text, "Same computation: NO");
  assert(!reportMarkdown(report).includes("left out: the device"));
});

Deno.test("reportMarkdown() tells where the time goes on both sides, and what oneDNN has no part in", () => {
  const text = reportMarkdown(madeReport());
  assertStringIncludes(text, "| train | 16/96/8 | float32 | 100 / 130 (60 %) | 10.0 / 15.0 |");
  assertStringIncludes(text, "| 40.0 / 40.0 |");
  assert(!reportMarkdown({ ...madeReport(), profiles: undefined }).includes("Where the time goes"));
});

Deno.test("reportMarkdown() names the step's operations, convolutions first, small ones together", () => {
  assertStringIncludes(
    reportMarkdown(madeReport()).replaceAll(/ +/g, " "),
    [
      "| operation | 16/96/8 float32 |",
      "| --- | --- |",
      "| `Conv2D` | 80.0 (19) |",
      "| `Relu` | 10.0 (18) |",
      "| `Mul` | 9.50 (5) |",
      "| others | 0.50 (2) |",
      "| all | 100 (44) |",
      "| convolutions | 80 % |",
    ].join("\n"),
  );
});

Deno.test("every table of reportMarkdown() has as many cells in each line as in its head", () => {
  const blocks = reportMarkdown(madeReport()).split("\n\n").filter((block) => block.startsWith("|"));
  assertEquals(blocks.length, 7);
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

Deno.test("speedChart() and growthChart() can be drawn without a warning", async () => {
  const warnings: string[] = [];
  for (const chart of [speedChart, growthChart]) {
    await chartSvg(chart(madeReport()), (message) => warnings.push(message));
  }
  assertEquals(warnings, []);
});

Deno.test("speedChart() has a panel for each work that was measured, with the ratios as they are", () => {
  const report = madeReport();
  const text = JSON.stringify(speedChart({ ...report, cases: report.cases.slice(0, 1) }));
  assertStringIncludes(text, `"median":${120 / 90}`);
  assertStringIncludes(text, "training step");
  assertEquals(text.includes("difficulty of a data set"), false);
});
