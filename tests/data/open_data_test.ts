import { assert, assertEquals, assertNotEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import sharp from "sharp";
import { datasetReference } from "../../lib/data/dataset_reference.ts";
import { splitDataset } from "../../lib/data/split.ts";
import { contentOf, openData } from "../../lib/data/open_data.ts";
import { nativeMask } from "../../lib/data/read_pairs.ts";
import { niftiFile } from "./decode/drawn_files.ts";
import { BLACK_AND_WHITE, CHOICE, drawing, drawnFolder, HEIGHT, WIDTH, writeDrawing, writeMask } from "./drawings.ts";

Deno.test("openData() reads own files named 1.png … as no video sequences of ClinicDB, and notes nothing of it", async () => {
  using folder = await drawnFolder(12, {
    image: (id) => `images/${id.slice(4)}.png`,
    mask: (id) => `masks/${id.slice(4)}.png`,
  });
  const { dataset } = await openData(CHOICE, { own: folder.path });
  assertEquals(dataset.groups, dataset.ids);
  assert(!/sequence|ClinicDB|Kvasir|official/i.test(dataset.notes.join()));
});

Deno.test("openData() keeps near-duplicates together and says how many there are", async () => {
  using folder = await drawnFolder(6);
  for (const copy of ["x", "y"]) {
    await sharp(join(folder.path, "images/case2.png")).jpeg({ quality: 70 }).toFile(
      join(folder.path, `images/${copy}.jpg`),
    );
    Deno.copyFileSync(join(folder.path, "masks/case2.png"), join(folder.path, `masks/${copy}.png`));
  }
  const { dataset } = await openData(CHOICE, { own: folder.path });
  assertEquals(new Set(dataset.groups).size, 6);
  assertEquals(["x", "y"].map((id) => dataset.groups[dataset.ids.indexOf(id)]), ["case2", "case2"]);
  assertStringIncludes(dataset.notes.join(), "2 of 8 images look almost like an earlier one");
});

Deno.test("openData() takes images of one colour for no near-duplicates", async () => {
  using folder = await drawnFolder(8);
  for (const id of ["case1", "case5"]) {
    const path = join(folder.path, `images/${id}.png`), size = { width: WIDTH, height: HEIGHT };
    await sharp({ create: { ...size, channels: 3, background: "black" } }).toFile(path);
  }
  const { dataset } = await openData(CHOICE, { own: folder.path });
  assertEquals(new Set(dataset.groups).size, 8);
});

Deno.test("openData() takes groups of a list, tells near-duplicates that it puts apart, and keeps the pixels' fingerprint", async () => {
  using folder = await drawnFolder(6);
  Deno.copyFileSync(join(folder.path, "images/case2.png"), join(folder.path, "images/copy.png"));
  Deno.copyFileSync(join(folder.path, "masks/case2.png"), join(folder.path, "masks/copy.png"));
  const groups = join(folder.path, "groups.csv"), cache = join(folder.path, "cache");
  Deno.writeTextFileSync(
    groups,
    "image,group\n" + ["0", "1", "2", "3", "4", "5"].map((n) => `case${n},p${Number(n) % 3}`).join("\n") +
      "\ncopy,p0",
  );
  const plain = await openData(CHOICE, { own: folder.path, cache });
  const grouped = await openData(CHOICE, { own: folder.path, groups, cache });
  assertEquals(grouped.dataset.groups, ["p0", "p1", "p2", "p0", "p1", "p2", "p0"]);
  assertStringIncludes(grouped.dataset.notes.join(), "1 images look almost like one of another group: copy");
  assertEquals(grouped.fingerprint.pixels, plain.fingerprint.pixels);
  assertNotEquals(grouped.fingerprint.groups, plain.fingerprint.groups);
});

Deno.test("the fingerprints change with a mended mask, another group and another split, each its own", async () => {
  using folder = await drawnFolder(12);
  const cache = join(folder.path, "cache");
  const before = await openData(CHOICE, { own: folder.path, cache });
  assertEquals((await openData(CHOICE, { own: folder.path, cache })).fingerprint, before.fingerprint);
  const other = await openData({ ...CHOICE, splitSeed: 1 }, { own: folder.path, cache });
  assertEquals([other.fingerprint.pixels, other.fingerprint.groups], [
    before.fingerprint.pixels,
    before.fingerprint.groups,
  ]);
  assertNotEquals(other.fingerprint.members, before.fingerprint.members);
  await writeMask(join(folder.path, "masks/case3.png"), drawing(99).shape, BLACK_AND_WHITE);
  const mended = await openData(CHOICE, { own: folder.path, cache });
  assertNotEquals(mended.fingerprint.pixels, before.fingerprint.pixels);
  assertEquals(mended.fingerprint.members, before.fingerprint.members);
});

Deno.test("contentOf() knows an image by its pixels, whatever its name and place", async () => {
  using one = await drawnFolder(4);
  using other = await drawnFolder(8, { image: (id) => `images/${id}0.png`, mask: (id) => `masks/${id}0.png` });
  const [a, b] = [
    (await openData(CHOICE, { own: one.path })).dataset,
    (await openData(CHOICE, { own: other.path })).dataset,
  ];
  assertEquals(contentOf(a, 2), contentOf(b, b.ids.indexOf("case20")));
  assertEquals(new Set(b.ids.map((_, index) => contentOf(b, index))).size, 8);
  assertEquals(contentOf(a, 0).length, 16);
});

Deno.test("openData() gives the split of a list, and draws validation images where it names none", async () => {
  using folder = await drawnFolder(10);
  const list = join(folder.path, "list.csv");
  const write = (part: (number: number) => string) =>
    Deno.writeTextFileSync(
      list,
      "image,mask,split\n" +
        Array.from({ length: 10 }, (_, number) => `images/case${number}.png,masks/case${number}.png,${part(number)}`)
          .join("\n"),
    );
  write((number) => number < 6 ? "train" : number < 8 ? "val" : "test");
  const { split } = await openData({ ...CHOICE, split: "manifest" }, { own: list });
  assertEquals([split.train, split.validation, split.test], [[0, 1, 2, 3, 4, 5], [6, 7], [8, 9]]);
  write((number) => number < 8 ? "train" : "test");
  const drawn = (await openData({ ...CHOICE, split: "manifest" }, { own: list })).split;
  assertEquals([drawn.train.length, drawn.validation.length, drawn.test], [7, 1, [8, 9]]);
  await assertRejects(() => openData({ ...CHOICE, split: "manifest" }, { own: folder.path }), Error, "it has none");
});

Deno.test("five folds test every image once, keep groups on one side and differ by seed", async () => {
  using folder = await drawnFolder(17);
  const fold = async (number: number, splitSeed = 0) =>
    (await openData({ ...CHOICE, split: `fold-${number}-of-5`, splitSeed }, { own: folder.path })).split;
  const splits = await Promise.all([1, 2, 3, 4, 5].map((number) => fold(number)));
  assertEquals(
    splits.flatMap(({ test }) => test).sort((a, b) => a - b),
    Array.from({ length: 17 }, (_, index) => index),
  );
  for (const { train, validation, test } of splits) {
    assertEquals([train.length + validation.length + test.length, validation.length], [17, 2]);
    assert(test.length === 3 || test.length === 4);
  }
  assertNotEquals((await fold(1, 1)).test, splits[0].test);
  await assertRejects(() => fold(6), Error, "found fold 6 of 5");
  const groups = ["a", "b", ...Array<string>(10).fill("c")];
  const uneven = { name: "uneven", ids: groups.map((_, index) => `${index}`), groups };
  assertThrows(
    () => splitDataset(uneven, { kind: "fold-2-of-2", seed: 0 }),
    Error,
    "expected images for training beside fold 2 of 2 and validation, found none (12 images in 3 groups)",
  );
});

Deno.test("openData() says the published split is Kvasir-SEG's alone, and that a published set has its own masks' rule", async () => {
  using folder = await drawnFolder(4);
  await assertRejects(
    () => openData({ ...CHOICE, split: "published" }, { own: folder.path }),
    Error,
    "only Kvasir-SEG",
  );
  await assertRejects(() => openData({ ...CHOICE, dataset: "polyps" }, {}), Error, "or the path of your own images");
  await assertRejects(() => openData(CHOICE, { own: join(folder.path, "none") }), Error, "found nothing there");
});

Deno.test("openData() refuses with every wrong file at once", async () => {
  using folder = await drawnFolder(5);
  Deno.truncateSync(join(folder.path, "images/case1.png"), 60);
  Deno.truncateSync(join(folder.path, "masks/case2.png"), 0);
  Deno.removeSync(join(folder.path, "masks/case3.png"));
  const { message } = await assertRejects(() => openData(CHOICE, { own: folder.path }), Error, "found 3 wrong files");
  for (const file of ["images/case1.png", "masks/case2.png", "images/case3.png"]) assertStringIncludes(message, file);
});

Deno.test("with fit pad an image keeps its proportions, and its mask lies where it does", async () => {
  using folder = await drawnFolder(3);
  const { dataset } = await openData({ ...CHOICE, imageSize: 96, fit: "pad" }, { own: folder.path });
  const shape = drawing(0).shape, mask = dataset.masks.subarray(0, 96 * 96);
  assertEquals([...mask.subarray(8 * 96, 88 * 96)], [...shape]);
  assertEquals([...dataset.images.subarray(0, 3 * 8 * 96)].every((value) => value === 0), true);
});

Deno.test("nativeMask() gives the mask as the data set's rule reads it, at native size", async () => {
  using folder = await drawnFolder(3, { kind: { value: (isLesion) => isLesion ? [255, 0, 0] : [0, 0, 0] } });
  const { dataset } = await openData(CHOICE, { own: folder.path });
  const native = dataset.native![1];
  assertEquals([native.width, native.height], [WIDTH, HEIGHT]);
  assertEquals(await nativeMask(native, dataset.maskRule!), drawing(1).shape);
});

Deno.test("several masks of one image are united", async () => {
  using folder = await drawnFolder(3, { image: (id) => `${id}.png`, mask: (id) => `${id}_mask.png` });
  await writeMask(join(folder.path, "case1_mask_1.png"), drawing(7).shape, BLACK_AND_WHITE);
  const { dataset } = await openData(CHOICE, { own: folder.path });
  const both = drawing(1).shape.map((value, pixel) => value | drawing(7).shape[pixel]);
  assertEquals(await nativeMask(dataset.native![1], dataset.maskRule!), both);
  assertStringIncludes(dataset.notes.join(), "1 of 3 images have several masks");
});

Deno.test("a mask that was drawn on the unturned image is told with the reason", async () => {
  using folder = await drawnFolder(4);
  await writeDrawing(join(folder.path, "images/case2.jpg"), drawing(2), 6);
  Deno.removeSync(join(folder.path, "images/case2.png"));
  await assertRejects(() => openData(CHOICE, { own: folder.path }), Error, "turned by its EXIF orientation 6");
});

const nifti = (slices: readonly (readonly number[])[]) =>
  niftiFile({ size: [WIDTH, HEIGHT, slices.length], type: 2, values: Uint8Array.from(slices.flat()) });

Deno.test("volumes are read as slices, one group a volume, and refused where image and label differ in slices", async () => {
  const path = Deno.makeTempDirSync();
  for (const folder of ["imagesTr", "labelsTr"]) Deno.mkdirSync(join(path, folder));
  for (const volume of [0, 1, 2]) {
    const drawn = [0, 1, 2, 3].map((slice) => drawing(4 * volume + slice));
    const grey = drawn.map(({ pixels }) => [...pixels].filter((_, entry) => entry % 3 === 0));
    Deno.writeFileSync(join(path, `imagesTr/v${volume}_0000.nii`), nifti(grey));
    Deno.writeFileSync(join(path, `labelsTr/v${volume}.nii`), nifti(drawn.map(({ shape }) => [...shape])));
  }
  const { dataset, split } = await openData(CHOICE, { own: path });
  assertEquals(dataset.ids.slice(0, 5), ["v0#0", "v0#1", "v0#2", "v0#3", "v1#0"]);
  assertEquals([...new Set(dataset.groups)], ["v0", "v1", "v2"]);
  assertEquals([split.train.length, split.validation.length, split.test.length], [4, 4, 4]);
  const shares = dataset.ids.map((_, index) => dataset.masks.subarray(1024 * index, 1024 * (index + 1)).includes(1));
  assertEquals(shares.includes(false), false);
  Deno.writeFileSync(join(path, "labelsTr/v1.nii"), nifti([[...drawing(4).shape]]));
  await assertRejects(() => openData(CHOICE, { own: path }), Error, "expected 4 slices as its image has, found 1");
  Deno.removeSync(path, { recursive: true });
});

Deno.test("datasetReference() never gives own images a published set's name", () => {
  for (const name of ["kvasir-seg", "cvc-clinicdb", "synthetic"]) {
    assertEquals(datasetReference(name), { name });
    assertEquals(datasetReference(`/data/${name}`).name, `own-${name}`);
    assertEquals(datasetReference(`./${name.toUpperCase()}.csv`).name, `own-${name}`);
  }
  assertEquals(datasetReference("/").name, "own");
  assertEquals(datasetReference("data/Läsionen 2/"), { name: "lasionen-2", own: "data/Läsionen 2/" });
  assertEquals(datasetReference("C data/My Set (2).v1").name, "my-set-2-v1");
});
