import { assertEquals, assertThrows } from "@std/assert";
import { matchRelease, parseChecksums, readReleases } from "../../../lib/data/acquisition/published_release.ts";
import { CVC_CLINICDB } from "../../../lib/data/cvc_clinicdb.ts";
import { KVASIR_SEG } from "../../../lib/data/kvasir_seg.ts";
import { DEFINITION, officialEntries, RELEASES } from "./published.ts";

const SUM = "0".repeat(64);

Deno.test("parseChecksums() reads lines of text and binary mode, and paths with blanks", () => {
  const text = `${SUM}  images/1.png\r\n${SUM} *Ground Truth/1.tif\n`;
  assertEquals([...parseChecksums(text).keys()], ["images/1.png", "Ground Truth/1.tif"]);
});

const wrong: [text: string, message: string][] = [
  [`${SUM}  a\n${SUM.slice(1)}  b\n`, "in line 2"],
  [`${SUM}  a\n${SUM}  a\n`, '"a" stands twice'],
  ["<html>", "in line 1"],
];
Deno.test("parseChecksums() refuses other lines, and paths that stand twice", () => {
  for (const [text, message] of wrong) assertThrows(() => parseChecksums(text), Error, message);
});

Deno.test("the project has a checksum for every image and mask of both data sets", () => {
  const counts = [KVASIR_SEG, CVC_CLINICDB].flatMap((definition) =>
    readReleases(definition).map((
      { format, files, extras },
    ) => [definition.name, format, files.size, [...extras.keys()]])
  );
  assertEquals(counts, [
    ["kvasir-seg", "JPEG", 2000, ["kavsir_bboxes.json"]],
    ["cvc-clinicdb", "TIFF", 1224, ["README.txt"]],
    ["cvc-clinicdb", "PNG", 1224, []],
  ]);
});

const match = (paths: readonly string[]) => matchRelease(RELEASES, DEFINITION.layouts, paths);

Deno.test("matchRelease() knows a release by its file names in every layout", () => {
  const layouts = [["Original", "Ground Truth"], ["PNG/Original", "PNG/Ground Truth"], ["a/b/images", "a/b/masks"]];
  for (const [images, masks] of layouts) {
    const found = match([`${images}/1.png`, `${masks}/1.png`, `${masks}/README.txt`, `${images}/._1.png`])!;
    assertEquals(found.release.format, "PNG");
    assertEquals([...found.targets.values()], ["images/1.png", "masks/1.png", "README.txt"]);
  }
});

Deno.test("matchRelease() takes the more complete release, and the preferred one of two complete ones", () => {
  const tiff = officialEntries().map(({ path }) => path);
  const png = tiff.map((path) => `PNG/${path.replace(".tif", ".png")}`);
  assertEquals(match([...tiff.slice(1), ...png])!.release.format, "PNG");
  assertEquals(match([...png, ...tiff])!.release.format, "TIFF");
});

Deno.test("matchRelease() finds nothing among other files, nor in a readme alone", () => {
  assertEquals(match([]), undefined);
  assertEquals(match(["images/4.png", "pictures/1.png", "1.png", "README.txt"]), undefined);
});
