import { assertEquals } from "@std/assert";
import { lineInCell } from "../../../tasks/notebooks/cells.ts";

Deno.test("lineInCell() finds the statement behind a line of the JavaScript that the kernel runs", async () => {
  const source =
    "interface A {\n  x: number;\n}\n\nfunction f(a: A): never {\n  throw new Error(`${a.x}`);\n}\n\nf({ x: 1 });";
  // the types and blank lines are gone in: function f(a) {⏎  throw …⏎}⏎f({⏎  x: 1⏎});
  assertEquals(await lineInCell(source, ["Error: 1", "    at f (<anonymous>:2:9)", "    at <anonymous>:4:1"]), 9);
});

Deno.test("lineInCell() finds nothing where the stack has no frame of a cell", async () => {
  assertEquals(await lineInCell("throw 1", [""]), undefined);
  assertEquals(await lineInCell("const = 1", ["    at <anonymous>:1:1"]), undefined);
});
