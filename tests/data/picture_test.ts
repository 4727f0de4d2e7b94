import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import fc from "fast-check";
import { gzipSync } from "node:zlib";
import sharp, { type Sharp } from "sharp";
import { decodeBytes, decodePicture } from "../../lib/data/decode/decode_picture.ts";
import { type Picture, rgbOf } from "../../lib/data/picture.ts";
import { realDataTest } from "../real_data.ts";
import { bmpFile, dicomFile, levels, niftiFile, pngFile, tiffFile, written } from "./decode/drawn_files.ts";

const WIDTH = 5, HEIGHT = 3, COUNT = WIDTH * HEIGHT;
const colours = Uint8Array.from(levels(3 * COUNT)), greys = Uint8Array.from(levels(COUNT));
const size = { width: WIDTH, height: HEIGHT };
const colour = () => sharp(colours, { raw: { ...size, channels: 3 } });
const grey = () => sharp(greys, { raw: { ...size, channels: 1 } }).toColourspace("b-w");
const rgba = () => sharp(Uint8Array.from(levels(4 * COUNT)), { raw: { ...size, channels: 4 } });
const deep = (values: number[], channels: 1 | 3) =>
  sharp(Uint16Array.from(values), { raw: { ...size, channels } }).toColourspace(channels === 1 ? "grey16" : "rgb16");

/** Two colours in turn. */
const twoColours = Uint8Array.from({ length: 3 * COUNT }, (_, entry) => [200, 10, 40, 0, 0, 0][entry % 6]);
const tile = { tile: true, tileWidth: 16, tileHeight: 16 };

// [what, file, what is read of it, its levels where these are kept]
const kinds: [string, Sharp, Partial<Picture>, ArrayLike<number>?][] = [
  ["a colour JPEG", colour().jpeg(), { format: "JPEG", channels: 3, bits: 8, lossy: true, notes: [] }],
  ["a progressive JPEG", colour().jpeg({ progressive: true }), { format: "JPEG", channels: 3 }],
  ["a grey JPEG", grey().jpeg(), { format: "JPEG", channels: 1, lossy: true }],
  ["a CMYK JPEG", colour().toColourspace("cmyk").jpeg(), {
    channels: 3,
    notes: ["CMYK colours were turned into RGB"],
  }],
  ["a colour PNG", colour().png(), { format: "PNG", channels: 3, lossy: false }, colours],
  ["an interlaced PNG", colour().png({ progressive: true }), { channels: 3 }, colours],
  ["a grey PNG", grey().png(), { channels: 1, bits: 8 }, greys],
  ["an RGBA PNG", rgba().png(), { channels: 4 }, levels(4 * COUNT)],
  [
    "a PNG with a palette",
    sharp(twoColours, { raw: { ...size, channels: 3 } }).png({ palette: true, colours: 2 }),
    { channels: 3, bits: 8 },
    twoColours,
  ],
  ["a 16-bit PNG", deep(levels(COUNT, 4000), 1).png(), { channels: 1, bits: 16 }, levels(COUNT, 4000)],
  ["16-bit colours", deep(levels(3 * COUNT, 60000), 3).png(), { channels: 3, bits: 16 }, levels(3 * COUNT, 60000)],
  ["a lossy WebP", colour().webp(), { format: "WebP", channels: 3, lossy: true }],
  ["a lossless WebP", colour().webp({ lossless: true }), { format: "WebP", channels: 3, lossy: false }, colours],
  ...(["none", "lzw", "deflate", "packbits"] as const).flatMap((compression): typeof kinds => [
    [`a TIFF (${compression})`, colour().tiff({ compression }), { lossy: false }, colours],
    [
      `TIFF's tiles (${compression})`,
      colour().tiff({ compression, ...tile }),
      { format: "TIFF", channels: 3 },
      colours,
    ],
  ]),
  ["a TIFF with JPEG inside", colour().tiff({ compression: "jpeg" }), { format: "TIFF", lossy: true }],
  ["a 16-bit TIFF", deep(levels(COUNT, 4000), 1).tiff({ compression: "lzw" }), {
    format: "TIFF",
    channels: 1,
    bits: 16,
  }, levels(COUNT, 4000)],
];
Deno.test("decodePicture() reads JPEG, PNG, WebP and TIFF of every kind, whatever their names", async (test) => {
  for (const [what, file, is, pixels] of kinds) {
    await test.step(what, async () => {
      using stored = written(await file.toBuffer(), "really something else.jpg");
      const picture = await decodePicture(stored.path);
      assertHas(picture, { ...size, orientation: 1, ...is });
      assertEquals(picture.pixels.length, COUNT * picture.channels);
      assert(picture.pixels instanceof (picture.bits === 8 ? Uint8Array : Uint16Array));
      if (pixels !== undefined) assertEquals([...picture.pixels], Array.from(pixels));
    });
  }
});

