import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import sharp from "sharp";
import { FONT_FAMILY, svgToPng, textWidth } from "../../lib/notebook/svg.ts";

Deno.test("textWidth() is the sum of its parts where no letters are kerned", () => {
  assertAlmostEquals(textWidth("12345", 12), [..."12345"].reduce((sum, digit) => sum + textWidth(digit, 12), 0), 0.1);
  assert(textWidth("a b", 12) > textWidth("ab", 12));
  assert(textWidth("loss", 12, "bold") > textWidth("loss", 12));
  assert(textWidth("<&>", 12) > 0);
});

Deno.test("the font has the letters and signs of the thesis", () => {
  const picture = (text: string) =>
    svgToPng(
      `<svg xmlns="http://www.w3.org/2000/svg" width="30" height="30"><text x="5" y="20" font-size="20" ` +
        `font-family="${FONT_FAMILY}">${text}</text></svg>`,
      text,
    ).png;
  const blank = picture("");
  const unknown = picture("\uE0FF"); // a private character that no font has
  for (const letter of "εθτσκγαŷΣ√∞×−±·≥≤½²") {
    assert(textWidth(letter, 12) > 0, letter);
    assert(String(picture(letter)) !== String(blank) && String(picture(letter)) !== String(unknown), letter);
  }
});

Deno.test("svgToPng() draws at twice the shown size, and tells which drawing cannot be read", async () => {
  const picture = svgToPng('<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"/>', "nothing");
  const { width, height } = await sharp(picture.png).metadata();
  assertEquals([picture.width, picture.height, width, height], [30, 20, 60, 40]);
  assertThrows(() => svgToPng("<svg", "the broken one"), Error, 'Cannot draw "the broken one"');
});
