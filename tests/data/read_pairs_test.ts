import { assertEquals, assertStringIncludes } from "@std/assert";
import { dirname, join } from "@std/path";
import { listImagePairs } from "../../lib/data/image_pairs.ts";
import { nativeMask, readPairs } from "../../lib/data/read_pairs.ts";
import { dicomFile, niftiFile } from "./decode/drawn_files.ts";

const WIDTH = 8, HEIGHT = 6, COUNT = WIDTH * HEIGHT, size = { width: WIDTH, height: HEIGHT };
/** 1 in a corner. */
const shape = Uint8Array.from({ length: COUNT }, (_, pixel) => pixel % WIDTH < 4 && pixel < 3 * WIDTH ? 1 : 0);
const shades = Uint8Array.from({ length: COUNT }, (_, pixel) => (37 * pixel) % 256);

/** What is read of files with these contents, as "images/a.dcm"; the folder lasts as long as the result. */
async function readFiles(files: Readonly<Record<string, Uint8Array>>) {
  const path = Deno.makeTempDirSync();
  for (const [name, content] of Object.entries(files)) {
    Deno.mkdirSync(dirname(join(path, name)), { recursive: true });
    Deno.writeFileSync(join(path, name), content);
  }
  const listing = await listImagePairs({ images: join(path, "images"), masks: join(path, "masks") }, [".dcm", ".nii"]);
  const read = await readPairs(listing, path, { size: 4 });
  return { ...read, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

Deno.test("readPairs() and nativeMask() take DICOM masks by their stored values, not as the window shows them", async () => {
  const window = { "00281050": "40", "00281051": "1500" };
  const image = dicomFile({ ...size, pixels: shades, elements: window });
  const mask = dicomFile({ ...size, pixels: shape, elements: window });
  using read = await readFiles({ "images/a.dcm": image, "masks/a.dcm": mask });
  assertEquals([read.findings, read.rule?.sentence], [[], "Lesion is 1, background 0."]);
  assertEquals(read.foreground, [12]);
  assertEquals(await nativeMask(read.native[0], read.rule!), shape);
  assertEquals(read.notes.length, 1); // the image is still shown through its window
  const labels = dicomFile({
    ...size,
    pixels: shape.with(COUNT - 1, 2),
    elements: { "00281050": "1", "00281051": "1" },
  });
  using refused = await readFiles({ "images/a.dcm": image, "masks/a.dcm": labels });
  assertStringIncludes(refused.findings[0].message, "expected masks of two values, found 0 (");
});

type Header = (header: DataView) => void;
/** A header whose first, second and third axis point so, as rows of x, y and z: to the right, front and top. */
const sform = (...rows: number[][]): Header => (header) => {
  header.setInt16(254, 1, true);
  rows.forEach((row, index) =>
    row.forEach((value, axis) => header.setFloat32(280 + 16 * index + 4 * axis, value, true))
  );
};
const qform = (b: number, c: number, d: number, qfac = 1): Header => (header) => {
  header.setInt16(252, 1, true);
  [b, c, d].forEach((value, index) => header.setFloat32(256 + 4 * index, value, true));
  header.setFloat32(76, qfac, true);
};
const both = (...forms: Header[]): Header => (header) => forms.forEach((form) => form(header));
const none: Header = () => {};
const RAS = sform([2, 0, 0], [0, 2, 0], [0, 0, 3]), LAS = sform([-2, 0, 0], [0, 2, 0], [0, 0, 3]);
const LPS = sform([-2, 0, 0], [0, -2, 0], [0, 0, 3]), RAI = sform([2, 0, 0], [0, 2, 0], [0, 0, -3]);
// [image's header, mask's, what is refused]
const volumes: [Header, Header, string?][] = [
  [RAS, RAS],
  [RAS, none],
  [none, LAS],
  [RAS, sform([2.1, 0.2, 0], [-0.2, 1.9, 0.3], [0, -0.3, 4])], // oblique by a few degrees, other voxels
  [RAS, qform(0, 0, 0)],
  [LPS, qform(0, 0, 1)], // half a turn about z
  [RAI, qform(0, 0, 0, -1)],
  [RAS, both(RAS, qform(0, 0, 1))], // the sform goes first
  [RAS, both(sform([0, 0, 0], [0, 0, 0], [0, 0, 0]), qform(0, 0, 0))], // one that says nothing
  [RAS, sform([NaN, 0, 0], [0, 2, 0], [0, 0, 2])],
  [RAS, LAS, "expected the orientation of its image, RAS, found LAS"],
  [RAS, RAI, "RAS, found RAI"],
  [LAS, qform(0, 0, 0), "LAS, found RAS"],
  [qform(0, 0, 0), qform(0, 0, 1), "RAS, found LPS"],
  [qform(0, 0, 0), qform(0, 0, 0, -1), "RAS, found RAI"],
  [RAS, sform([0, 2, 0], [2, 0, 0], [0, 0, 3]), "RAS, found ARS"],
];
const volume = (change: Header, slices = 2) =>
  niftiFile({
    size: [WIDTH, HEIGHT, slices],
    type: 2,
    values: new Uint8Array([...shape, ...shape].slice(0, slices * COUNT)),
    change,
  });
Deno.test("readPairs() refuses a volume whose mask is mirrored or turned by its header, and only then", async () => {
  for (const [index, [image, mask, message]] of volumes.entries()) {
    using read = await readFiles({ "images/a.nii": volume(image), "masks/a.nii": volume(mask) });
    assertEquals([read.findings.length, read.ids.length], message ? [1, 0] : [0, 2], String(index));
    if (message) assertStringIncludes(read.findings[0].message, message);
  }
  using one = await readFiles({ "images/a.nii": volume(RAS, 1), "masks/a.nii": volume(RAI, 1) });
  assertEquals([one.findings, one.ids], [[], ["a#0"]]); // one slice is the same from both sides
});

const deepImage = (greatest: number) => {
  const levels = Uint16Array.from(shades, (shade) => shade * greatest / 255 | 0).fill(greatest, 0, 1);
  return dicomFile({
    ...size,
    pixels: new Uint8Array(levels.buffer),
    elements: { "00280100": 16, "00280101": 16, "00280102": 15 },
  });
};
Deno.test("readPairs() tells that files of 16 bits are scaled by ranges of their own, from which to which", async () => {
  const mask = dicomFile({ ...size, pixels: shape });
  const notesOf = async (...greatest: number[]) => {
    const files = greatest.map((
      level,
      index,
    ) => [[`images/${index}.dcm`, deepImage(level)], [`masks/${index}.dcm`, mask]]);
    using read = await readFiles(Object.fromEntries(files.flat()));
    return read.notes.map((note) => note.replace(/the first ".*"/, 'the first "0.dcm"'));
  };
  assertEquals(await notesOf(4000, 3000, 2500), [
    '16-bit levels were scaled from 0–4095 to 0–255 (3 files, the first "0.dcm").',
  ]);
  assertEquals(await notesOf(4000, 2040, 60000, 2040), [
    '16-bit levels were scaled from 0–2047…65535 to 0–255 (4 files, each with its own numbers, the first "0.dcm").',
  ]);
});

Deno.test("readPairs() tells the ranges of other numbers in notes, too, and counts a volume as one file", async () => {
  const values = (least: number) => Float32Array.from([...shades, ...shades], (shade, pixel) => pixel ? shade : least);
  const image = (least: number) => niftiFile({ size: [WIDTH, HEIGHT, 2], type: 16, values: values(least) });
  using read = await readFiles({
    ...{ "images/0.nii": image(-100), "masks/0.nii": volume(none) },
    ...{ "images/1.nii": image(-2.5), "masks/1.nii": volume(none) },
  });
  const found = `Its values from -100…-2.5 to ${Math.max(...shades)} were spread over 16 bits (2 files, each with`;
  assertStringIncludes(read.notes[0], found);
});
