import { assert, assertEquals } from "@std/assert";
import sharp from "sharp";
import {
  differenceHash,
  HASH_BITS,
  MOST_DIFFERENT_BITS,
  nearDuplicateGroups,
  nearDuplicates,
} from "../../lib/data/near_duplicates.ts";
import { decodeBytes } from "../../lib/data/decode/decode_picture.ts";
import { rgbOf } from "../../lib/data/picture.ts";
import { randomStream } from "../../lib/random/random_stream.ts";
import { writeDrawing } from "./verification/published_folder.ts";

const hashOf = async (bytes: Uint8Array) => {
  const picture = await decodeBytes(bytes);
  return await differenceHash({ ...picture, pixels: rgbOf(picture).pixels });
};

/** The number of bits in which two hashes differ. */
const distanceOf = (first: Uint32Array, second: Uint32Array) => nearDuplicates([first, second], HASH_BITS)[0].distance;

/** The bytes of a drawing. */
async function drawing(seed: number, width = 96): Promise<Uint8Array> {
  const path = await Deno.makeTempFile({ suffix: ".png" });
  await writeDrawing(path, seed, { width, height: 64 });
  const bytes = Deno.readFileSync(path);
  Deno.removeSync(path);
  return bytes;
}

Deno.test("the hash of an image that is saved anew, smaller, in JPEG, brighter or duller differs in few bits", async () => {
  const image = await drawing(1), hash = await hashOf(image);
  const copies = {
    same: sharp(image).png(),
    jpeg: sharp(image).jpeg({ quality: 60 }),
    smaller: sharp(image).resize(60, 60, { fit: "fill" }).png(),
    brighter: sharp(image).linear(0.8, 40).png(),
  };
  for (const [name, copy] of Object.entries(copies)) {
    const distance = distanceOf(hash, await hashOf(new Uint8Array(await copy.toBuffer())));
    assert(distance <= MOST_DIFFERENT_BITS, `${name}: ${distance} bits`);
  }
});

Deno.test("the hashes of different images differ in many bits", async () => {
  const hashes = await Promise.all([1, 2, 3, 4, 5, 6].map(async (seed) => hashOf(await drawing(seed))));
  for (const [index, hash] of hashes.entries()) {
    for (const other of hashes.slice(0, index)) assert(distanceOf(hash, other) > 2 * MOST_DIFFERENT_BITS);
  }
});

/** Some hashes of which one in ten is like an earlier one, and gaps. */
function someHashes(count: number): (Uint32Array | undefined)[] {
  const stream = randomStream(1, "hashes"), hashes: (Uint32Array | undefined)[] = [];
  for (let index = 0; index < count; index++) {
    const model = index % 10 === 9 ? hashes[index - 5] : undefined;
    const hash = Uint32Array.from({ length: HASH_BITS / 32 }, (_, word) => model?.[word] ?? stream.integer(0, 2 ** 31));
    for (let flips = stream.integer(0, 60); flips > 0; flips--) {
      const bit = stream.integer(0, HASH_BITS - 1);
      hash[bit >>> 5] ^= 1 << (bit & 31);
    }
    hashes.push(index % 17 === 16 ? undefined : hash);
  }
  return hashes;
}

Deno.test("nearDuplicates() finds exactly the pairs whose bits, counted one by one, differ in at most a tenth", () => {
  const hashes = someHashes(200);
  const bits = hashes.map((hash) => hash && [...hash].map((word) => word.toString(2).padStart(32, "0")).join(""));
  const expected: string[] = [];
  for (const [second, one] of bits.entries()) {
    for (const [first, other] of bits.slice(0, second).entries()) {
      const distance = one && other ? [...one].filter((bit, index) => bit !== other[index]).length : Infinity;
      if (distance <= MOST_DIFFERENT_BITS) expected.push(`${first} ${second} ${distance}`);
    }
  }
  const found = nearDuplicates(hashes);
  assert(expected.length > 5 && expected.length < 20);
  assertEquals(found.map(({ first, second, distance }) => `${first} ${second} ${distance}`).sort(), expected.sort());
  assertEquals(found.map(({ distance }) => distance), found.map(({ distance }) => distance).sort((a, b) => a - b));
});

Deno.test("nearDuplicateGroups() joins chains, whatever the order of the images, and leaves single ones out", () => {
  const chain = [0, 40, 80, 120].map((bits) => {
    const hash = new Uint32Array(HASH_BITS / 32);
    for (let bit = 0; bit < bits; bit++) hash[bit >>> 5] |= 1 << (bit & 31);
    return hash;
  });
  const alone = new Uint32Array(HASH_BITS / 32).fill(0xffffffff);
  for (const order of [[0, 1, 2, 3], [3, 1, 0, 2], [0, 3, 1, 2]]) {
    const hashes = [alone, ...order.map((index) => chain[index]), undefined];
    assertEquals(nearDuplicateGroups(hashes), [[1, 2, 3, 4]]);
  }
  assertEquals(nearDuplicateGroups([alone, undefined, chain[0]]), []);
});
