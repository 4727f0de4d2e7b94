import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { textWidth } from "../../../lib/notebook/font.ts";
import { frameworkDiagram, frameworkPicture } from "../../../lib/notebook/plots/framework_diagram.ts";
import { pngSize } from "../png_header.ts";

Deno.test("frameworkDiagram() names the steps of the framework and its settings", () => {
  const svg = frameworkDiagram({ interval: 3, passes: 7 });
  const steps = [
    "U-Net",
    "PolyDice-1 loss",
    "MC Dropout",
    "N = 7 passes",
    "Mutual information",
    "Difficulty D",
    "Controller",
  ];
  for (const words of steps) assertStringIncludes(svg, `>${words}<`);
  assertStringIncludes(svg, "(τ = 3)");
});

Deno.test("frameworkDiagram() counts epochs as English does", () => {
  const updates = (interval: number) => frameworkDiagram({ interval }).match(/before every ([^<(]*) \(/)?.[1];
  assertEquals([1, 2, 10, 11, 21, 22, 23, 112].map(updates), [
    "epoch",
    "2nd epoch",
    "10th epoch",
    "11th epoch",
    "21st epoch",
    "22nd epoch",
    "23rd epoch",
    "112th epoch",
  ]);
});

Deno.test("frameworkDiagram() has a title and a description for who cannot see it", () => {
  const svg = frameworkDiagram();
  assert(svg.includes("<title>") && svg.includes("<desc>") && svg.includes('role="img"'));
});

Deno.test("every text of the diagram stays inside the page", () => {
  const texts = [
    ...frameworkDiagram({ interval: 100, passes: 100 }).matchAll(
      /<text x="([\d.]+)" [^>]*text-anchor="(\w+)"[^>]*font-weight="(\d+)" font-size="([\d.]+)">([^<]*)</g,
    ),
  ];
  assert(texts.length > 15);
  for (const [, x, anchor, weight, size, words] of texts) {
    const width = textWidth(words, Number(size), weight === "600" ? "bold" : "regular");
    const left = Number(x) - (anchor === "middle" ? width / 2 : 0);
    assert(left > 10 && left + width < 630, words);
  }
});

Deno.test("frameworkPicture() is the diagram at double resolution", () => {
  const { png, width, height, description } = frameworkPicture();
  assertEquals(pngSize(png), [2 * width, 2 * height]);
  assertStringIncludes(description, "MC Dropout");
});
