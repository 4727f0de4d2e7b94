import { assert, assertEquals } from "@std/assert";
import sharp from "sharp";
import { decodeImage } from "../../../lib/data/decode_image.ts";
import { differenceHash, hammingDistance, HASH_BITS } from "../../../lib/data/verification/difference_hash.ts";
import { MOST_DIFFERENT_BITS } from "../../../lib/data/verification/near_duplicates.ts";
import { writeDrawing } from "./published_folder.ts";

const hashOf = async (bytes: Uint8Array) => await differenceHash(await decodeImage(bytes));

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
    const distance = hammingDistance(hash, await hashOf(new Uint8Array(await copy.toBuffer())));
    assert(distance <= MOST_DIFFERENT_BITS, `${name}: ${distance} bits`);
  }
});

Deno.test("the hashes of different images differ in many bits", async () => {
  const hashes = await Promise.all([1, 2, 3, 4, 5, 6].map(async (seed) => hashOf(await drawing(seed))));
  for (const [index, hash] of hashes.entries()) {
    for (const other of hashes.slice(0, index)) assert(hammingDistance(hash, other) > 2 * MOST_DIFFERENT_BITS);
  }
});

Deno.test("hammingDistance() counts the bits that differ", () => {
  const none = new Uint32Array(HASH_BITS / 32), all = none.map(() => 0xffffffff);
  assertEquals([hammingDistance(none, all), hammingDistance(all, all)], [HASH_BITS, 0]);
});
