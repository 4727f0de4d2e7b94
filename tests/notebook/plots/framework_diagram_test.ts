import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import sharp from "sharp";
import { frameworkDiagram, frameworkPicture } from "../../../lib/notebook/plots/framework_diagram.ts";
import { textWidth } from "../../../lib/notebook/svg.ts";

Deno.test("frameworkDiagram() names the steps and settings, with title and description for who cannot see it", () => {
  const svg = frameworkDiagram({ interval: 3, passes: 7 });
  const steps = ["U-Net", "PolyDice-1 loss", "MC Dropout", "N = 7 passes", "Mutual information", "Difficulty D"];
  for (const words of [...steps, "Controller"]) assertStringIncludes(svg, `>${words}<`);
  assertStringIncludes(svg, "(τ = 3)");
  assert(svg.includes("<title>") && svg.includes("<desc>") && svg.includes('role="img"'));
});

Deno.test("frameworkDiagram() counts epochs as English does", () => {
  const updates = (interval: number) => frameworkDiagram({ interval }).match(/before every ([^<(]*) \(/)?.[1];
  const counts = ["2nd", "10th", "11th", "21st", "22nd", "23rd", "112th"];
  assertEquals([1, 2, 10, 11, 21, 22, 23, 112].map(updates), ["epoch", ...counts.map((count) => `${count} epoch`)]);
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

Deno.test("frameworkPicture() is the diagram at double resolution", async () => {
  const { png, width, height, description } = frameworkPicture();
  const drawn = await sharp(png).metadata();
  assertEquals([drawn.width, drawn.height], [2 * width, 2 * height]);
  assertStringIncludes(description, "MC Dropout");
});
