import { assert, assertEquals, assertMatch } from "@std/assert";
import { join, toFileUrl } from "@std/path";
import type { Page } from "playwright-core";
import { type Notebook, notebookPage } from "../../lib/report/notebook_page.tsx";
import { readPageAssets } from "../../lib/report/document.tsx";
import { reportPage } from "../../lib/report/report_page.tsx";
import { axeFindings, type BrowserOptions, browserTest, DESKTOP, PHONE, type Visit } from "../browser.ts";
import { CHARTS } from "../notebook/plots/sample_charts.ts";
import { madeReport } from "./made_report.ts";

// One made-up report and one notebook's page, which every test below opens from the disk.
const folder = await Deno.makeTempDir({ prefix: "polydice_report_" });
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
const address = await writePages();

const CHART_COUNT = 5;

for (const [device, viewport] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
  for (const colorScheme of ["light", "dark"] as const) {
    reportTest(
      `draws every chart, fits the window, is accessible (${device}, ${colorScheme})`,
      async ({ page, screenshot }) => {
        assertEquals(await drawnCharts(page), Array(CHART_COUNT).fill(colorScheme));
        assertEquals(await page.evaluate("document.documentElement.scrollWidth"), viewport.width);
        const emptiest: number = await page.evaluate(
          `Math.min(...[...document.querySelectorAll(".chart svg")].map((svg) => svg.querySelectorAll("path[aria-label], path[aria-roledescription]").length))`,
        );
        assert(emptiest >= 3, `a chart has ${emptiest} marks`);
        const shrunk: string[] = await page.evaluate(
          `[...document.querySelectorAll(".chart svg")].filter((svg) => svg.clientWidth < svg.getAttribute("width") - 1).map((svg) => svg.closest("figure").textContent)`,
        );
        assertEquals(shrunk, []);
        const wide: string[] = await page.evaluate(
          `[...document.querySelectorAll(".chart")].filter((chart) => chart.scrollWidth > chart.clientWidth + 1).map((chart) => chart.parentElement.textContent)`,
        );
        assertEquals(wide, []);
        assertEquals(
          await page.evaluate(`[...document.querySelectorAll("img")].filter((image) => !image.naturalWidth).length`),
          0,
        );
        await screenshot(`report_${device}_${colorScheme}`);
        assertEquals(await axeFindings(page), []);
      },
      { viewport, colorScheme },
    );
  }
}

reportTest("changes its theme and its charts' by the switch, with the keyboard too, and keeps it", async ({ page }) => {
  const ground = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
  const axis = () => page.locator(".chart svg .role-axis-label text").first().getAttribute("fill");
  const [lightGround, lightAxis] = [await ground(), await axis()];
  await page.locator("input[name=theme][value=auto]").focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  assertEquals(await drawnCharts(page, "dark"), Array(CHART_COUNT).fill("dark"));
  assert(await ground() !== lightGround && await axis() !== lightAxis);
  await page.waitForTimeout(500); // a reload in the moment of the choice was once seen to find it not kept yet
  await page.reload();
  assertEquals(await drawnCharts(page), Array(CHART_COUNT).fill("dark"));
  await page.locator("input[name=theme][value=light]").click();
  assertEquals(await drawnCharts(page, "light"), Array(CHART_COUNT).fill("light"));
  assertEquals([await ground(), await axis()], [lightGround, lightAxis]);
});

reportTest(
  "tells a point's numbers under the pointer, and every chart's in a table that the keyboard opens",
  async ({ page }) => {
    await drawnCharts(page);
    const point = page.locator("#difficulty-error ~ .chart .mark-symbol path").first();
    await point.scrollIntoViewIfNeeded();
    await point.hover({ force: true });
    const tooltip = page.locator("#vg-tooltip-element.visible");
    await tooltip.waitFor();
    assertMatch(await tooltip.innerText(), /image id.*D \(nats\).*1 − Dice/s);

    const summary = page.locator("#difficulty-error ~ details summary");
    await summary.focus();
    await page.keyboard.press("Enter");
    assertEquals(await page.locator("#difficulty-error ~ details tbody tr").count(), 12);
  },
);

reportTest("leads to a notebook's page with formulas and a live chart, and back", async ({ page, screenshot }) => {
  await page.getByRole("link", { name: "1 · Made up" }).click();
  assertEquals(await drawnCharts(page), ["light"]);
  const formula = `document.querySelector("math[display=block]").getBoundingClientRect().height`;
  assert(await page.evaluate<number>(formula) > 20);
  assertEquals(await axeFindings(page), []);
  await screenshot("report_notebook");
  await page.getByRole("link", { name: "Report" }).click();
  assertEquals(await page.title(), "Adaptive PolyDice: Synthetic images, profile quick");
});

/** A test of the opened report. */
function reportTest(
  name: string,
  run: (visit: Visit) => Promise<void>,
  context: BrowserOptions["context"] = { colorScheme: "light" },
): void {
  Deno.test(browserTest(`report.html ${name}`, async (visit) => {
    await visit.page.goto(address);
    await run(visit);
  }, { context }));
}

/**
 * The theme that each chart has been drawn in, once all are drawn; a wanted theme is waited for. It asks again and again
 * from here: Playwright's own waiting runs text as a program inside of the page, which the page's policy forbids.
 */
async function drawnCharts(page: Page, theme?: string): Promise<string[]> {
  const done = theme ? [theme] : ["light", "dark"];
  const deadline = performance.now() + 30_000;
  for (;;) {
    const drawn: string[] = await page.evaluate(
      `[...document.querySelectorAll(".chart")].map((chart) => chart.dataset.drawn)`,
    );
    if (drawn.every((it) => done.includes(it)) || performance.now() > deadline) return drawn;
    await page.waitForTimeout(50);
  }
}

async function writePages(): Promise<string> {
  const assets = await readPageAssets();
  const markdown =
    "# 1 · Made up\n\nA formula:\n\n$$s = \\frac{2\\lVert\\hat y\\rVert\\lVert y\\rVert}{\\lVert y\\rVert^2}$$";
  const outputs = [{
    output_type: "display_data",
    data: { "application/vnd.vegalite.v5+json": CHARTS.lossAgainstAngle, "text/plain": "Chart" },
  }];
  const notebook: Notebook = {
    cells: [
      { cell_type: "markdown", source: markdown },
      { cell_type: "code", source: "await show(lossAgainstAngle(curves));", execution_count: 1, outputs },
    ],
  };
  await Deno.mkdir(join(folder, "notebooks"));
  const options = { name: "1_made", report: { href: "../report.html", text: "← Report" }, notebooks: [] };
  await Deno.writeTextFile(join(folder, "notebooks", "1_made.html"), notebookPage(notebook, options, assets));
  await Deno.writeTextFile(join(folder, "report.html"), reportPage(await madeReport(), assets));
  return toFileUrl(join(folder, "report.html")).href;
}
