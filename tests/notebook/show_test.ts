import { assertEquals, assertExists } from "@std/assert";
import { bundleOf } from "../../lib/notebook/show.ts";
import { approximationError } from "../../lib/notebook/plots/equation_errors.ts";
import { frameworkPicture } from "../../lib/notebook/plots/framework_diagram.ts";
import { table } from "../../lib/notebook/tables.ts";

Deno.test("bundleOf() sends a chart as specification, picture and words", async () => {
  const chart = approximationError([{ order: 1, error: 0.1 }, { order: 2, error: 0.01 }]);
  const { data, metadata } = await bundleOf(chart);
  assertEquals(Object.keys(data).sort(), ["application/vnd.vegalite.v5+json", "image/png", "text/plain"]);
  assertEquals(data["application/vnd.vegalite.v5+json"], chart);
  assertExists((metadata["image/png"] as { width?: number }).width);
});

Deno.test("bundleOf() tells pictures, tables and text apart", async () => {
  assertEquals(Object.keys((await bundleOf(frameworkPicture())).data).sort(), ["image/png", "text/plain"]);
  assertEquals(Object.keys((await bundleOf({ markdown: "**D**" })).data).sort(), ["text/markdown", "text/plain"]);
  const { data } = await bundleOf(table([{ x: 1 }], [{ field: "x", heading: "x" }]));
  assertEquals(Object.keys(data).sort(), ["text/html", "text/markdown", "text/plain"]);
});

Deno.test("show() and showProgress() print words outside a kernel", async () => {
  const script = `
    import { show, showProgress } from "${new URL("../../lib/notebook/show.ts", import.meta.url)}";
    await show({ markdown: "hello" });
    const progress = showProgress({ label: "Dice", total: 2 });
    for (const done of [1, 2]) await progress.update({ done });
    await progress.finish();
  `;
  const config = new URL("../../deno.json", import.meta.url);
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--ext=ts", `--config=${config.pathname}`, script],
    env: { NO_COLOR: "1" },
  }).output();
  assertEquals(success, true);
  const lines = new TextDecoder().decode(stdout).trim().split("\n");
  assertEquals(lines.length, 3);
  assertEquals([lines[0], lines[2].includes("epoch 2/2")], ["hello", true]);
});
