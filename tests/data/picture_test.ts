import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import fc from "fast-check";
import { gzipSync } from "node:zlib";
import sharp, { type Sharp } from "sharp";
import { decodeBytes, decodePicture, formatOfFile, type Picture, rgbOf } from "../../lib/data/picture.ts";
import { bmpFile, dicomFile, levels, niftiFile, pngFile, tiffFile } from "./decode/drawn_files.ts";
import { written } from "./decode/written.ts";

const WIDTH = 5, HEIGHT = 3, COUNT = WIDTH * HEIGHT;
const colours = Uint8Array.from(levels(3 * COUNT)), greys = Uint8Array.from(levels(COUNT));
const size = { width: WIDTH, height: HEIGHT };
const colour = () => sharp(colours, { raw: { ...size, channels: 3 } });
const grey = () => sharp(greys, { raw: { ...size, channels: 1 } }).toColourspace("b-w");
const rgba = () => sharp(Uint8Array.from(levels(4 * COUNT)), { raw: { ...size, channels: 4 } });
const deep = (values: number[], channels: 1 | 3) =>
  sharp(Uint16Array.from(values), { raw: { ...size, channels } }).toColourspace(channels === 1 ? "grey16" : "rgb16");

interface Kind {
  readonly what: string;
  readonly file: Sharp;
  readonly is: Partial<Picture>;
  readonly pixels?: ArrayLike<number>;
}
const kinds: Kind[] = [
  {
    what: "a colour JPEG",
    file: colour().jpeg(),
    is: { format: "JPEG", channels: 3, bits: 8, lossy: true, notes: [] },
  },
  { what: "a progressive JPEG", file: colour().jpeg({ progressive: true }), is: { format: "JPEG", channels: 3 } },
  { what: "a grey JPEG", file: grey().jpeg(), is: { format: "JPEG", channels: 1, lossy: true } },
  {
    what: "a CMYK JPEG",
    file: colour().toColourspace("cmyk").jpeg(),
    is: { format: "JPEG", channels: 3, notes: ["CMYK colours were turned into RGB"] },
  },
  { what: "a colour PNG", file: colour().png(), is: { format: "PNG", channels: 3, lossy: false }, pixels: colours },
  { what: "an interlaced PNG", file: colour().png({ progressive: true }), is: { channels: 3 }, pixels: colours },
  { what: "a grey PNG", file: grey().png(), is: { channels: 1, bits: 8 }, pixels: greys },
  { what: "an RGBA PNG", file: rgba().png(), is: { channels: 4 }, pixels: levels(4 * COUNT) },
  {
    what: "a PNG with a palette",
    file: sharp(palettePixels(), { raw: { ...size, channels: 3 } }).png({ palette: true, colours: 2 }),
    is: { channels: 3, bits: 8 },
    pixels: palettePixels(),
  },
  {
    what: "a 16-bit grey PNG",
    file: deep(levels(COUNT, 4000), 1).png(),
    is: { channels: 1, bits: 16 },
    pixels: levels(COUNT, 4000),
  },
  {
    what: "a 16-bit colour PNG",
    file: deep(levels(3 * COUNT, 60000), 3).png(),
    is: { channels: 3, bits: 16 },
    pixels: levels(3 * COUNT, 60000),
  },
  { what: "a lossy WebP", file: colour().webp(), is: { format: "WebP", channels: 3, lossy: true } },
  {
    what: "a lossless WebP",
    file: colour().webp({ lossless: true }),
    is: { format: "WebP", channels: 3, lossy: false },
    pixels: colours,
  },
  ...(["none", "lzw", "deflate", "packbits"] as const).flatMap((compression): Kind[] => [
    { what: `a TIFF (${compression})`, file: colour().tiff({ compression }), is: { lossy: false }, pixels: colours },
    {
      what: `a TIFF in tiles (${compression})`,
      file: colour().tiff({ compression, tile: true, tileWidth: 16, tileHeight: 16 }),
      is: { format: "TIFF", channels: 3 },
      pixels: colours,
    },
  ]),
  {
    what: "a TIFF with JPEG inside",
    file: colour().tiff({ compression: "jpeg" }),
    is: { format: "TIFF", lossy: true },
  },
  { what: "a grey TIFF", file: grey().tiff(), is: { format: "TIFF", channels: 1, bits: 8 } },
  {
    what: "a 16-bit TIFF",
    file: deep(levels(COUNT, 4000), 1).tiff({ compression: "lzw" }),
    is: { format: "TIFF", channels: 1, bits: 16 },
    pixels: levels(COUNT, 4000),
  },
];
for (const { what, file, is, pixels } of kinds) {
  Deno.test(`decodePicture() reads ${what}`, async () => {
    using stored = written(await file.toBuffer(), "of any name.txt");
    const picture = await decodePicture(stored.path);
    const expected: Partial<Picture> = { ...size, orientation: 1, ...is };
    for (const [key, value] of Object.entries(expected)) assertEquals(picture[key as keyof Picture], value, key);
    assertEquals(picture.pixels.length, COUNT * picture.channels);
    assert(picture.pixels instanceof (picture.bits === 8 ? Uint8Array : Uint16Array));
    if (pixels !== undefined) assertEquals([...picture.pixels], Array.from(pixels));
  });
}

