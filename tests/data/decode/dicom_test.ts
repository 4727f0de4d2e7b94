import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import sharp from "sharp";
import { decodeBytes } from "../../../lib/data/decode/decode_picture.ts";
import { dicomFile, levels } from "./drawn_files.ts";

const WIDTH = 3, HEIGHT = 2;
const pixels = new Uint8Array(levels(6)), size = { width: WIDTH, height: HEIGHT };
const deep = { "00280100": 16, "00280101": 12, "00280102": 11 };
const stored = (...values: number[]) => new Uint8Array(new Int16Array(values).buffer);

Deno.test("decodeDicom() reads grey of 8 bits as it is", async () => {
  const picture = await decodeBytes(dicomFile({ ...size, pixels }));
  assertEquals([picture.format, picture.width, picture.height, picture.channels, picture.bits], ["DICOM", 3, 2, 1, 8]);
  assertEquals([[...picture.pixels], picture.lossy, picture.notes], [[...pixels], false, []]);
});

Deno.test("decodeDicom() keeps 12-bit levels, and ignores bits that are not theirs", async () => {
  const picture = await decodeBytes(dicomFile({ ...size, pixels: stored(0, 1, 300, 4095, 0x7001, 5), elements: deep }));
  assertEquals([picture.bits, picture.white, ...picture.pixels], [16, 4095, 0, 1, 300, 4095, 1, 5]);
});

Deno.test("decodeDicom() takes rescaled values through the window, and says so", async () => {
  const window = { "00281050": "40\\400", "00281051": "401", "00281052": "-1024", "00281053": "2" };
  const elements = { ...deep, ...window, "00280103": 1 };
  const picture = await decodeBytes(dicomFile({ ...size, pixels: stored(0, 432, 532, 632, 2047, -5), elements }));
  // Values -1024, -160, 40, 240, 3070, -1034; the window goes from -160.5 to 239.5.
  assertEquals([picture.bits, ...picture.pixels], [8, 0, 0, 128, 255, 255, 0]);
  assertEquals(picture.notes, ["shown through its window of 401 around 40"]);
});

Deno.test("decodeDicom() spreads negative values without a window over 16 bits", async () => {
  const elements = { ...deep, "00280103": 1 };
  const picture = await decodeBytes(dicomFile({ width: 3, height: 1, pixels: stored(-100, 0, 300), elements }));
  assertEquals([...picture.pixels], [0, 16384, 65535]);
});

Deno.test("decodeDicom() inverts MONOCHROME1, and says so", async () => {
  const picture = await decodeBytes(dicomFile({ ...size, pixels, elements: { "00280004": "MONOCHROME1" } }));
  assertEquals([...picture.pixels], [...pixels].map((level) => 255 - level));
  assertEquals(picture.notes, ["inverted, as its values grow towards black (MONOCHROME1)"]);
});

const labels = [0, 1, 2, 1, 0, 2];
const asMasks: [string, Record<string, number | string>][] = [
  ["a window that unites labels", { "00281050": "1", "00281051": "1" }],
  ["a window of soft tissue", { "00281050": "40", "00281051": "1500" }],
  ["values that are rescaled", { "00281052": "-1024", "00281053": "2" }],
  ["black as the greatest value", { "00280004": "MONOCHROME1" }],
];
Deno.test("decodeDicom() gives masks as their stored values, whatever is said of how to show them", async () => {
  for (const [what, elements] of asMasks) {
    for (const [bits, pixels] of [[{}, Uint8Array.from(labels)], [deep, stored(...labels)]] as const) {
      const file = dicomFile({ ...size, pixels, elements: { ...bits, ...elements } });
      const { pixels: values, notes } = await decodeBytes(file, { asMask: true });
      assertEquals([[...values], notes.length], [labels, "00280004" in elements ? 1 : 0], what);
      assertNotEquals([...(await decodeBytes(file)).pixels], labels, what); // as an image
    }
  }
});

Deno.test("decodeDicom() reads colours, interleaved, in planes, and as luma and chroma", async () => {
  const rgb = { "00280002": 3, "00280004": "RGB", "00280006": 0 };
  const cases: [Record<string, number | string>, number[], number[]][] = [
    [rgb, [1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6]],
    [{ ...rgb, "00280006": 1 }, [1, 4, 2, 5, 3, 6], [1, 2, 3, 4, 5, 6]],
    [{ ...rgb, "00280004": "YBR_FULL" }, [76, 85, 255, 128, 128, 128], [254, 0, 0, 128, 128, 128]],
  ];
  for (const [elements, stored, shown] of cases) {
    const file = dicomFile({ width: 2, height: 1, pixels: Uint8Array.from(stored), elements });
    assertEquals([...(await decodeBytes(file)).pixels], shown);
  }
});

Deno.test("decodeDicom() reads the JPEG baseline inside", async () => {
  const jpeg = await sharp(pixels, { raw: { ...size, channels: 1 } }).toColourspace("b-w").jpeg().toBuffer();
  const file = dicomFile({ ...size, pixels: jpeg, syntax: "1.2.840.10008.1.2.4.50", encapsulated: true });
  const picture = await decodeBytes(file), expected = await decodeBytes(jpeg);
  assertEquals([picture.format, picture.lossy, [...picture.pixels]], ["DICOM", true, [...expected.pixels]]);
});

const refused: [string, Parameters<typeof dicomFile>[0], string][] = [
  ["cut short", { ...size, pixels: pixels.slice(2) }, "cut short: expected 6 bytes of pixels, found 4"],
  ["of several frames", { ...size, pixels, elements: { "00280008": "12" } }, "expected one frame, found 12"],
  [
    "of another compression",
    { ...size, pixels, syntax: "1.2.840.10008.1.2.4.90" },
    'found transfer syntax "1.2.840.10008.1.2.4.90"',
  ],
  ["with a palette", { ...size, pixels, elements: { "00280004": "PALETTE COLOR" } }, 'found "PALETTE COLOR"'],
  ["of one bit a pixel", { ...size, pixels, elements: { "00280100": 1 } }, "found 1 samples of 1 bits"],
  ["of a huge size", { width: 65535, height: 65535, pixels }, "expected at most 32000000 pixels"],
  ["without rows", { width: 3, height: 0, pixels }, "expected at least one pixel, found 3 × 0"],
  [
    "whose bits contradict each other",
    { ...size, pixels, elements: { "00280101": 12 } },
    "the file is damaged (its bits",
  ],
];
Deno.test("decodeDicom() refuses what is damaged, too large or of other kinds", async () => {
  for (const [what, file, message] of refused) {
    await assertRejects(() => decodeBytes(dicomFile(file)), Error, message, what);
  }
});

Deno.test("decodeDicom() reads no further than a MiB before the pixels: a file of millions of elements costs nothing", async () => {
  const start = dicomFile({ ...size, pixels }).subarray(0, 132 + 8 + 20);
  const tiny = Uint8Array.of(0x09, 0x00, 0x10, 0x00, 0x4c, 0x4f, 0, 0); // (0009,0010), LO, no value
  const file = new Uint8Array(start.length + 8 * 500_000);
  file.set(start);
  for (let at = start.length; at < file.length; at += 8) file.set(tiny, at);
  await assertRejects(() => decodeBytes(file), Error, "found no pixels in its first MiB");
});
