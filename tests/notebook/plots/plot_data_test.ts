import { assertEquals } from "@std/assert";
import { plotData } from "../../../lib/notebook/plots/plot_data.ts";

Deno.test("plotData() keeps only the fields that are plotted, with six digits", () => {
  const rows = [{ x: Math.PI, y: 1e-9 / 3, id: "a", note: "left out" }];
  assertEquals(plotData(rows, ["x", "y", "id"]), { values: [{ x: 3.14159, y: 3.33333e-10, id: "a" }] });
});

Deno.test("plotData() keeps what is not a finite number as it is", () => {
  assertEquals(plotData([{ x: undefined, y: null }], ["x", "y"]), { values: [{ x: undefined, y: null }] });
});
