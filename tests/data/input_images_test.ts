import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { basename, join } from "@std/path";
import { type InputFile, listInputs, readInput } from "../../lib/data/input_images.ts";
import { niftiFile } from "./decode/drawn_files.ts";
import { drawnFolder, writeImage } from "./drawings.ts";

function folder(): { path: string } & Disposable {
  const path = Deno.makeTempDirSync();
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

async function listed(files: readonly string[], chosen: readonly string[] = [""]) {
  using place = folder();
  for (const file of files) await writeImage(join(place.path, file));
  const { files: found, notes } = listInputs(chosen.map((path) => join(place.path, path)));
  return { names: found.map(({ name }) => name), shown: found.map(({ shown }) => shown), notes };
}

Deno.test("listInputs() takes files and folders with those in them, each once, and leaves junk", async () => {
  const { names, shown, notes } = await listed(
    ["b.png", "sub/deep/c.png", "._x.png", "a 1.PNG"].map((f) => f.replace("PNG", "png")),
    ["", "b.png"],
  );
  assertEquals([names, shown, notes], [["a 1", "b", "c"], ["a 1.png", "b.png", "sub/deep/c.png"], []]);
});

Deno.test("listInputs() gives files of one name different names, also where case alone differs, and tells", async () => {
  const { names, notes } = await listed(["a.png", "sub/A.png", "sub/a.jpg", "x/sub/a.png"]);
  assertEquals(names, ["a", "sub_A", "a_2", "a_3"]);
  assertEquals(notes.length, 3);
  assertEquals(notes[0], 'The results of "sub/A.png" are called "sub_A", as another file is called "A".');
});

Deno.test("listInputs() keeps names from meeting those of a volume's slices", async () => {
  assertEquals((await listed(["v.png", "v#0.png"])).names.includes("v#0"), false);
});

Deno.test("listInputs() shortens names that would be too long for files with an ending", async () => {
  const { names } = await listed([`${"ä".repeat(120)}.png`]);
  assertEquals(new TextEncoder().encode(names[0]).length, 180);
});

Deno.test("listInputs() takes of a folder of images and masks the images alone, and tells", async () => {
  using pairs = await drawnFolder(3, { image: (id) => `${id}.png`, mask: (id) => `${id}_mask.png` });
  const { files, notes } = listInputs([pairs.path]);
  assertEquals(files.map(({ name }) => name), ["case0", "case1", "case2"]);
  assertEquals(notes, [`"${pairs.path}" holds images and masks: the 3 masks are no images to predict.`]);
});

Deno.test("listInputs() calls nnU-Net's cases as training does, without the number of the channel", async () => {
  const layout = { image: (id: string) => `imagesTr/${id}_0000.png`, mask: (id: string) => `labelsTr/${id}.png` };
  using cases = await drawnFolder(2, layout);
  assertEquals(listInputs([cases.path]).files.map(({ name }) => name), ["case0", "case1"]);
});

// [what, files, images shown, masks in the note]
const leftOut: [string, string[], string[], number][] = [
  ["nnU-Net's test images", ["imagesTr/a_0000.png", "labelsTr/a.png", "imagesTs/b_0000.png"], [
    "imagesTr/a_0000.png",
    "imagesTs/b_0000.png",
  ], 1],
  [
    "nnU-Net's test images of which one has a mask",
    [
      ...["imagesTr/a_0000.png", "labelsTr/a.png", "imagesTs/b_0000.png", "imagesTs/c_0000.png", "labelsTs/b.png"],
    ],
    ["imagesTr/a_0000.png", "imagesTs/b_0000.png", "imagesTs/c_0000.png"],
    2,
  ],
  ["a folder of others", ["images/a.png", "masks/a.png", "unlabeled/b.png", "unlabeled/deep/deep/deep/deep/c.png"], [
    "images/a.png",
    "unlabeled/b.png",
    "unlabeled/deep/deep/deep/deep/c.png",
  ], 1],
  ["a file beside a folder of pairs", ["new1.png", "pairs/images/a.png", "pairs/masks/a.png"], [
    "pairs/images/a.png",
    "new1.png",
  ], 1],
  [
    "images with masks by several names",
    ["a.png", "a_mask.png", "a_gt.png", "b.png", "b_mask.png"],
    ["b.png", "a.png"],
    3,
  ],
  ["pairs below pairs", ["a.png", "a_mask.png", "more/b.png", "more/b_mask.png", "more/c_mask.png", "x/labels/b.png"], [
    "a.png",
    "more/b.png",
    "more/c_mask.png",
  ], 3],
  ["an image and a mask in two formats", ["images/a.png", "images/a.jpg", "masks/a.png", "masks/a.jpg"], [
    "images/a.jpg",
    "images/a.png",
  ], 2],
];
Deno.test("listInputs() takes every image of a folder that is no mask, and names those that make no pair", async () => {
  for (const [what, files, images, masks] of leftOut) {
    const { shown, notes } = await listed(files);
    assertEquals(shown, images, what);
    assertStringIncludes(notes[0], `the ${masks} masks are no images to predict`, what);
    assertStringIncludes(notes[1], `${images.length - 1} of ${images.length} images make no pair there`, what);
    assertStringIncludes(notes[1], basename(images.at(-1)!), what);
  }
});

Deno.test("listInputs() takes images once where links lead back, and none of a prediction's results", async () => {
  using pairs = await drawnFolder(1);
  const path = (...names: string[]) => join(pairs.path, ...names);
  await writeImage(path("other", "b.png"));
  for (const [to, link] of [[[], ["other", "back"]], [["masks"], ["link"]], [["other"], ["z"]]]) {
    Deno.symlinkSync(path(...to), path(...link));
  }
  for (const [folder, mark] of [["done", ".polydice.json"], ["begun", ".polydice.journal"]]) {
    await writeImage(path(folder, "probability", "case0.png"));
    Deno.writeTextFileSync(path(folder, mark), "");
  }
  assertEquals(listInputs([pairs.path]).files.map(({ shown }) => shown), ["images/case0.png", "other/b.png"]);
  assertEquals(listInputs([path("done")]).files.map(({ shown }) => shown), ["probability/case0.png"]);
});

Deno.test("listInputs() refuses a path where nothing is, and a folder without images", () => {
  using place = folder();
  assertThrows(() => listInputs([join(place.path, "none")]), Error, "expected a file or folder, found nothing there");
  assertThrows(() => listInputs([place.path]), Error, "expected image files, found none in this folder");
});

Deno.test("readInput() gives an image, and a volume slice by slice under the file's name", async () => {
  using place = folder();
  const image = join(place.path, "a.png"), volume = join(place.path, "v.nii");
  await writeImage(image, { width: 12, height: 8 });
  Deno.writeFileSync(volume, niftiFile({ size: [3, 2, 2], type: 2, values: new Uint8Array(12) }));
  const [first, ...others] = await Array.fromAsync(readInput(input(image)));
  assertEquals([first.name, first.width, first.height, first.pixels.length, others], ["a", 12, 8, 288, []]);
  const slices = await Array.fromAsync(readInput(input(volume)));
  assertEquals(slices.map(({ name, shown }) => [name, shown]), [["v#0", "v.nii#0"], ["v#1", "v.nii#1"]]);
});

Deno.test("readInput() names a file that can't be read", async () => {
  using place = folder();
  const path = join(place.path, "a.png");
  Deno.writeTextFileSync(path, "no image");
  await assertRejects(() => Array.fromAsync(readInput(input(path))), Error, `Cannot decode "${path}"`);
});

function input(path: string): InputFile {
  return { path, shown: basename(path), name: basename(path).replace(/\.\w+$/, "") };
}
