import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { gzipSync } from "node:zlib";
import { decodePicture, decodeVolume } from "../../../lib/data/decode/decode_picture.ts";
import { rgbOf } from "../../../lib/data/picture.ts";
import { axesText } from "../../../lib/data/decode/nifti_axes.ts";
import { niftiFile, written } from "./drawn_files.ts";

const size = [3, 2, 2];
const labels = Int16Array.from([0, 1, 2, 0, 1, 2, 0, 0, 0, 7, 300, 4000]);

for (const [what, pack] of [["plain", (file: Uint8Array) => file], ["packed", gzipSync]] as const) {
  Deno.test(`decodeVolume() gives the slices of a ${what} volume, whole numbers as they are`, async () => {
    using file = written(pack(niftiFile({ size, type: 4, values: labels })));
    const { slices, slice } = await decodeVolume(file.path);
    assertEquals(slices, 2);
    const { format, width, height, channels, bits, pixels, white } = slice(1);
    assertEquals([format, width, height, channels, bits, white], ["NIfTI", 3, 2, 1, 16, 4095]);
    assertEquals([...slice(0).pixels, ...pixels], [...labels]);
    assertThrows(() => slice(2), Error, "expected 0 to 1");
  });
}

const types: [string, number, ArrayBufferView][] = [
  ["bytes", 2, new Uint8Array(labels.map((label) => label & 255))],
  ["32-bit numbers", 8, new Int32Array(labels)],
  ["floating-point numbers", 16, new Float32Array(labels)],
  ["double-precision numbers", 64, new Float64Array(labels)],
  ["signed bytes", 256, new Int8Array(labels.map((label) => label & 127))],
  ["unsigned numbers", 512, new Uint16Array(labels)],
  ["unsigned 32-bit numbers", 768, new Uint32Array(labels)],
  ["64-bit numbers", 1024, BigInt64Array.from(labels, BigInt)],
];
Deno.test("decodeVolume() keeps labels, whatever numbers they are stored as", async () => {
  for (const [what, type, values] of types) {
    using file = written(niftiFile({ size, type, values }));
    const { slice } = await decodeVolume(file.path);
    assertEquals([...slice(0).pixels, ...slice(1).pixels], Array.from(values as Uint8Array, Number), what);
  }
});

Deno.test("decodeVolume() reads colours", async () => {
  using file = written(
    niftiFile({ size: [2, 1, 2], type: 128, values: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12) }),
  );
  const { slice } = await decodeVolume(file.path);
  assertEquals([slice(1).channels, ...slice(1).pixels], [3, 7, 8, 9, 10, 11, 12]);
});

Deno.test("decodeVolume() reads a volume of the other order of bytes", async () => {
  const values = new DataView(new ArrayBuffer(4));
  values.setInt16(0, 513);
  values.setInt16(2, 2);
  const swapped = niftiFile({
    size: [],
    type: 0,
    values,
    change(header) {
      header.setInt32(0, 348);
      for (const [index, value] of [3, 2, 1, 1].entries()) header.setInt16(40 + 2 * index, value);
      header.setInt16(70, 4);
      header.setFloat32(108, 352);
    },
  });
  using file = written(swapped);
  assertEquals([...(await decodeVolume(file.path)).slice(0).pixels], [513, 2]);
});

Deno.test("decodeVolume() spreads measured values by the range of the whole volume, and says so", async () => {
  using file = written(
    niftiFile({ size: [2, 1, 2], type: 4, values: Int16Array.of(0, 100, 200, 400), slope: 2, intercept: -100 }),
  );
  const { slice } = await decodeVolume(file.path);
  assertEquals([...slice(0).pixels, ...slice(1).pixels], [0, 16384, 32768, 65535]);
  assertEquals(slice(0).notes, ["its values from -100 to 700 were spread over 16 bits"]);
  assertEquals([...rgbOf(slice(0)).pixels], [0, 0, 0, 64, 64, 64]);
});

Deno.test("decodeVolume() reads values that are not finite as 0, and says so", async () => {
  using file = written(niftiFile({ size: [2, 1, 1], type: 16, values: Float32Array.of(NaN, 3) }));
  const { pixels, notes } = (await decodeVolume(file.path)).slice(0);
  assertEquals([...pixels, ...notes], [0, 3, "values that are not finite were read as 0"]);
});

