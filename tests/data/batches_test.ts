import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { batchIndices, epochOrder, gatherBatch } from "../../lib/data/batches.ts";
import { segmentationDataset } from "../../lib/data/segmentation_dataset.ts";

Deno.test("epochOrder() visits every image once, in another order in every epoch and for every seed", () => {
  const order = epochOrder(50, 1, 1);
  assertEquals([...order].sort((a, b) => a - b), Array.from({ length: 50 }, (_, index) => index));
  assertNotEquals(epochOrder(50, 1, 2), order);
  assertNotEquals(epochOrder(50, 2, 1), order);
});

// [images, batch size, sizes of the batches]
const cases: [number, number, number[]][] = [[6, 3, [3, 3]], [7, 3, [3, 3, 1]], [2, 8, [2]], [1, 1, [1]], [0, 4, []]];
Deno.test("batchIndices() cuts an order into batches, of which the last is smaller", () => {
  for (const [count, batchSize, expected] of cases) {
    const order = epochOrder(count, 1, 1), batches = batchIndices(order, batchSize);
    assertEquals(batches.map((batch) => batch.length), expected);
    assertEquals(batches.flat(), order);
  }
});

Deno.test("batchIndices() refuses a batch size that is not a positive integer", () => {
  for (const size of [0, -1, 1.5, NaN]) assertThrows(() => batchIndices([0], size), Error, "as batch size, found");
});

const dataset = segmentationDataset({
  name: "own",
  size: 1,
  ids: ["a", "b", "c"],
  images: new Uint8Array([0, 51, 102, 153, 204, 255, 1, 2, 3]),
  masks: new Uint8Array([0, 1, 0]),
});

Deno.test("gatherBatch() copies image and mask in the order asked for, image values divided by 255", () => {
  const { image, mask } = gatherBatch(dataset, [1, 0]);
  assertEquals(image, new Float32Array([0.6, 0.8, 1, 0, 0.2, 0.4]));
  assertEquals(mask, new Float32Array([1, 0]));
});

Deno.test("gatherBatch() refuses an index outside the data set", () => {
  assertThrows(() => gatherBatch(dataset, [3]), Error, "expected indices in 0..2, found 3");
  assertThrows(() => gatherBatch(dataset, [-1]), Error, "found -1");
});
