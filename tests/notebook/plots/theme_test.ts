import { assert, assertEquals } from "@std/assert";
import { METHODS } from "../../../lib/experiment/methods.ts";
import { METHOD_STYLES, methodLabel, methodsInOrder, orderedColours } from "../../../lib/notebook/plots/theme.ts";

Deno.test("plots call a method by its title, or as the library does, or by its own name", () => {
  for (const [method, { title }] of Object.entries(METHODS)) assertEquals(methodLabel({ method }), title);
  assertEquals([methodLabel({ method: "mine" }), methodLabel({ method: "dice", title: "Mine" })], ["mine", "Mine"]);
});

Deno.test("no two methods share a colour or a shape", () => {
  const styles = Object.values(METHOD_STYLES);
  for (const property of ["colour", "shape"] as const) {
    assertEquals(new Set(styles.map((style) => style[property])).size, styles.length, property);
  }
});

Deno.test("methodsInOrder() takes each method once", () => {
  const rows = ["focal", "mine", "focal", "dice"].map((method) => ({ method }));
  assertEquals(methodsInOrder(rows).map(({ method }) => method), ["dice", "focal", "mine"]);
  assertEquals(methodsInOrder([]), []);
});

Deno.test("orderedColours() are all different, for any number of steps", () => {
  for (const count of [0, 1, 2, 5, 12]) {
    const colours = orderedColours(count);
    assertEquals(new Set(colours).size, count);
    assert(colours.every((colour) => /^#[0-9a-f]{6}$/.test(colour)));
  }
});
