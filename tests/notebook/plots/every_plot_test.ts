import { assert, assertEquals, assertMatch } from "@std/assert";
import sharp from "sharp";
import { READABLE_WIDTH } from "../../../lib/notebook/plots/theme.ts";
import { chartDescription, chartPicture, VEGA_LITE_SCHEMA } from "../../../lib/notebook/vega_lite.ts";
import { CHARTS, LEAST_CHARTS } from "./sample_charts.ts";

for (const [kind, charts] of [["", CHARTS], [" of the least data", LEAST_CHARTS]] as const) {
  for (const [name, chart] of Object.entries(charts)) {
    Deno.test(`${name}()${kind} is drawn without a warning, narrow enough to read, and has words and a schema`, async () => {
      const warnings: string[] = [];
      const { png, width, height } = await chartPicture(chart, (warning) => warnings.push(warning));
      assertEquals(warnings, []);
      const drawn = await sharp(png).metadata();
      assertEquals([drawn.width, drawn.height], [2 * width, 2 * height]);
      assert(width > 300 && width <= READABLE_WIDTH, `${width} pixels wide`);
      assert(height > 150 && height <= 600, `${height} pixels high`);
      assertEquals(chart.$schema, VEGA_LITE_SCHEMA); // one that JupyterLab draws
      assertMatch(chartDescription(chart), /^Chart: .{6,}/);
      assert(JSON.stringify(chart).includes('"tooltip"'));
    });
  }
}

Deno.test("every plot of the library is among those tested here", async () => {
  const exported = await Deno.readTextFile(new URL("../../../lib/notebook/mod.ts", import.meta.url));
  const names = [...exported.matchAll(/\{([^}]+)\} from "\.\/plots\//g)].flatMap(([, names]) => names.split(","));
  const plots = names.map((name) => name.trim()).filter((name) => name !== "" && name !== "frameworkPicture");
  assertEquals(plots.sort(), Object.keys(CHARTS).sort());
});
