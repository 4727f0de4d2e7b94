import { assertEquals, assertThrows } from "@std/assert";
import { decodeBmp } from "../../../lib/data/decode/bmp.ts";
import { bmpFile } from "./drawn_files.ts";

const RED = [255, 0, 0], GREEN = [0, 255, 0], BLUE = [0, 0, 255], GREY = [9, 9, 9];
const RGBA = [0xff0000, 0xff00, 0xff, 0xff000000];
const palette = [RED, GREEN, BLUE, GREY].map(([red, green, blue]) => [blue, green, red, 0]);
/** Of the file's rows, the lower one first. */
const upright = [...BLUE, ...GREY, ...GREY, ...RED, ...GREEN, ...BLUE];
const bgr = [[0, 0, 255, 0, 255, 0, 255, 0, 0], [255, 0, 0, 9, 9, 9, 9, 9, 9]];

const cases: [string, Parameters<typeof bmpFile>[0], number[]][] = [
  ["24 bits", { width: 3, height: 2, bits: 24, rows: bgr }, upright],
  ["its uppermost row first", { width: 3, height: -2, bits: 24, rows: bgr.toReversed() }, upright],
  ["8 bits with a palette", { width: 3, height: 2, bits: 8, palette, rows: [[0, 1, 2], [2, 3, 3]] }, upright],
  ["4 bits with a palette", { width: 3, height: 2, bits: 4, palette, rows: [[0x01, 0x20], [0x23, 0x30]] }, upright],
  [
    "1 bit",
    { width: 3, height: 1, bits: 1, palette: [[0, 0, 0, 0], [255, 255, 255, 0]], rows: [[0b01100000]] },
    [0, 0, 0, 255, 255, 255, 255, 255, 255],
  ],
  ["bytes before its pixels", { width: 3, height: 2, bits: 24, gap: 6, rows: bgr }, upright],
  ["32 bits, of which the last is nothing", { width: 1, height: 1, bits: 32, rows: [[3, 2, 1, 77]] }, [1, 2, 3]],
  ["16 bits", { width: 2, height: 1, bits: 16, rows: [[0x00, 0x7c, 0x1f, 0x00]] }, [...RED, ...BLUE]],
  [
    "16 bits and masks of its colours",
    { width: 2, height: 1, bits: 16, compression: 3, masks: [0xf800, 0x7e0, 0x1f], rows: [[0x00, 0xf8, 0xe0, 0x07]] },
    [...RED, ...GREEN],
  ],
  [
    "alpha",
    { ...{ width: 1, height: 1, bits: 32 }, compression: 3, masks: RGBA, rows: [[3, 2, 1, 77]] },
    [1, 2, 3, 77],
  ],
];
Deno.test("decodeBmp() reads bitmaps of every kind", () => {
  for (const [what, file, pixels] of cases) {
    const picture = decodeBmp(bmpFile(file));
    assertEquals([picture.width, picture.height], [file.width, Math.abs(file.height)]);
    assertEquals([...picture.pixels], pixels, what);
    assertEquals(picture.channels * picture.width * picture.height, pixels.length);
  }
});

const plain = bmpFile({ width: 3, height: 2, bits: 24, rows: bgr });
const refused: [string, Uint8Array, string][] = [
  ["that is cut short", plain.slice(0, -4), "cut short: its pixels end at byte 75, the file at 74"],
  ["cut in its header", plain.slice(0, 40), "cut short (in its header)"],
  ["of packed rows", bmpFile({ width: 3, height: 1, bits: 8, compression: 1, palette, rows: [[1]] }), "save it as PNG"],
  ["of a huge size", bmpFile({ width: 40000, height: 40000, bits: 1, rows: [] }), "expected at most 32000000 pixels"],
  ["of a negative width", bmpFile({ width: -3, height: 2, bits: 24, rows: [] }), "expected at least one pixel"],
  [
    "with a colour that is not in its palette",
    bmpFile({ width: 3, height: 1, bits: 8, palette, rows: [[0, 1, 4]] }),
    "not in its palette",
  ],
];
Deno.test("decodeBmp() refuses what is damaged, compressed or too large", () => {
  for (const [what, file, message] of refused) {
    assertThrows(() => decodeBmp(file), Error, message, what);
  }
});
