import { assertAlmostEquals, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import type { Sharp } from "sharp";
import { checkImages } from "../../lib/data/check_images.ts";
import { binaryMask, parseMaskValues } from "../../lib/data/mask_rule.ts";
import { CHOICE, drawnFolder, type MaskKind, WIDTH } from "./drawings.ts";

const check = async (kind: MaskKind | ((number: number) => MaskKind), maskValues = "", count = 6) => {
  using folder = await drawnFolder(count, { kind });
  return { ...await checkImages({ ...CHOICE, maskValues }, { own: folder.path }), share: folder.share };
};
const grey = (lesion: number, background = 0, more: Partial<MaskKind> = {}): MaskKind => ({
  value: (isLesion) => [isLesion ? lesion : background],
  ...more,
});
const colour = (lesion: readonly number[], background: readonly number[], more: Partial<MaskKind> = {}): MaskKind => ({
  value: (isLesion) => isLesion ? lesion : background,
  ...more,
});
const jpeg = (quality: number) => ({ save: (image: Sharp) => image.jpeg({ quality }) });
/** Blurred by so many pixels before it is saved, as resizing does. */
const blurred = (sigma: number) => ({ save: (image: Sharp) => image.blur(sigma).toColourspace("b-w").png() });
const palette = { save: (image: Sharp) => image.png({ palette: true, colours: 4, dither: 0 }) };
const webp = { save: (image: Sharp) => image.webp({ quality: 80 }) };
const BLACK = [0, 0, 0], WHITE = [255, 255, 255], RED = [255, 0, 0];
const blackOnClear = colour([...BLACK, 255], [...WHITE, 0]), whiteOnBlack = colour([...WHITE, 255], [...BLACK, 255]);
/** A corner of the picture, for a third value. */
const inCorner = (pixel: number) => pixel % WIDTH < 20 && pixel < 12 * WIDTH;

// [kind of masks, how they are made, part of the rule's sentence]
const read: [string, MaskKind | ((number: number) => MaskKind), string][] = [
  ["0 and 255", grey(255), "Lesion is 255, background 0."],
  ["0 and 1", grey(1), "Lesion is 1, background 0."],
  ["0 and 100", grey(100), "Lesion is 100, background 0."],
  ["1 and 2", grey(2, 1), "Lesion is 2, background 1."],
  ["0 and 65535 in 16 bits", grey(65535, 0, { bits: 16 }), "Lesion is 65535, background 0."],
  ["0 and 1 in 16 bits", grey(1, 0, { bits: 16 }), "Lesion is 1, background 0."],
  ["white on black in RGB", colour(WHITE, BLACK), "Lesion is 255, background 0."],
  ["pure red on black", colour(RED, BLACK), "Lesion is #ff0000, background 0."],
  ["red on white", colour(RED, WHITE), "Lesion is #ff0000, background 255."],
  ["blue and yellow", colour([255, 255, 0], [0, 0, 255]), "Lesion is #ffff00, background #0000ff."],
  ["a palette", colour([128, 0, 0], BLACK, palette), "Lesion is #800000, background 0."],
  ["opaque RGBA", colour([...WHITE, 255], [...BLACK, 255]), "Lesion is 255, background 0."],
  ["a shape in alpha under white", colour([...WHITE, 255], [...WHITE, 0]), "Lesion is 255, background 0 in the alpha"],
  ["a shape in alpha under black", colour([...BLACK, 255], [...BLACK, 0]), "Lesion is 255, background 0 in the alpha"],
  ["a black shape on transparent white", blackOnClear, "Lesion is 255, background 0, transparent pixels"],
  [
    "black on transparent white in 16 bits",
    { ...colour([0, 0, 0, 65535], [65535, 65535, 65535, 0]), bits: 16 },
    "Lesion is 65535, background 0, transparent pixels",
  ],
  [
    "black or white shapes on transparency",
    (number) => number % 2 === 0 ? blackOnClear : colour([...WHITE, 255], [...BLACK, 0]),
    "Lesion is 255, background 0, transparent pixels",
  ],
  [
    "black on transparent black beside white on black in RGB and RGBA",
    (number) => [colour([...BLACK, 255], [...BLACK, 0]), colour(WHITE, BLACK), whiteOnBlack][number % 3],
    "Lesion is 255, background 0, transparent pixels",
  ],
  ["a red shape on transparent white", colour([...RED, 255], [...WHITE, 0]), "transparent pixels taken as black"],
  ["JPEG of quality 95", grey(255, 0, jpeg(95)), "nearer to 255 than to 0"],
  ["JPEG of quality 30", grey(255, 0, jpeg(30)), "nearer to 25"],
  ["JPEG of 0 and 100", grey(100, 0, jpeg(75)), "nearer to 100 than to 0"],
  ["JPEG of 0 and 38", grey(38, 0, jpeg(75)), "than to 0"],
  ["red JPEG", colour(RED, BLACK, jpeg(75)), "nearer to #f"],
  ["red JPEG on white", colour(RED, WHITE, jpeg(75)), "nearer to #f"],
  ["lossy WebP", colour(WHITE, BLACK, webp), "nearer to 25"],
  ["PNG with grey rims", grey(255, 0, blurred(0.8)), "nearer to 255 than to 0"],
  ["some in grey and some in RGB", (number) => number % 2 === 0 ? grey(255) : colour(WHITE, BLACK), "Lesion is 255"],
  ["PNG and JPEG", (number) => grey(255, 0, number % 2 === 0 ? {} : jpeg(80)), "nearer to 255 than to 0"],
];
for (const [what, kind, sentence] of read) {
  Deno.test(`masks of ${what} are read as lesion where the shape is`, async () => {
    const { lesionShare, maskRule, findings, share, notes } = await check(kind);
    assertEquals(findings, []);
    assertStringIncludes(maskRule, sentence);
    assertAlmostEquals(lesionShare.mean!, share, 0.03 * share);
    assertEquals(notes.filter((note) => note.includes("inverted")), []);
  });
}

const label = (value: (isLesion: boolean, pixel: number) => number): MaskKind["value"] => (isLesion, pixel) => [
  value(isLesion, pixel),
];
const three: MaskKind = { value: label((isLesion, pixel) => inCorner(pixel) ? 2 : isLesion ? 1 : 0) };
const whiteInFrame: MaskKind = {
  value: (isLesion, pixel) => inCorner(pixel) ? [...BLACK, 0] : [...isLesion ? WHITE : BLACK, 255],
};
const redGreen: MaskKind = {
  value: (isLesion, pixel) => inCorner(pixel) ? [0, 255, 0] : isLesion ? RED : BLACK,
};
const photograph: MaskKind = { value: label((isLesion, pixel) => (pixel * 7919 >> 3) % 200 + (isLesion ? 50 : 0)) };

// [kind of masks, how they are made, parts of the message]
const refused: [string, MaskKind | ((number: number) => MaskKind), string[]][] = [
  ["0, 1 and 2", three, ["0 (", "1 (", "2 (", "--mask-value 1 for one of them", "--mask-value 1,2 for all"]],
  ["0, 128 and 255 as JPEG", {
    value: label((isLesion, pixel) => inCorner(pixel) ? 128 : isLesion ? 255 : 0),
    ...jpeg(90),
  }, ["about 0", "about 128", "about 25", "--mask-value 128"]],
  ["red and green", redGreen, ["#ff0000", "#00ff00", "--mask-value"]],
  ["red and green as JPEG", { ...redGreen, ...jpeg(85) }, ["about 0", "about #f", "--mask-value"]],
  ["0 and 1 but one of 0 and 255", (number) => grey(number === 3 ? 255 : 1), ["in 1 of 6", "case3.png"]],
  ["only 255", grey(255, 255), ["found only 255"]],
  ["only 1", grey(1, 1), ["found only 1"]],
  [
    "opaque black as background in some and as the shape in one", // or that one is empty, with a transparent rim
    (number) => number === 3 ? blackOnClear : whiteInFrame,
    ["case3.png", "case0.png", "save all without transparency"],
  ],
  ["photographs", photograph, ["expected masks of two values"]],
];
for (const [what, kind, parts] of refused) {
  Deno.test(`masks of ${what} are refused with what was found and the way out`, async () => {
    const { lesionShare, findings } = await check(kind);
    assertEquals([findings.length, lesionShare.mean], [1, null]);
    for (const part of parts) assertStringIncludes(findings[0].message, part);
  });
}

// [masks of 30, the usual kind, that of one, part of the message]
const lost: [string, MaskKind, MaskKind, string][] = [
  ["one JPEG among masks of 0 and 1", grey(1), grey(255, 0, jpeg(90)), "found 0, 1 in 29 of 30, the first"],
  ["one with rims among masks of 0 and 1", grey(1), grey(255, 0, blurred(2)), "found 0, 1 in 29 of 30, the first"],
  ["one JPEG among labels 0, 1 and 2", three, grey(255, 0, jpeg(90)), "found 0, 1, 2 in 29 of 30, the first"],
  ["one of 0 and 1 among JPEGs", grey(255, 0, jpeg(90)), grey(1), "found 0, 1 in 1 of 30, the first"],
  ["one of 0 and 100 among JPEGs", grey(255, 0, jpeg(90)), grey(100), "found 0, 100 in 1 of 30, the first"],
  ["one of 0 and 1 among masks with rims", grey(255, 0, blurred(1.2)), grey(1), "found 0, 1 in 1 of 30, the first"],
];
for (const [what, usual, one, part] of lost) {
  Deno.test(`masks are refused where the rule of the others would make some empty that are not: ${what}`, async () => {
    const { findings, emptyMasks } = await check((number) => number === 3 ? one : usual, "", 30);
    assertEquals([findings.length, emptyMasks], [1, []]);
    assertStringIncludes(findings[0].message, part);
  });
}

// [--mask-value, kind, expected: the ellipse, or with the corner]
const named: [string, MaskKind, "shape" | "both"][] = [
  ["1", three, "shape"],
  ["1,2", three, "both"],
  ["1-2", three, "both"],
  ["ff0000", redGreen, "shape"],
  ["ff0000,00ff00", redGreen, "both"],
  ["ff0000", { ...redGreen, ...jpeg(85) }, "shape"],
  ["0", grey(0, 255), "shape"],
  ["0", grey(0, 255, jpeg(80)), "shape"],
];
for (const [index, [values, kind, expected]] of named.entries()) {
  Deno.test(`--mask-value ${values} says which values are lesion (${index})`, async () => {
    const { lesionShare, findings, share, maskRule } = await check(kind, values);
    assertEquals(findings, []);
    assertStringIncludes(maskRule, "as --mask-value says");
    const corner = expected === "both" ? 240 / 7680 : 0;
    assertAlmostEquals(lesionShare.mean!, share + corner, 0.03 * share);
  });
}

Deno.test("--mask-value that occurs in no mask is refused with the values that do", async () => {
  const { findings } = await check(three, "3");
  assertStringIncludes(findings[0].message, "expected the mask value 3, as --mask-value says, found 0 (");
});

Deno.test("parseMaskValues() refuses what is no value", () => {
  for (const text of ["a", "1,", "5-1", "70000", "#12345", "-1"]) {
    assertThrows(() => parseMaskValues(text), Error, "Cannot read the mask value");
  }
});

Deno.test("empty masks among others are counted and told, and a set of nothing but empty ones is read", async () => {
  const some = await check((number) => number < 2 ? grey(0) : grey(255));
  assertEquals([some.emptyMasks, some.findings], [["case0", "case1"], []]);
  assertStringIncludes(some.notes.join(), "2 of 6 masks are empty: case0, case1");
  const all = await check(grey(0));
  assertEquals([all.emptyMasks.length, all.lesionShare.mean, all.findings], [6, 0, []]);
  assertStringIncludes(all.maskRule, "Every mask is empty");
  const clear = await check((number) => number < 2 ? colour([...WHITE, 0], [...WHITE, 0]) : blackOnClear);
  assertEquals([clear.emptyMasks, clear.findings], [["case0", "case1"], []]);
});

Deno.test("a set whose masks are lesion nearly everywhere is read with a warning", async () => {
  for (const more of [{}, jpeg(80)]) {
    const { lesionShare, notes, findings, share } = await check(grey(0, 255, more));
    assertAlmostEquals(lesionShare.mean!, 1 - share, 0.01);
    assertEquals(findings, []);
    assertStringIncludes(notes.join(), "Warning: the masks look inverted");
  }
});

Deno.test("a photograph in place of one of many masks is told with its file", async () => {
  const { findings } = await check((number) => number === 2 ? { ...photograph, ...jpeg(90) } : grey(255, 0, jpeg(90)));
  assertEquals(findings.map(({ file }) => file.split("/").at(-1)), ["case2.png"]);
});

const levels = (...values: number[]) => ({
  width: values.length,
  height: 1,
  pixels: new Uint8Array(values.flatMap((value) => [value, value, value])),
});

Deno.test("binaryMask() takes 128 for polyp and 127 for background, and noise for nothing, but refuses labels", () => {
  assertEquals([...binaryMask(levels(0, 8, 127, 128, 246, 255))], [0, 0, 0, 1, 1, 1]);
  assertEquals([...binaryMask(levels(0, 3, 8, 1)), ...binaryMask(levels(0, 0))], [0, 0, 0, 0, 0, 0]);
  assertThrows(() => binaryMask(levels(0, 1, 1, 0)), Error, "found only 0 and 1");
});
