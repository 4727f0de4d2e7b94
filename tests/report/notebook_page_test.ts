import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { readPageAssets } from "../../lib/report/document.tsx";
import { type Notebook, notebookHead, type NotebookOutput, notebookPage } from "../../lib/report/notebook_page.tsx";
import { CHARTS } from "../notebook/plots/sample_charts.ts";

const assets = await readPageAssets();
const OPTIONS = { name: "1_made", report: { href: "../report.html", text: "← Report" }, notebooks: [] };

function page(outputs: NotebookOutput[], markdown = "# A title\n\n**Question.** Is it\nso?\n\nMore."): string {
  const notebook: Notebook = {
    cells: [
      { cell_type: "markdown", source: markdown },
      { cell_type: "code", source: ["const a = 1; // <b>\n", "a;"], execution_count: 1, outputs },
    ],
  };
  return notebookPage(notebook, OPTIONS, assets);
}

const bundle = (data: Record<string, unknown>): NotebookOutput => ({ output_type: "display_data", data });

Deno.test("notebookHead() reads title and question of the first cell", () => {
  const source = ["# A title\n", "\n", "**Question.** Is it\n", "so?\n", "\n", "More."];
  const cells = [{ cell_type: "markdown", source }];
  assertEquals(notebookHead({ cells }), { title: "A title", question: "Is it so?" });
  assertEquals(notebookHead({ cells: [] }), { title: undefined, question: undefined });
});

Deno.test("notebookPage() turns formulas into MathML and links to notebooks into links to their pages", () => {
  const html = page([], "An $\\hat y$ and\n\n$$s = \\frac12$$\n\n[next](2_baseline.ipynb), [web](https://deno.com)");
  assertStringIncludes(html, '<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">');
  assertStringIncludes(html, '<a href="2_baseline.html">next</a>');
  assertStringIncludes(html, '<a href="https://deno.com">web</a>');
});

Deno.test("notebookPage() draws a chart live, shows its picture nowhere, and has Vega only for charts", () => {
  const html = page([bundle({
    "application/vnd.vegalite.v5+json": CHARTS.learningCurves,
    "image/png": "iVBORw0KGgo=",
    "text/plain": "Chart: Learning curves",
  })]);
  assertStringIncludes(html, '<script type="application/json">');
  assert(!html.includes("iVBORw0KGgo"));
  assertStringIncludes(html, "vegaEmbed");
  assert(page([]).length < 40_000);
});

Deno.test("notebookPage() shows streams, errors, pictures and tables", () => {
  const html = page([
    { output_type: "stream", text: ["Computing with a < b\n"] },
    { output_type: "error", ename: "RangeError", evalue: "not <3>" },
    bundle({ "image/png": ["iVBOR\n", "w0KGgo="], "text/plain": "Two images" }),
    bundle({
      "text/html": "<table></table>",
      "text/markdown": "| a | b |\n| --- | ---: |\n| x | **1** |",
      "text/plain": "a",
    }),
    bundle({ "text/html": "<p>done</p>", "text/plain": "12 epochs" }),
  ]);
  assertStringIncludes(html, "Computing with a &lt; b");
  assertStringIncludes(html, "RangeError: not &lt;3>");
  assertStringIncludes(html, '<img src="data:image/png;base64,iVBORw0KGgo=" alt="Two images"');
  assertStringIncludes(html, '<td class="number"><strong>1</strong></td>');
  assertStringIncludes(html, "<pre>12 epochs</pre>");
});

Deno.test("notebookPage() lets neither text nor outputs become markup", () => {
  const hostile =
    "<script>alert(1)</script> <img src=x onerror=alert(1)> [a](javascript:alert(1)) ![b](https://x.example/b.png)";
  const html = page([
    { output_type: "stream", text: hostile },
    bundle({ "text/html": hostile, "text/markdown": hostile, "text/plain": hostile }),
    bundle({ "text/html": hostile, "text/plain": hostile }),
    bundle({ "image/png": '" onerror="alert(1)', "text/plain": `"${hostile}` }),
    bundle({ "application/vnd.vegalite.v5+json": { title: hostile, description: hostile }, "text/plain": hostile }),
  ], `# ${hostile}\n\n${hostile}\n\n<div onclick="alert(1)">\n\n$\\href{javascript:alert(1)}{x}$`);
  const body = html.replaceAll(/<script>[^]*?<\/script>|<style>[^]*?<\/style>/g, "");
  assertEquals(body.match(/<script\b(?! type="application\/json")/g), null);
  assertEquals(body.match(/<[^>]* on\w+="?alert/g), null);
  assertEquals(body.match(/href="javascript/gi), null);
  assertEquals(body.match(/<img [^>]*src="(?!data:)/g), null);
});