const pngs: [string, Omit<Parameters<typeof pngFile>[0], "height">, Partial<Picture>][] = [
  ["1 bit", { width: 4, bits: 1, type: 0, rows: [[0b10010000]] }, {
    channels: 1,
    pixels: Uint8Array.of(255, 0, 0, 255),
  }],
  ["2 bits", { width: 4, bits: 2, type: 0, rows: [[0b00011011]] }, {
    channels: 1,
    pixels: Uint8Array.of(0, 85, 170, 255),
  }],
  ["4 bits", { width: 2, bits: 4, type: 0, rows: [[0x1f]] }, { channels: 1, pixels: Uint8Array.of(17, 255) }],
  [
    "a palette with transparent colours",
    { width: 2, bits: 8, type: 3, palette: [1, 2, 3, 4, 5, 6], transparent: [255, 0], rows: [[1, 0]] },
    { channels: 4, pixels: Uint8Array.of(4, 5, 6, 0, 1, 2, 3, 255) },
  ],
  ["grey and alpha", { width: 2, bits: 8, type: 4, rows: [[1, 2, 3, 4]] }, {
    channels: 2,
    pixels: Uint8Array.of(1, 2, 3, 4),
  }],
  [
    "grey and alpha of 16 bits",
    { width: 1, bits: 16, type: 4, rows: [[1, 2, 3, 4]] },
    { channels: 2, bits: 16, pixels: Uint16Array.of(258, 772) },
  ],
  [
    "RGBA of 16 bits",
    { width: 1, bits: 16, type: 6, rows: [[0, 1, 0, 2, 0, 3, 1, 0]] },
    { channels: 4, bits: 16, pixels: Uint16Array.of(1, 2, 3, 256) },
  ],
];
for (const [what, file, expected] of pngs) {
  Deno.test(`decodePicture() reads a PNG of ${what}`, async () => {
    const picture = await decodeBytes(pngFile({ ...file, height: file.rows.length }));
    for (const [key, value] of Object.entries(expected)) assertEquals(picture[key as keyof Picture], value, key);
  });
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
for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
  Deno.test(`decodePicture() turns pictures of EXIF orientation ${orientation} as viewers do`, async () => {
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
  });
}

const tiffs: [string, Parameters<typeof tiffFile>[0], Partial<Picture>][] = [
  ["an RGB TIFF that is marked black-is-zero, as ClinicDB's are", {
    ...size,
    samples: 3,
    pixels: colours,
    tags: { 262: [3, 1, 1] },
  }, { channels: 3, pixels: colours }],
  ["a grey TIFF", { ...size, pixels: greys }, { channels: 1, pixels: greys }],
  ["a TIFF of white as 0", { ...size, pixels: greys, tags: { 262: [3, 1, 0] } }, {
    pixels: greys.map((level) => 255 - level),
  }],
  ["a 1-bit TIFF", { width: 8, height: 1, pixels: Uint8Array.of(0b10010110), tags: { 258: [3, 1, 1] } }, {
    pixels: Uint8Array.of(255, 0, 0, 255, 0, 255, 255, 0),
  }],
  ["a TIFF with tags that nobody knows", { ...size, pixels: greys, tags: { 50838: [4, 1, 12], 65000: [3, 1, 1] } }, {
    pixels: greys,
  }],
];
for (const [what, file, expected] of tiffs) {
  Deno.test(`decodePicture() reads ${what}`, async () => {
    const picture = await decodeBytes(tiffFile(file));
    for (const [key, value] of Object.entries(expected)) assertEquals(picture[key as keyof Picture], value, key);
  });
}

Deno.test("decodePicture() reads the first of several images in a TIFF, and says so", async () => {
  const file = new Uint8Array([...tiffFile({ ...size, pixels: greys, next: 1100 }), ...new Uint8Array(300)]);
  file.set(file.slice(8, 118), 1100);
  assertEquals((await decodeBytes(file)).notes, ["only the first of its 2 images was read"]);
});

