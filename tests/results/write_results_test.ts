import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parse } from "@std/csv";
import { type ResultRow, resultsCsv, resultsMarkdown, summarizeMetrics } from "../../lib/evaluation/results_table.ts";
import { THESIS_TABLE_2 } from "../../lib/evaluation/thesis_results.ts";
import { METHOD_NAMES } from "../../lib/training/methods.ts";

const image = (value: number) => ({ dice: value, iou: value / 2, precision: value, recall: 1 - value });

function row(method: string, value: number, changes: Partial<ResultRow> = {}): ResultRow {
  return {
    method,
    title: `Method "${method}"`,
    dataset: "kvasir-seg",
    profile: "quick",
    split: "grouped",
    epsilon: "0",
    seeds: [1],
    images: 2,
    weights: "best",
    ours: summarizeMetrics([image(value), image(value)]),
    thesis: THESIS_TABLE_2[method],
    run: "abc",
    seconds: 12.4,
    environment: "tensorflow 2.21.0, CPU, Deno 2.9.6",
    ...changes,
  };
}

Deno.test("summarizeMetrics() gives mean and sample standard deviation over images", () => {
  const { dice, recall } = summarizeMetrics([image(0.5), image(0.7)]);
  assertEquals([dice.mean, recall.mean].map((value) => value.toFixed(6)), ["0.600000", "0.400000"]);
  assertEquals(dice.deviation.toFixed(6), (0.1 * Math.SQRT2).toFixed(6));
  assertEquals(summarizeMetrics([image(0.5)]).dice.deviation, 0);
});

Deno.test("resultsMarkdown() sets the best mean in bold and the thesis' value in brackets", () => {
  const [header, , first, second] = resultsMarkdown([row("dice", 0.6), row("adaptive", 0.7)]).split("\n");
  assertEquals(header, "| Method | ε | Dice | IoU | Precision | Recall |");
  assertStringIncludes(first, "| 0.6000 (0.7895) |");
  assertStringIncludes(second, "| **0.7000** (0.8272) |");
  assertStringIncludes(first, "**0.4000** (0.8154)");
});

Deno.test("resultsMarkdown() says what the numbers depend on, and where the thesis has none", () => {
  const text = resultsMarkdown([row("dice", 0.6, { thesis: undefined, dataset: "synthetic" })]);
  for (const part of ["synthetic", "grouped split", "2 test images", "`quick`", "seed 1", "Deno 2.9.6", "12 s"]) {
    assertStringIncludes(text, part);
  }
  assertStringIncludes(text, "The thesis has no table for this data set");
  assert(!text.includes("("), "no brackets without a thesis value");
});

Deno.test("resultsCsv() can be read back, unrounded", () => {
  const [record] = parse(resultsCsv([row("dice", 1 / 3)]), { skipFirstRow: true });
  assertEquals(Number(record.dice_mean), 1 / 3);
  assertEquals(record.dice_thesis, "0.7895");
  assertEquals(record.title, 'Method "dice"');
});

Deno.test("the thesis' Table 2 has a row for each of its five methods", () => {
  assertEquals(Object.keys(THESIS_TABLE_2), [...METHOD_NAMES]);
});
