import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type Chart, chartDescription, chartPicture, chartSvg } from "../../lib/notebook/vega_lite.ts";

const POINTS = {
  $schema: "https://vega.github.io/schema/vega-lite/v5.json",
  title: "Two points",
  width: 100,
  height: 80,
  data: { values: [{ x: 1, y: 2 }, { x: 2, y: 3 }] },
  mark: "point",
  encoding: { x: { field: "x", type: "quantitative" }, y: { field: "y", type: "quantitative" } },
} satisfies Chart;

Deno.test("chartSvg() draws every row", async () => {
  const svg = await chartSvg(POINTS);
  assertEquals(svg.match(/aria-roledescription="point"/g)?.length, 2);
});

Deno.test("chartSvg() passes warnings on", async () => {
  const warnings: string[] = [];
  await chartSvg({ ...POINTS, data: { values: [] } }, (warning) => warnings.push(warning));
  assertStringIncludes(warnings.join(), "Infinite extent");
});

Deno.test("chartSvg() of a specification that cannot be drawn is an error", async () => {
  await assertRejects(() => chartSvg({ ...POINTS, transform: [{ filter: "datum.x >" }] }), Error);
  await assertRejects(() => chartSvg({ ...POINTS, mark: undefined } as unknown as Chart), Error);
});

Deno.test("chartPicture() is the same to the byte each time", async () => {
  assertEquals((await chartPicture(POINTS)).png, (await chartPicture(POINTS)).png);
});

Deno.test("long labels keep their full text", async () => {
  const label = "a label that is much longer than what Vega would guess to fit";
  const values = [{ x: 1, y: label }];
  const svg = await chartSvg({
    ...POINTS,
    data: { values },
    config: { axis: { labelLimit: 0 } },
    encoding: { x: POINTS.encoding.x, y: { field: "y", type: "nominal" } },
  });
  assert(svg.includes(`>${label}<`));
});

Deno.test("chartDescription() is the description, or else the title", () => {
  assertEquals(chartDescription({ ...POINTS, description: "words" }), "words");
  assertEquals(chartDescription(POINTS), "Chart: Two points");
  assertEquals(chartDescription({ ...POINTS, title: { text: ["Two", "lines"] } }), "Chart: Two lines");
  assertEquals(chartDescription({ ...POINTS, title: undefined }), "Chart: without a title");
});