const plain: Picture = {
  format: "PNG",
  width: 2,
  height: 1,
  orientation: 1,
  channels: 3,
  bits: 8,
  pixels: Uint8Array.of(1, 2, 3, 4, 5, 6),
  lossy: false,
  notes: [],
};
const toRgb: [string, Partial<Picture>, number[], string | undefined][] = [
  ["takes RGB as it is", {}, [1, 2, 3, 4, 5, 6], undefined],
  ["repeats grey", { channels: 1, pixels: Uint8Array.of(7, 9) }, [7, 7, 7, 9, 9, 9], undefined],
  ["drops alpha that is opaque without a word", { channels: 2, pixels: Uint8Array.of(7, 255, 9, 255) }, [
    7,
    7,
    7,
    9,
    9,
    9,
  ], undefined],
  [
    "drops alpha and says so",
    { channels: 4, pixels: Uint8Array.of(1, 2, 3, 255, 4, 5, 6, 0) },
    [1, 2, 3, 4, 5, 6],
    "the transparency of 1 of 2 pixels was dropped",
  ],
  [
    "scales 12-bit levels by the range in use",
    { channels: 1, bits: 16, pixels: Uint16Array.of(3888, 2048) },
    [243, 243, 243, 128, 128, 128],
    "16-bit levels were scaled from 0–4095 to 0–255",
  ],
  [
    "scales by the white that the file names",
    { channels: 1, bits: 16, white: 65535, pixels: Uint16Array.of(257, 514) },
    [1, 1, 1, 2, 2, 2],
    "16-bit levels were scaled from 0–65535 to 0–255",
  ],
  [
    "leaves levels that 8 bits hold",
    { channels: 1, bits: 16, pixels: Uint16Array.of(0, 2) },
    [0, 0, 0, 2, 2, 2],
    "16-bit levels were scaled from 0–255 to 0–255",
  ],
];
for (const [what, picture, pixels, note] of toRgb) {
  Deno.test(`rgbOf() ${what}`, () => {
    const rgb = rgbOf({ ...plain, ...picture });
    assertEquals([[...rgb.pixels], rgb.note], [pixels, note]);
  });
}

const tags = (pixels: Uint8Array, tags: Record<number, [number, number, number]>) =>
  tiffFile({ ...size, pixels, tags });
const hostile: [string, Uint8Array, string][] = [
  ["a directory that follows itself", tiffFile({ ...size, pixels: greys, next: 8 }), "its directories form a ring"],
  [
    "only an empty directory that follows itself",
    Uint8Array.of(73, 73, 42, 0, 8, 0, 0, 0, 0, 0, 8, 0, 0, 0),
    "damaged",
  ],
  ["a directory outside of it", tiffFile({ ...size, pixels: greys, next: 2 ** 31 }), "a directory lies outside of it"],
  ["billions of strips", tags(greys, { 273: [4, 0x40000000, 8], 279: [4, 0x40000000, 8] }), "damaged or cut short"],
  ["a strip that is cut", tags(greys.slice(0, -1), {}), "damaged or cut short"],
  ["a packed strip that is cut", tags(greys.slice(0, 5), { 259: [3, 1, 5] }), "damaged or cut short"],
  ["strips missing", tags(greys, { 278: [3, 1, 1] }), "damaged or cut short"],
  ["no size", tags(greys, { 256: [4, 1, 0], 257: [4, 1, 0] }), "damaged"],
  ["text as its size", tags(greys, { 256: [2, 1, 65] }), "damaged"],
  ["a huge size", tags(greys, { 256: [4, 1, 40000], 257: [4, 1, 60000] }), "expected at most 32000000 pixels"],
  ["huge tiles", tags(greys, { 322: [4, 1, 65536], 323: [4, 1, 65536], 324: [4, 1, 1000], 325: [4, 1, 15] }), "tiles"],
  ["floating-point samples", tags(new Uint8Array(4 * COUNT), { 258: [3, 1, 32], 339: [3, 1, 3] }), "save it as PNG"],
];
for (const [what, content, message] of hostile) {
  Deno.test(`decodePicture() refuses a TIFF with ${what}, and goes on with the next file`, async () => {
    using bad = written(content, "bad.tif"), good = written(await colour().png().toBuffer());
    const error = await assertRejects(() => decodePicture(bad.path), Error, message);
    assertStringIncludes(error.message, `Cannot decode "${bad.path}": `);
    assertEquals((await decodePicture(good.path)).pixels, colours);
  });
}