const row = (bits: number, type: number, row: number[], width: number, more = {}) =>
  pngFile({ bits, type, rows: [row], width, ...more });
const tiff = (pixels: Uint8Array, tags: Record<number, [number, number, number]> = {}, more = {}) =>
  tiffFile({ ...size, pixels, tags, ...more });
const bytes = (...levels: number[]) => Uint8Array.from(levels);
const transparent = { palette: [1, 2, 3, 4, 5, 6], transparent: [255, 0] };
// [what sharp does not write, the file, its channels and levels]
const drawn: [string, Uint8Array, number, Uint8Array | Uint16Array][] = [
  ["a PNG of 1 bit", row(1, 0, [0b10010000], 4), 1, bytes(255, 0, 0, 255)],
  ["a PNG of 2 bits", row(2, 0, [0b00011011], 4), 1, bytes(0, 85, 170, 255)],
  ["a PNG of 4 bits", row(4, 0, [0x1f], 2), 1, bytes(17, 255)],
  ["a palette with transparent colours", row(8, 3, [1, 0], 2, transparent), 4, bytes(4, 5, 6, 0, 1, 2, 3, 255)],
  ["grey and alpha", row(8, 4, [1, 2, 3, 4], 2), 2, bytes(1, 2, 3, 4)],
  ["grey and alpha of 16 bits", row(16, 4, [1, 2, 3, 4], 1), 2, Uint16Array.of(258, 772)],
  ["RGBA of 16 bits", row(16, 6, [0, 1, 0, 2, 0, 3, 1, 0], 1), 4, Uint16Array.of(1, 2, 3, 256)],
  [
    "an RGB TIFF marked black-is-zero, as ClinicDB's are",
    tiff(colours, { 262: [3, 1, 1] }, { samples: 3 }),
    3,
    colours,
  ],
  ["a grey TIFF", tiff(greys), 1, greys],
  ["a TIFF of white as 0", tiff(greys, { 262: [3, 1, 0] }), 1, greys.map((level) => 255 - level)],
  [
    "a 1-bit TIFF",
    tiff(bytes(0b10010110), { 258: [3, 1, 1] }, { width: 8, height: 1 }),
    1,
    bytes(255, 0, 0, 255, 0, 255, 255, 0),
  ],
  ["a TIFF with tags that nobody knows", tiff(greys, { 50838: [4, 1, 12], 65000: [3, 1, 1] }), 1, greys],
];
Deno.test("decodePicture() reads what sharp does not write", async () => {
  for (const [what, file, channels, pixels] of drawn) {
    const picture = await decodeBytes(file);
    assertEquals([picture.channels, picture.pixels], [channels, pixels], what);
  }
  const twice = new Uint8Array([...tiff(greys, {}, { next: 1100 }), ...new Uint8Array(300)]);
  twice.set(twice.slice(8, 118), 1100);
  assertEquals((await decodeBytes(twice)).notes, ["only the first of its 2 images was read"]);
});

function assertHas(picture: Picture, expected: Partial<Picture>): void {
  for (const [key, value] of Object.entries(expected)) assertEquals(picture[key as keyof Picture], value, key);
}

