import { assert, assertEquals } from "@std/assert";
import { METHODS } from "../../../lib/training/methods.ts";
import { METHOD_STYLES, methodsInOrder, methodStyle, orderedColours } from "../../../lib/notebook/plots/theme.ts";

Deno.test("plots call every method of the library as its own table does", () => {
  for (const { name, title } of Object.values(METHODS)) assertEquals(methodStyle(name).label, title);
});

Deno.test("no two methods share a colour, a shape or a label", () => {
  const styles = Object.values(METHOD_STYLES);
  for (const property of ["colour", "shape", "label"] as const) {
    assertEquals(new Set(styles.map((style) => style[property])).size, styles.length, property);
  }
});

Deno.test("methodStyle() draws an unknown method under its own name", () => {
  assertEquals(methodStyle("mine").label, "mine");
});

Deno.test("methodsInOrder() takes each method once", () => {
  assertEquals(methodsInOrder(["focal", "focal", "dice"]), ["dice", "focal"]);
  assertEquals(methodsInOrder([]), []);
});

Deno.test("orderedColours() are all different, for any number of steps", () => {
  for (const count of [0, 1, 2, 5, 12]) {
    const colours = orderedColours(count);
    assertEquals(new Set(colours).size, count);
    assert(colours.every((colour) => /^#[0-9a-f]{6}$/.test(colour)));
  }
});
