import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { table, tableBundle, tableHtml, tableMarkdown, tableText } from "../../lib/notebook/tables.ts";

const ROWS = [
  { layer: "inc", parameters: 38848, share: 0.5 },
  { layer: "a|b <c>", parameters: 12, share: undefined },
];
const LAYERS = table(ROWS, [
  { field: "layer", heading: "Layer" },
  { field: "parameters", heading: "Parameters", emphasiseHighest: true },
  { field: "share", heading: "Share", format: (value) => `${Number(value) * 100} %` },
], { caption: "Two layers" });

Deno.test("table() formats whole numbers, functions and missing cells", () => {
  assertEquals(LAYERS.cells, [["inc", "38,848", "50 %"], ["a|b <c>", "12", "–"]]);
  assertEquals(LAYERS.numeric, [false, true, true]);
});

Deno.test("table() emphasises every highest number of a column and nothing else", () => {
  assertEquals(LAYERS.bold, [[false, true, false], [false, false, false]]);
  const equal = table([{ x: 1 }, { x: 1 }, { x: 0 }], [{ field: "x", heading: "x", emphasiseHighest: true }]);
  assertEquals(equal.bold.flat(), [true, true, false]);
});

Deno.test("tableMarkdown() sets numbers to the right and keeps bars inside cells", () => {
  assertEquals(
    tableMarkdown(LAYERS),
    [
      "Two layers",
      "",
      "| Layer | Parameters | Share |",
      "| --- | ---: | ---: |",
      "| inc | **38,848** | 50 % |",
      "| a\\|b <c> | 12 | – |",
    ].join("\n"),
  );
});

Deno.test("tableMarkdown() keeps a heading that begins with >", () => {
  const content = table([{ id: "a" }], [{ field: "id", heading: "> 0.5" }]);
  assertEquals(tableMarkdown(content).split("\n").slice(0, 2), ["| > 0.5 |", "| --- |"]);
});

Deno.test("tableText() aligns columns", () => {
  const [, head, rule, first, second] = tableText(LAYERS).split("\n");
  assertEquals(new Set([head, rule, first, second].map((line) => line.length)).size, 1);
  assert(first.endsWith("    38,848   50 %"), first);
});

Deno.test("tableHtml() writes signs as text and numbers to the right", () => {
  const html = tableHtml(LAYERS);
  assertStringIncludes(html, "a|b &lt;c&gt;");
  assertStringIncludes(html, "<strong>38,848</strong>");
  assertEquals(html.match(/text-align:right/g)?.length, 6);
});

Deno.test("table() of no rows still has its headings", () => {
  const empty = table([] as { x: number }[], [{ field: "x", heading: "x", emphasiseHighest: true }]);
  assertStringIncludes(tableBundle(empty).data["text/plain"], "x");
});