/** Where viewers show the file's pixel (x, y), by EXIF 2.32. */
const TURNED: Record<number, (x: number, y: number) => [x: number, y: number]> = {
  1: (x, y) => [x, y],
  2: (x, y) => [WIDTH - 1 - x, y],
  3: (x, y) => [WIDTH - 1 - x, HEIGHT - 1 - y],
  4: (x, y) => [x, HEIGHT - 1 - y],
  5: (x, y) => [y, x],
  6: (x, y) => [HEIGHT - 1 - y, x],
  7: (x, y) => [HEIGHT - 1 - y, WIDTH - 1 - x],
  8: (x, y) => [y, WIDTH - 1 - x],
};
Deno.test("decodePicture() turns pictures by their EXIF orientation as viewers do", async () => {
  for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
    for (
      const file of [colour().png(), grey().tiff({ compression: "lzw" }), deep([...colours], 3).png(), grey().jpeg()]
    ) {
      const stored = (orientation: number) => file.clone().withMetadata({ orientation }).toBuffer();
      const flat = await decodeBytes(await stored(1)), picture = await decodeBytes(await stored(orientation));
      const [width, height] = orientation < 5 ? [WIDTH, HEIGHT] : [HEIGHT, WIDTH];
      assertEquals([picture.width, picture.height, picture.orientation], [width, height, orientation]);
      const turned = flat.pixels.slice(), { channels } = flat;
      for (let pixel = 0; pixel < COUNT; pixel++) {
        const [x, y] = TURNED[orientation](pixel % WIDTH, Math.floor(pixel / WIDTH));
        for (let channel = 0; channel < channels; channel++) {
          turned[channels * (y * width + x) + channel] = flat.pixels[channels * pixel + channel];
        }
      }
      assertEquals([...picture.pixels], [...turned]);
      assertEquals(picture.notes.length, orientation === 1 ? 0 : 1);
    }
  }
});

const plain: Picture = {
  format: "PNG",
  width: 2,
  height: 1,
  orientation: 1,
  channels: 3,
  bits: 8,
  pixels: bytes(1, 2, 3, 4, 5, 6),
  lossy: false,
  notes: [],
};
const deepGrey = (...levels: number[]) => ({ channels: 1, bits: 16, pixels: Uint16Array.from(levels) } as const);
// [picture, its RGB, what is said]
const toRgb: [Partial<Picture>, number[], string?][] = [
  [{}, [1, 2, 3, 4, 5, 6]],
  [{ channels: 1, pixels: bytes(7, 9) }, [7, 7, 7, 9, 9, 9]],
  [{ channels: 2, pixels: bytes(7, 255, 9, 255) }, [7, 7, 7, 9, 9, 9]],
  [
    { channels: 4, pixels: bytes(1, 2, 3, 255, 4, 5, 6, 0) },
    [1, 2, 3, 4, 5, 6],
    "the transparency of 1 of 2 pixels was dropped",
  ],
  [deepGrey(3888, 2048), [243, 243, 243, 128, 128, 128], "16-bit levels were scaled from 0–4095 to 0–255"],
  [{ ...deepGrey(257, 514), white: 65535 }, [1, 1, 1, 2, 2, 2], "16-bit levels were scaled from 0–65535 to 0–255"],
  [deepGrey(0, 2), [0, 0, 0, 2, 2, 2], "16-bit levels were scaled from 0–255 to 0–255"],
  [
    { channels: 4, bits: 16, pixels: Uint16Array.of(3888, 16, 0, 65535, 2048, 0, 0, 65535) },
    [243, 1, 0, 128, 0, 0],
    "16-bit levels were scaled from 0–4095 to 0–255", // by the colours alone: opaque alpha is 65535
  ],
  [
    { channels: 2, bits: 16, pixels: Uint16Array.of(3888, 65535, 2048, 0) },
    [243, 243, 243, 128, 128, 128],
    "16-bit levels were scaled from 0–4095 to 0–255; the transparency of 1 of 2 pixels was dropped",
  ],
];
Deno.test("rgbOf() gives three channels of 8 bits, and says what was dropped or scaled", () => {
  for (const [picture, pixels, note] of toRgb) {
    const rgb = rgbOf({ ...plain, ...picture });
    assertEquals([[...rgb.pixels], rgb.note], [pixels, note]);
  }
});

