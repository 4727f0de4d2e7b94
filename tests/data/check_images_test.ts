import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { Buffer } from "node:buffer";
import sharp from "sharp";
import { type Check, checkedImages, checkImages, type ImageList } from "../../lib/data/check_images.ts";
import { checkPage, MOST_PICTURES } from "../../lib/data/check_page.ts";
import { kindOf } from "../../lib/data/image_pairs.ts";
import { openData } from "../../lib/data/open_data.ts";
import { CHOICE, drawnFolder } from "./drawings.ts";

/** Cases and external data beside the project, where they are there. */
const shared = (path: string) =>
  ["../../../shared", "../../../../shared"].map((place) => fromFileUrl(new URL(`${place}/${path}`, import.meta.url)))
    .find((path) => kindOf(path) !== undefined);

const read = ({ findings, lesionShare, pairs }: Check) => {
  assertEquals([findings, pairs], [[], 12]);
  assertAlmostEquals(lesionShare.mean!, 0.0999, 0.0005);
};
const noted = (part: string) => (check: Check) => {
  read(check);
  assertStringIncludes(check.notes.join("\n"), part);
};

// [folder of the cases, what is right]
const cases: [string, (check: Check) => void][] = [
  ["ok_png", read],
  ["red_jpg", read],
  ["label012_png", ({ findings, lesionShare }) => {
    assertEquals([findings.length, lesionShare.mean], [1, null]);
    for (const part of ["0 (", "1 (", "2 (", "--mask-value 1,2"]) assertStringIncludes(findings[0].message, part);
  }],
  ["alpha_png", noted("in the alpha channel")],
  ["exif3_jpg", noted("EXIF orientation 3")],
  ["img16_png", noted("(12 files, the first")],
  ["inverted_jpg", ({ findings, notes, lesionShare }) => {
    assertEquals(findings, []);
    assertAlmostEquals(lesionShare.mean!, 0.9, 0.001);
    assertStringIncludes(notes.join(), "Warning: the masks look inverted");
  }],
  ["kvasir_png_masks", read],
  ["isic_suffix", noted('"_segmentation"')],
  ["nfd", read],
];
for (const [name, isRight] of cases) {
  const path = shared(`cases/folders/${name}`);
  Deno.test({
    name: `the case ${name} is read as it should be${path ? "" : " (skipped: no cases found)"}`,
    ignore: path === undefined,
    fn: async () => isRight(await checkImages(CHOICE, { own: path })),
  });
}

// [folder of external data, pairs, empty masks, images with several masks]
const external: [string, number, number, number][] = [
  ["BUSI-sample", 100, 8, 17],
  ["CVC-300", 60, 0, 0],
  ["EndoTect-no-polyp", 20, 20, 0],
];
for (const [name, pairs, empty, several] of external) {
  const path = shared(`data/external/${name}`);
  Deno.test({
    name: `${name} has ${pairs} pairs, ${empty} of them empty${path ? "" : " (skipped: not found)"}`,
    ignore: path === undefined,
    fn: async () => {
      const { check, images } = await checkedImages(CHOICE, { own: path });
      assertEquals([check.pairs, check.emptyMasks.length, check.findings], [pairs, empty, []]);
      assertEquals(images!.native!.filter(({ moreMasks }) => moreMasks).length, several);
    },
  });
}

Deno.test("checkImages() and openData() say the same of the same folder", async () => {
  using folder = await drawnFolder(8);
  const { check, images } = await checkedImages(CHOICE, { own: folder.path });
  const opened = await openData(CHOICE, { own: folder.path });
  const known = ({ ids, groups, native, maskRule, notes }: ImageList) => ({ ids, groups, native, maskRule, notes });
  assertEquals(known(opened.dataset), known(images!));
  assertEquals(check.notes, opened.dataset.notes);
  assertEquals([check.split.train, check.split.test], [opened.split.train.length, opened.split.test.length]);
  const message = (error: Error) => error.message;
  Deno.truncateSync(join(folder.path, "images/case1.png"), 60);
  const refused = await openData(CHOICE, { own: folder.path }).then(() => "", message);
  const { pairs, lesionShare, findings: [finding, ...others] } = await checkImages(CHOICE, { own: folder.path });
  assertStringIncludes(refused, finding.message);
  assertStringIncludes(finding.file, "case1.png");
  assertEquals([pairs, others], [7, []]);
  assert(lesionShare.min! > 0.02 && lesionShare.min! <= lesionShare.mean! && lesionShare.mean! <= lesionShare.max!);
});

Deno.test("checkImages() finds a folder that is not there, not understood, or too small to split", async () => {
  using folder = await drawnFolder(1);
  const messages = async (own: string, more = {}) =>
    (await checkImages({ ...CHOICE, ...more }, { own })).findings.map(({ message }) => message).join();
  assertStringIncludes(await messages(join(folder.path, "none")), "found nothing there");
  assertStringIncludes(await messages(join(folder.path, "images")), "1 image files without a mask");
  assertStringIncludes(await messages(folder.path), "at least one image in each part");
});

Deno.test("checkPage() is one file with a picture for every image, and says names as text", async () => {
  using folder = await drawnFolder(3, { image: (id) => `images/${id}<b>.png`, mask: (id) => `masks/${id}<b>.png` });
  const { check, images } = await checkedImages(CHOICE, { own: folder.path });
  const page = await checkPage("Check of <own>", check, { images });
  assertEquals(page.match(/<img /g)?.length, 3);
  assertEquals(page.match(/(src|href)="(?!data:image\/jpeg;base64,)/g), null);
  assert(
    !page.includes("<b>") && page.includes("case0&lt;b&gt;") && page.includes("<h1>Check of &lt;own&gt;</h1>"),
  );
  assertStringIncludes(
    await checkPage("Nothing", { ...check, findings: [{ file: "x", message: "x is wrong" }] }),
    "x is wrong",
  );
});

Deno.test("checkPage() tells of a file that can't be read any more in the place of its picture", async () => {
  using folder = await drawnFolder(3);
  const { check, images } = await checkedImages(CHOICE, { own: folder.path });
  Deno.removeSync(join(folder.path, "images/case1.png"));
  const page = await checkPage("Own", check, { images, fit: "pad" });
  assertEquals(page.match(/<img /g)?.length, 2);
  assertStringIncludes(page, "case1: Cannot decode");
});

Deno.test("checkPage() of many images shows some, evenly spread, as training sees them", async () => {
  using folder = await drawnFolder(3);
  const { check, images } = await checkedImages(CHOICE, { own: folder.path });
  const count = MOST_PICTURES + 100, ids = Array.from({ length: count }, (_, index) => String(index));
  const native = ids.map((_, index) => images!.native![index % 3]);
  const page = await checkPage("Many", check, { images: { ...images!, ids, groups: ids, native } });
  assertEquals(page.match(/<img /g)?.length, MOST_PICTURES);
  assertStringIncludes(page, `${MOST_PICTURES} of ${count}`);
  const [first] = page.match(/(?<=base64,)[^"]+/g)!;
  const { data, info } = await sharp(Buffer.from(first, "base64")).raw().toBuffer({ resolveWithObject: true });
  assertEquals([info.width, info.height], [192, 192]);
  const greens = Array.from({ length: 192 * 192 }, (_, pixel) => data.subarray(3 * pixel, 3 * pixel + 3))
    .filter(([red, green, blue]) => green > Math.max(red, blue) + 60);
  assert(greens.length > 50, `an outline of ${greens.length} pixels`);
});
