import { assertEquals, assertThrows } from "@std/assert";
import { svgToPng } from "../../lib/notebook/svg_to_png.ts";
import { pngSize } from "./png_header.ts";

Deno.test("svgToPng() draws at twice the shown size", () => {
  const picture = svgToPng('<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"/>', "nothing");
  assertEquals([picture.width, picture.height], [30, 20]);
  assertEquals(pngSize(picture.png), [60, 40]);
});

Deno.test("svgToPng() tells which drawing cannot be read", () => {
  assertThrows(() => svgToPng("<svg", "the broken one"), Error, 'Cannot draw "the broken one"');
});