const jpeg = new Uint8Array(await colour().jpeg().toBuffer()), png = new Uint8Array(await colour().png().toBuffer());
const hostile: [string, Uint8Array, string][] = [
  ["a JPEG cut short", jpeg.slice(0, -20), "damaged or cut short"],
  ["a JPEG without any image data", jpeg.slice(0, 20), "damaged or cut short"],
  ["a PNG cut short", png.slice(0, -20), "damaged or cut short"],
  ["a PNG with a wrong byte", png.with(png.length - 30, png[png.length - 30] ^ 0x55), "damaged or cut short"],
  [
    "a TIFF with a directory that follows itself",
    tiff(greys, {}, { next: 8 }),
    "its directories form a ring",
  ],
  [
    "a TIFF with only an empty directory that follows itself",
    Uint8Array.of(73, 73, 42, 0, 8, 0, 0, 0, 0, 0, 8, 0, 0, 0),
    "damaged",
  ],
  [
    "a TIFF with a directory outside of it",
    tiff(greys, {}, { next: 2 ** 31 }),
    "a directory lies outside of it",
  ],
  [
    "a TIFF with billions of strips",
    tiff(greys, { 273: [4, 0x40000000, 8], 279: [4, 0x40000000, 8] }),
    "damaged or cut short",
  ],
  ["a TIFF with a strip that is cut", tiff(greys.slice(0, -1), {}), "damaged or cut short"],
  ["a TIFF with a packed strip that is cut", tiff(greys.slice(0, 5), { 259: [3, 1, 5] }), "damaged or cut short"],
  ["a TIFF with strips missing", tiff(greys, { 278: [3, 1, 1] }), "damaged or cut short"],
  ["a TIFF with no size", tiff(greys, { 256: [4, 1, 0], 257: [4, 1, 0] }), "damaged"],
  ["a TIFF with text as its size", tiff(greys, { 256: [2, 1, 65] }), "damaged"],
  [
    "a TIFF with a huge size",
    tiff(greys, { 256: [4, 1, 40000], 257: [4, 1, 60000] }),
    "expected at most 32000000 pixels",
  ],
  [
    "a TIFF with huge tiles",
    tiff(greys, { 322: [4, 1, 65536], 323: [4, 1, 65536], 324: [4, 1, 1000], 325: [4, 1, 15] }),
    "tiles",
  ],
  [
    "a TIFF with floating-point samples",
    tiff(new Uint8Array(4 * COUNT), { 258: [3, 1, 32], 339: [3, 1, 3] }),
    "save it as PNG",
  ],
];
Deno.test("decodePicture() refuses hostile and damaged files, names them, and goes on with the next", async (test) => {
  using good = written(png);
  for (const [what, content, message] of hostile) {
    await test.step(what, async () => {
      using bad = written(content);
      const error = await assertRejects(() => decodePicture(bad.path), Error, message);
      assertStringIncludes(error.message, `Cannot decode "${bad.path}": `);
      assertEquals((await decodePicture(good.path)).pixels, colours);
    });
  }
});

Deno.test("decodePicture() refuses a small file that would fill the memory when decoded", async () => {
  const plain = (width: number, height: number, channels: 3 | 4) =>
    sharp({ create: { width, height, channels, background: "black" } });
  const bomb = await plain(9000, 6000, 3).png({ compressionLevel: 9 }).toBuffer();
  assert(bomb.length < 1_000_000);
  await assertRejects(() => decodeBytes(bomb), Error, "expected at most 32000000 pixels, found 9000 × 6000");
  const samples = await plain(5000, 5000, 4).toColourspace("rgb16").png().toBuffer();
  await assertRejects(() => decodeBytes(samples), Error, "expected at most 128 MB of samples");
  const tall = bmpFile({ width: 1, height: 65536, bits: 24, rows: [] });
  await assertRejects(() => decodeBytes(tall), Error, "expected at most 65535 pixels a side, found 1 × 65536");
  using file = written(png);
  await Deno.truncate(file.path, 100_000_001);
  await assertRejects(() => decodePicture(file.path), Error, "expected at most 100000000 bytes, found 100000001");
});

Deno.test("decodePicture() opens nothing but files", async () => {
  using file = written(greys);
  const folder = file.path.slice(0, -"/file.img".length);
  await new Deno.Command("mkfifo", { args: [`${folder}/fifo.png`] }).output();
  Deno.symlinkSync("ring.png", `${folder}/ring.png`);
  Deno.symlinkSync("nowhere", `${folder}/lost.png`);
  Deno.writeFileSync(`${folder}/empty.png`, new Uint8Array());
  const refused: [string, string][] = [
    [folder, "expected a regular file, found a folder"],
    [`${folder}/fifo.png`, "found a FIFO"],
    ["/dev/zero", "found a device"],
    [`${folder}/ring.png`, "found a link that leads in a circle"],
    [`${folder}/lost.png`, "a link that leads nowhere"],
    [`${folder}/empty.png`, "the file is empty"],
    [file.path, "found another kind of content"],
  ];
  for (const [path, message] of refused) {
    const error = await assertRejects(() => decodePicture(path), Error, message);
    assertStringIncludes(error.message, `Cannot decode "${path}": `);
  }
});

