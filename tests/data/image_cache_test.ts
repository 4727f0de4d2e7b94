import { assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { cachedDataset } from "../../lib/data/image_cache.ts";
import { type SegmentationDataset, segmentationDataset } from "../../lib/data/segmentation_dataset.ts";
import { syntheticDataset } from "../../lib/data/synthetic/dataset.ts";

/** A cache slot in a temporary folder, and a maker that counts how often it is called. */
function slot(make: () => SegmentationDataset = () => syntheticDataset({ count: 2, size: 8, seed: 1 })) {
  const folder = Deno.makeTempDirSync();
  const calls = { made: 0 };
  return {
    file: join(folder, "cache", "set.images"),
    calls,
    make: () => (calls.made++, make()),
    [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }),
  };
}

Deno.test("cachedDataset() makes a data set once and then reads the same one from its file", async () => {
  using place = slot(() =>
    segmentationDataset({
      name: "own",
      size: 1,
      ids: ["ä", "b"],
      images: new Uint8Array([1, 2, 3, 4, 5, 6]),
      masks: new Uint8Array([0, 1]),
      groups: ["g", "g"],
      notes: ["one note"],
      trueDifficulty: [1 / 3, 0.1],
    })
  );
  const first = await cachedDataset({ file: place.file, source: ["files", 1] }, place.make);
  const second = await cachedDataset({ file: place.file, source: ["files", 1] }, place.make);
  assertEquals(second, first);
  assertEquals(place.calls.made, 1);
  assertEquals([...Deno.readDirSync(join(place.file, ".."))].map(({ name }) => name), ["set.images"]);
});

Deno.test("cachedDataset() makes the data set anew, in place, when its source changes", async () => {
  using place = slot();
  await cachedDataset({ file: place.file, source: "before" }, place.make);
  await cachedDataset({ file: place.file, source: "after" }, place.make);
  await cachedDataset({ file: place.file, source: "after" }, place.make);
  assertEquals(place.calls.made, 2);
});

const damages: [string, (bytes: Uint8Array) => Uint8Array][] = [
  ["with a wrong image value", (bytes) => bytes.with(bytes.length - 200, bytes[bytes.length - 200] ^ 1)],
  ["with a wrong header byte", (bytes) => bytes.with(60, bytes[60] ^ 1)],
  ["with a header longer than the file", (bytes) => Uint8Array.from(bytes).fill(255, 40, 44)],
  ["cut short", (bytes) => bytes.slice(0, -1)],
  ["cut to a few bytes", (bytes) => bytes.slice(0, 20)],
  ["that is empty", () => new Uint8Array()],
  ["of another format", (bytes) => bytes.with(7, 50)],
];
Deno.test("cachedDataset() makes the data set anew over a cache file that is damaged", async () => {
  for (const [what, damage] of damages) {
    using place = slot();
    const first = await cachedDataset({ file: place.file, source: 1 }, place.make);
    Deno.writeFileSync(place.file, damage(Deno.readFileSync(place.file)));
    assertEquals(await cachedDataset({ file: place.file, source: 1 }, place.make), first, what);
    await cachedDataset({ file: place.file, source: 1 }, place.make);
    assertEquals(place.calls.made, 2, what);
  }
});

Deno.test("cachedDataset() returns the data set with a note where the cache can't be written", async () => {
  using place = slot();
  Deno.writeTextFileSync(join(place.file, "..", "..", "cache"), "a file where the folder should be");
  const dataset = await cachedDataset({ file: place.file, source: 1 }, place.make);
  assertEquals(dataset.images, place.make().images);
  assertStringIncludes(dataset.notes.join(), "could not be written");
});

Deno.test("two makers of one cache file at once both succeed and leave a whole file", async () => {
  using place = slot();
  const both = await Promise.all([1, 2].map(() => cachedDataset({ file: place.file, source: 1 }, place.make)));
  assertEquals(both[0], both[1]);
  const made = place.calls.made;
  await cachedDataset({ file: place.file, source: 1 }, place.make);
  assertEquals(place.calls.made, made);
  assertNotEquals(made, 0);
});

Deno.test({
  name: "a data set of the cache is a part of its file: not read before it is used, and never written to",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    using place = slot();
    await cachedDataset({ file: place.file, source: 1 }, place.make);
    const { masks } = await cachedDataset({ file: place.file, source: 1 }, place.make);
    using file = Deno.openSync(place.file, { write: true });
    file.seekSync(-1, Deno.SeekMode.End);
    file.writeSync(Uint8Array.of(77));
    assertEquals(masks.at(-1), 77);
    masks[masks.length - 1] = 78;
    assertEquals(Deno.readFileSync(place.file).at(-1), 77);
  },
});

Deno.test("a data set of the cache stays where its file was removed", async () => {
  using place = slot();
  const made = await cachedDataset({ file: place.file, source: 1 }, place.make);
  const cached = await cachedDataset({ file: place.file, source: 1 }, place.make);
  Deno.removeSync(place.file);
  assertEquals(cached, made);
});

Deno.test({
  name: "without the permission to map files the cache is read whole",
  permissions: { read: true, write: true, ffi: false },
  fn: async () => {
    using place = slot();
    const made = await cachedDataset({ file: place.file, source: 1 }, place.make);
    assertEquals(await cachedDataset({ file: place.file, source: 1 }, place.make), made);
    assertEquals(place.calls.made, 1);
  },
});