Deno.test("decodePicture() refuses what is too large before it decodes it", async () => {
  using file = written(await colour().png().toBuffer());
  await assertRejects(
    () => decodePicture(file.path, { mostPixels: 14 }),
    Error,
    "expected at most 14 pixels, found 5 × 3",
  );
  await assertRejects(() => decodePicture(file.path, { mostBytes: 10 }), Error, "expected at most 10 bytes, found");
  const deep = { create: { width: 5000, height: 5000, channels: 4, background: "black" } } as const;
  const samples = await sharp(deep).toColourspace("rgb16").png().toBuffer();
  await assertRejects(() => decodeBytes(samples), Error, "expected at most 128 MB of samples");
  const tall = bmpFile({ width: 1, height: 65536, bits: 24, rows: [] });
  await assertRejects(() => decodeBytes(tall), Error, "expected at most 65535 pixels a side, found 1 × 65536");
  await Deno.truncate(file.path, 2 ** 40);
  await assertRejects(() => decodePicture(file.path), Error, "expected at most");
});

Deno.test("decodePicture() opens nothing but files", async () => {
  using file = written(greys);
  const folder = file.path.slice(0, -"/file.img".length);
  await new Deno.Command("mkfifo", { args: [`${folder}/fifo.png`] }).output();
  Deno.symlinkSync("ring.png", `${folder}/ring.png`);
  Deno.symlinkSync("nowhere", `${folder}/lost.png`);
  Deno.writeFileSync(`${folder}/empty.png`, new Uint8Array());
  const refused: [string, string][] = [
    [folder, "expected a file, found a folder"],
    [`${folder}/fifo.png`, "found a FIFO, socket or device"],
    ["/dev/zero", "found a FIFO, socket or device"],
    [`${folder}/ring.png`, "the link leads back to itself"],
    [`${folder}/lost.png`, "a link that leads nowhere"],
    [`${folder}/empty.png`, "the file is empty"],
    [file.path, "found another kind of content"],
  ];
  for (const [path, message] of refused) {
    const error = await assertRejects(() => decodePicture(path), Error, message);
    assertStringIncludes(error.message, `Cannot decode "${path}": `);
  }
});

Deno.test("decodePicture() gives up where its signal says so", async () => {
  using file = written(await colour().png().toBuffer());
  const error = await assertRejects(() => decodePicture(file.path, { signal: AbortSignal.abort() }), DOMException);
  assertEquals(error.name, "AbortError");
});

Deno.test("formatOfFile() tells the format by the content and not by the name", async () => {
  using file = written(await colour().png().toBuffer(), "really a png.jpg");
  assertEquals(await formatOfFile(file.path), "PNG");
});

const volume = niftiFile({ size: [4, 4, 1], type: 4, values: Int16Array.from(levels(16)) });
const fuzzed: Record<string, Uint8Array> = {
  JPEG: await colour().jpeg().toBuffer(),
  "progressive JPEG": await colour().jpeg({ progressive: true }).toBuffer(),
  PNG: await colour().png().toBuffer(),
  WebP: await colour().webp().toBuffer(),
  "lossless WebP": await colour().webp({ lossless: true }).toBuffer(),
  TIFF: await colour().tiff({ compression: "lzw" }).toBuffer(),
  "TIFF in tiles": await colour().tiff({ compression: "deflate", tile: true, tileWidth: 16, tileHeight: 16 })
    .toBuffer(),
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
  using tiff = written(tiffFile({ ...size, pixels: greys })), packed = written(gzipSync(volume));
  using dicom = written(dicomFile({ ...size, pixels: greys }));
  const library = new URL("../../lib/data/picture.ts", import.meta.url);
  const program = `import { decodePicture } from "${library}";
    for (const path of Deno.args) console.log((await decodePicture(path)).format);`;
  using source = written(new TextEncoder().encode(program), "program.ts");
  const permissions = ["--no-prompt", "--allow-read", "--allow-env", "--allow-sys", "--allow-ffi"];
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-q",
      "--no-check",
      "--config=deno.json",
      ...permissions,
      source.path,
      tiff.path,
      packed.path,
      dicom.path,
    ],
    cwd: fromFileUrl(new URL("../..", import.meta.url)),
  }).output();
  assertEquals(new TextDecoder().decode(stdout), "TIFF\nNIfTI\nDICOM\n", new TextDecoder().decode(stderr));
});

/** Two colours. */
function palettePixels(): Uint8Array {
  return Uint8Array.from(
    { length: 3 * COUNT },
    (_, entry) => [[200, 10, 40], [0, 0, 0]][Math.floor(entry / 3) % 2][entry % 3],
  );
}
