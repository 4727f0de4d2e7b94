import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import sharp from "sharp";
import { decodeImage } from "../../lib/data/decode_image.ts";
import { realData } from "../real_data.ts";

const WIDTH = 20, HEIGHT = 10;
const pixels = Uint8Array.from({ length: 3 * WIDTH * HEIGHT }, (_, value) => (value * 7) % 256);
const picture = () => sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });

Deno.test("decodeImage() gives back a PNG's pixels exactly", async () => {
  const decoded = await decodeImage(await picture().png().toBuffer());
  assertEquals(decoded, { width: WIDTH, height: HEIGHT, channels: 3, pixels });
});

Deno.test("decodeImage() gives three equal channels for a grey JPEG", async () => {
  const { pixels } = await decodeImage(await picture().greyscale().jpeg().toBuffer());
  assertEquals(pixels.length, 3 * WIDTH * HEIGHT);
  for (let pixel = 0; pixel < pixels.length; pixel += 3) {
    assertEquals([pixels[pixel + 1], pixels[pixel + 2]], [pixels[pixel], pixels[pixel]]);
  }
});

Deno.test("decodeImage() drops transparency and reads 16-bit PNGs as 8 bits", async () => {
  const transparent = await decodeImage(await picture().ensureAlpha(0.5).png().toBuffer());
  assertEquals(transparent.pixels, pixels);
  const deep = await decodeImage(await picture().toColourspace("rgb16").png().toBuffer());
  assertEquals(deep.pixels, pixels);
});

const refused: [string, () => Uint8Array | Promise<Uint8Array>, string][] = [
  ["an empty file", () => new Uint8Array(), "the file is empty"],
  ["text", () => new TextEncoder().encode("<svg/>"), "expected a JPEG, PNG, TIFF, BMP, WebP, NIfTI or DICOM file"],
  ["a JPEG cut short", async () => cut(await picture().jpeg().toBuffer(), 0.9), "damaged or cut short"],
  ["a JPEG without any image data", async () => cut(await picture().jpeg().toBuffer(), 0.02), "damaged or cut short"],
  ["a PNG cut short", async () => cut(await picture().png().toBuffer(), 0.9), "damaged or cut short"],
  ["a PNG with a wrong byte", async () => withWrongByte(await picture().png().toBuffer()), "damaged or cut short"],
];
for (const [what, file, message] of refused) {
  Deno.test(`decodeImage() refuses ${what} and names the file`, async () => {
    const error = await assertRejects(async () => decodeImage(await file(), { name: "x.img" }), Error, message);
    assertStringIncludes(error.message, 'Cannot decode "x.img": ');
  });
}

Deno.test("decodeImage() refuses a small file that would fill the memory when decoded", async () => {
  const large = { create: { width: 9000, height: 6000, channels: 3, background: "black" } } as const;
  const bomb = await sharp(large).png({ compressionLevel: 9 }).toBuffer();
  assert(bomb.length < 1_000_000);
  await assertRejects(() => decodeImage(bomb), Error, "expected at most 32000000 pixels, found 9000 × 6000");
});

const clinicdb = realData("cvc-clinicdb");
const tiffFolder = clinicdb && join(clinicdb, "CVC-ClinicDB-TIF");
const hasTiffs = tiffFolder !== undefined && await Deno.stat(tiffFolder).then(() => true, () => false);
Deno.test({
  name: `ClinicDB's official TIFFs have the pixels of its PNGs${hasTiffs ? "" : " (skipped: no cvc-clinicdb found)"}`,
  ignore: !hasTiffs,
  fn: async () => {
    let compared = 0;
    for (const kind of ["images", "masks"]) {
      for (const { name } of Deno.readDirSync(join(tiffFolder!, kind))) {
        const png = join(clinicdb!, "CVC-ClinicDB", kind, name.replace(".tif", ".png"));
        const fromTiff = await decodeImage(await Deno.readFile(join(tiffFolder!, kind, name)));
        assertEquals(fromTiff, await decodeImage(await Deno.readFile(png)));
        compared++;
      }
    }
    assertEquals(compared, 20);
  },
});

function cut(file: Uint8Array, share: number): Uint8Array {
  return file.slice(0, Math.floor(share * file.length));
}

function withWrongByte(file: Uint8Array): Uint8Array {
  const wrong = file.slice();
  wrong[Math.floor(0.6 * file.length)] ^= 0x55;
  return wrong;
}