const volume = niftiFile({ size: [4, 4, 1], type: 4, values: Int16Array.from(levels(16)) });
const fuzzed: Record<string, Uint8Array> = {
  JPEG: jpeg,
  "progressive JPEG": await colour().jpeg({ progressive: true }).toBuffer(),
  PNG: png,
  WebP: await colour().webp().toBuffer(),
  "lossless WebP": await colour().webp({ lossless: true }).toBuffer(),
  TIFF: await colour().tiff({ compression: "lzw" }).toBuffer(),
  "TIFF in tiles": await colour().tiff({ compression: "deflate", ...tile }).toBuffer(),
  BMP: bmpFile({ width: 5, height: 3, bits: 8, palette: [[0, 0, 0, 0], [9, 9, 9, 0]], rows: [[0, 1], [1], [0, 0, 1]] }),
  DICOM: dicomFile({ ...size, pixels: greys }),
  NIfTI: volume,
  "packed NIfTI": gzipSync(volume),
};
for (const [what, whole] of Object.entries(fuzzed)) {
  Deno.test(`decodePicture() ends in a picture or an error that names the file for any damage of a ${what}`, async () => {
    using file = written(whole);
    assertEquals((await decodePicture(file.path)).height, what.includes("NIfTI") ? 4 : HEIGHT);
    const at = fc.nat(whole.length - 1), change = fc.tuple(at, fc.integer({ min: 1, max: 255 }));
    const damage = fc.record({
      changes: fc.array(change, { maxLength: 4 }),
      length: fc.oneof(fc.constant(whole.length), at),
    });
    const run = async ({ changes, length }: { changes: [number, number][]; length: number }) => {
      const damaged = new Uint8Array(whole.subarray(0, length)); // a copy, as Buffer's slice() is none
      for (const [position, bits] of changes) damaged[position] ^= bits;
      Deno.writeFileSync(file.path, damaged);
      try {
        const { width, height, channels, pixels } = await decodePicture(file.path);
        assertEquals(pixels.length, width * height * channels);
      } catch (error) {
        assertStringIncludes((error as Error).message, `Cannot decode "${file.path}": `);
        assert(!/undefined|is not a function|Cannot read properties/.test((error as Error).message), String(error));
      }
    };
    await fc.assert(fc.asyncProperty(damage, run), { seed: 15, numRuns: 60 });
  });
}

Deno.test("decodePicture() needs no permission but to read and for sharp", async () => {
  using image = written(tiff(greys)), packed = written(gzipSync(volume));
  using dicom = written(dicomFile({ ...size, pixels: greys }));
  const library = new URL("../../lib/data/decode/decode_picture.ts", import.meta.url);
  const program = `import { decodePicture } from "${library}";
    for (const path of Deno.args) console.log((await decodePicture(path)).format);`;
  using source = written(new TextEncoder().encode(program), "program.ts");
  const permissions = ["--no-prompt", "--allow-read", "--allow-env", "--allow-sys", "--allow-ffi"];
  const files = [source, image, packed, dicom].map(({ path }) => path);
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-check", "--config=deno.json", ...permissions, ...files],
    cwd: fromFileUrl(new URL("../..", import.meta.url)),
  }).output();
  assertEquals(new TextDecoder().decode(stdout), "TIFF\nNIfTI\nDICOM\n", new TextDecoder().decode(stderr));
});

Deno.test(
  realDataTest("cvc-clinicdb", "ClinicDB's official TIFFs have the pixels of its PNGs", async (folder) => {
    for (const kind of ["images", "masks"]) {
      for (const { name } of Deno.readDirSync(join(folder, "CVC-ClinicDB-TIF", kind))) {
        const tiff = await decodePicture(join(folder, "CVC-ClinicDB-TIF", kind, name));
        const png = await decodePicture(join(folder, "CVC-ClinicDB", kind, name.replace(".tif", ".png")));
        assertEquals(rgbOf(tiff).pixels, rgbOf(png).pixels);
      }
    }
  }),
);
