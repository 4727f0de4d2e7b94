import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { escapeXml, FONT_FAMILY, textWidth } from "../../lib/notebook/font.ts";
import { svgToPng } from "../../lib/notebook/svg_to_png.ts";

Deno.test("textWidth() is the sum of its parts where no letters are kerned", () => {
  assertAlmostEquals(textWidth("12345", 12), [..."12345"].reduce((sum, digit) => sum + textWidth(digit, 12), 0), 0.1);
  assert(textWidth("a b", 12) > textWidth("ab", 12));
  assert(textWidth("loss", 12, "bold") > textWidth("loss", 12));
});

Deno.test("textWidth() takes signs that XML reserves", () => {
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

Deno.test("escapeXml() leaves nothing that could open a tag or an attribute", () => {
  assertEquals(escapeXml(`<a b="c">&`), "&lt;a b=&quot;c&quot;&gt;&amp;");
});
