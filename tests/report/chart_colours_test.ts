import { assert, assertEquals } from "@std/assert";
import { chartColours, contrast, GROUND } from "../../lib/report/chart_colours.ts";
import { CHARTS } from "../notebook/plots/sample_charts.ts";

Deno.test("contrast() is WCAG's", () => {
  assertEquals(contrast("#000000", "#ffffff"), 21);
  assertEquals(contrast("#777777", "#777777"), 1);
  assert(Math.abs(contrast("#767676", "#ffffff") - 4.54) < 0.01);
});

Deno.test("chartColours() keeps the ink of every chart readable on a dark page", () => {
  for (const [name, chart] of Object.entries(CHARTS)) {
    const { dark } = chartColours(chart);
    assertEquals(dark["#ffffff"], GROUND.dark, name);
    assert(contrast(dark["#1F2933"], GROUND.dark) >= 7, name);
    assert(contrast(dark["#52606D"], GROUND.dark) >= 4.5, name);
  }
});

Deno.test("chartColours() brings lines to a contrast of 3 on paper and 6 in the dark, and leaves data alone", () => {
  const chart = {
    mark: { type: "line" as const, color: "#56B4E9" },
    data: { values: [{ id: "#123456" }] },
    encoding: { color: { scale: { range: ["#440154", "#0072B2"] } } },
  };
  const { light, dark } = chartColours(chart as never);
  assert(contrast(light["#56B4E9"], GROUND.light) >= 3);
  assert(contrast(dark["#440154"], GROUND.dark) >= 6);
  assert(contrast(dark["#0072B2"], GROUND.dark) >= 6);
  assertEquals([light["#0072B2"], dark["#56B4E9"], light["#123456"]], [undefined, undefined, undefined]);
});