Deno.test("decodePicture() reads a volume of one slice as a picture, and refuses more", async () => {
  using one = written(niftiFile({ size: [3, 2], type: 4, values: labels.slice(0, 6) }));
  assertEquals([...(await decodePicture(one.path)).pixels], [0, 1, 2, 0, 1, 2]);
  using two = written(niftiFile({ size, type: 4, values: labels }));
  await assertRejects(() => decodePicture(two.path), Error, "found a volume of 2 slices");
});

const volume = (options: Partial<Parameters<typeof niftiFile>[0]>) =>
  niftiFile({ size, type: 4, values: labels, ...options });
const refused: [string, Uint8Array, string][] = [
  ["cut short", volume({}).slice(0, -1), "cut short: expected 24 bytes of voxels"],
  ["cut in its header", volume({}).slice(0, 350), "in its header"],
  ["damaged in its compression", damaged(gzipSync(volume({}))), "in its compression"],
  ["with a wrong checksum", damaged(gzipSync(volume({})), -6), "in its compression"],
  ["of other content", gzipSync(new Uint8Array(1000)), "expected a NIfTI file"],
  ["of four dimensions", volume({ size: [3, 1, 2, 2] }), "found 3 × 1 × 2 × 2"],
  ["of complex numbers", volume({ type: 32 }), "found NIfTI's data type 32"],
  ["of a huge size", volume({ size: [3000, 3000, 3000] }), "expected at most 256 MiB of voxels"],
  ["of negative sizes", volume({ size: [-3, -2, 2] }), "expected at least one pixel"],
  [
    "that unpacks to more than it says",
    gzipSync(new Uint8Array([...volume({}), ...new Uint8Array(2 ** 21)])),
    "found more",
  ],
  [
    "whose voxels begin before it",
    volume({ change: (header) => header.setFloat32(108, -1, true) }),
    "begin at byte -1",
  ],
];
Deno.test("decodeVolume() refuses what is damaged, too large or of other kinds, and names the file", async () => {
  for (const [what, content, message] of refused) {
    using file = written(content);
    const error = await assertRejects(() => decodeVolume(file.path), Error, message, what);
    assertEquals(error.message.startsWith(`Cannot decode "${file.path}": `), true);
  }
});

for (const version of [1, 2]) {
  Deno.test(`decodeVolume() reads NIfTI-${version} whatever its extensions, over some of which readers go back for ever`, async () => {
    const header = version === 1 ? 352 : 544, file = new Uint8Array(header + 32 + 24);
    const view = new DataView(file.buffer);
    if (version === 1) file.set(volume({}).subarray(0, 352));
    else {
      view.setInt32(0, 540, true);
      file.set([0x6e, 0x2b, 0x32, 0x00], 4);
      view.setInt16(12, 4, true);
      for (const [index, length] of [3, ...size].entries()) view.setBigInt64(16 + 8 * index, BigInt(length), true);
      view.setBigInt64(168, BigInt(header + 32), true);
    }
    if (version === 1) view.setFloat32(108, header + 32, true);
    version === 1 ? view.setInt16(254, 1, true) : view.setInt32(348, 1, true);
    for (const [index, value] of [-1, 0, 0, 9, 0, 0, -2, 9, 0, 3, 0, 9].entries()) {
      version === 1 ? view.setFloat32(280 + 4 * index, value, true) : view.setFloat64(400 + 8 * index, value, true);
    }
    view.setUint8(header - 4, 1);
    view.setInt32(header, -16, true);
    file.set(new Uint8Array(labels.buffer), header + 32);
    using hostile = written(file);
    const { slice, axes } = await decodeVolume(hostile.path);
    assertEquals([...slice(0).pixels, ...slice(1).pixels], [...labels]);
    assertEquals(axesText(axes!), "LSP");
  });
}

function damaged(file: Uint8Array, at = Math.floor(file.length / 2)): Uint8Array {
  const wrong = new Uint8Array(file);
  wrong[at < 0 ? wrong.length + at : at] ^= 0x55;
  return wrong;
}
