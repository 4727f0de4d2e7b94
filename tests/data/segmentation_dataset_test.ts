import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { type DatasetParts, segmentationDataset, subset } from "../../lib/data/segmentation_dataset.ts";

const two: DatasetParts = {
  name: "own",
  size: 2,
  ids: ["a", "b"],
  images: Uint8Array.from({ length: 24 }, (_, value) => value),
  masks: new Uint8Array([0, 0, 0, 1, 1, 0, 0, 0]),
  trueDifficulty: [0.25, 0.75],
};

const wrong: [string, Partial<DatasetParts>, string][] = [
  [
    "no image",
    { ids: [], images: new Uint8Array(), masks: new Uint8Array(), trueDifficulty: [] },
    "at least one image",
  ],
  ["an id that stands twice", { ids: ["a", "a"] }, 'found "a" twice'],
  ["too few image values", { images: new Uint8Array(23) }, "expected 24 image values, found 23"],
  ["too many mask values", { masks: new Uint8Array(9) }, "expected 8 mask values, found 9"],
  ["a mask of 0 and 255", { masks: new Uint8Array(8).fill(255, 4) }, 'expected masks of 0 and 1, found 255 in "b"'],
  ["too few groups", { groups: ["a"] }, "expected 2 groups, found 1"],
  ["a difficulty that is no number", { trueDifficulty: [0, NaN] }, "true difficulties in [0, 1], found NaN"],
  ["a size that is no integer", { size: 1.5 }, "a positive integer as size, found 1.5"],
];
Deno.test("segmentationDataset() refuses parts that do not fit together", () => {
  for (const [what, change, message] of wrong) {
    assertThrows(() => segmentationDataset({ ...two, ...change }), Error, message, what);
  }
});

Deno.test("segmentationDataset() tells everything that is wrong at once", () => {
  const error = assertThrows(
    () => segmentationDataset({ ...two, groups: ["a"], trueDifficulty: [2, 0] }),
    Error,
    'Cannot open data set "own": ',
  );
  assertEquals(error.message.split("; ").length, 2);
});

Deno.test("the fingerprint changes with name, ids, one image value and one mask value", () => {
  const { fingerprint, groups, notes } = segmentationDataset(two);
  assertEquals([groups, notes], [["a", "b"], []]);
  const images = Uint8Array.from(two.images), masks = Uint8Array.from(two.masks);
  images[5]++;
  masks[0] = 1;
  for (const change of [{ name: "other" }, { ids: ["a", "c"] }, { images }, { masks }]) {
    assertNotEquals(segmentationDataset({ ...two, ...change }).fingerprint, fingerprint);
  }
  assertEquals(segmentationDataset({ ...two }).fingerprint, fingerprint);
});

Deno.test("subset() keeps image, mask, group and difficulty of an image together", () => {
  const part = subset(segmentationDataset({ ...two, groups: ["x", "y"] }), [1]);
  assertEquals(part.ids, ["b"]);
  assertEquals([...part.images], [12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]);
  assertEquals([...part.masks], [1, 0, 0, 0]);
  assertEquals([part.groups, part.trueDifficulty], [["y"], [0.75]]);
  const whole = segmentationDataset(two);
  assertEquals(subset(whole, [0, 1]).fingerprint, whole.fingerprint);
});

Deno.test("subset() refuses an index outside the data set and one that stands twice", () => {
  const dataset = segmentationDataset(two);
  assertThrows(() => subset(dataset, [2]), Error, "expected indices in 0..1, found 2");
  assertThrows(() => subset(dataset, [1, 1]), Error, 'found "b" twice');
});
