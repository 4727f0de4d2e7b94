import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type PredictionFigure, predictionsPage } from "../../lib/report/predictions_page.ts";

const FIGURE: PredictionFigure = {
  name: "a",
  file: "a.png",
  width: 40,
  height: 20,
  lesionPixels: 80,
  components: 1,
  difficulty: 0.12345,
  entropy: 0.5,
};
const page = (figures: Partial<PredictionFigure>[], broken: string[] = []) =>
  predictionsPage({ title: "T", facts: ["F"], broken, figures: figures.map((figure) => ({ ...FIGURE, ...figure })) });

Deno.test("predictionsPage() shows images in their order, with links to the files beside it", () => {
  const html = page([{}, { name: "b", file: "b.png", difficulty: null, lesionPixels: 0 }]);
  assert(html.indexOf("1. a.png") < html.indexOf("2. b.png"));
  assertStringIncludes(html, "40 × 20 · lesion 10.0 % in 1 region · D 0.123 · entropy 0.500");
  assertStringIncludes(html, "no lesion · entropy");
  for (const link of ["masks/a.png", "probability/a.png", "uncertainty/a.png", "thumbnails/a.jpg"]) {
    assertStringIncludes(html, `="${link}"`);
  }
  assert(!html.includes("uncertainty/b.png"));
});

Deno.test("predictionsPage() lets no name become markup, or lead out of its folder", () => {
  const name = `"><img src=x onerror=echo>&'#?%41`;
  const html = page([{ name, file: name }], [`Cannot decode "<b>"`]);
  assertEquals(html.match(/<img/g)?.length, 1);
  assert(!html.includes('<b>"'));
  const [, source] = /src="([^"]*)"/.exec(html)!;
  assertEquals(new URL(source.replaceAll("&#39;", "'"), "file:///x/").pathname.split("/").length, 4);
  assertEquals(decodeURIComponent(source.replaceAll("&#39;", "'")), `thumbnails/${name}.jpg`);
  assertStringIncludes(html, "1 file could not be read");
});

Deno.test("predictionsPage() of 10,000 images stays small, and pictures come as one scrolls", () => {
  const html = page(
    Array.from({ length: 10_000 }, (_, index) => ({ name: `image ${index}`, file: `image ${index}.png` })),
  );
  assert(html.length < 8e6, `${html.length} characters`);
  assertEquals(html.match(/<img loading="lazy"/g)?.length, 10_000);
});
