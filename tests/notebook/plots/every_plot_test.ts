import { assert, assertEquals, assertMatch } from "@std/assert";
import { READABLE_WIDTH } from "../../../lib/notebook/plots/theme.ts";
import { chartDescription, chartPicture, VEGA_LITE_SCHEMA } from "../../../lib/notebook/vega_lite.ts";
import { pngSize } from "../png_header.ts";
import { CHARTS, LEAST_CHARTS } from "./sample_charts.ts";

for (const [kind, charts] of [["", CHARTS], [" of the least data", LEAST_CHARTS]] as const) {
  for (const [name, chart] of Object.entries(charts)) {
    Deno.test(`${name}()${kind} is drawn without a warning, twice as large as shown, and narrow enough to read`, async () => {
      const warnings: string[] = [];
      const { png, width, height } = await chartPicture(chart, (warning) => warnings.push(warning));
      assertEquals(warnings, []);
      assertEquals(pngSize(png), [2 * width, 2 * height]);
      assert(width > 300 && width <= READABLE_WIDTH, `${width} pixels wide`);
      assert(height > 150 && height <= 600, `${height} pixels high`);
    });
  }
}

for (const [name, chart] of Object.entries(CHARTS)) {
  Deno.test(`${name}() has a title, a schema that JupyterLab draws, and words for who cannot see it`, () => {
    assertEquals(chart.$schema, VEGA_LITE_SCHEMA);
    assertMatch(chartDescription(chart), /^Chart: .{10,}/);
    assert(JSON.stringify(chart).includes('"tooltip"'));
  });
}

Deno.test("every plot of the library is among those tested here", async () => {
  const exported = await Deno.readTextFile(new URL("../../../lib/notebook/mod.ts", import.meta.url));
  const names = [...exported.matchAll(/\{([^}]+)\} from "\.\/plots\//g)].flatMap(([, names]) => names.split(","));
  const plots = names.map((name) => name.trim()).filter((name) => name !== "" && name !== "frameworkPicture");
  assertEquals(plots.sort(), Object.keys(CHARTS).sort());
});
