import { assert, assertAlmostEquals, assertEquals, assertGreater } from "@std/assert";
import { join } from "@std/path";
import { binaryMask, resizeMask } from "../../lib/data/binary_mask.ts";
import { decodeImage } from "../../lib/data/decode_image.ts";
import type { DatasetName } from "../../lib/data/dataset_reference.ts";
import { findDatasets, loadDataset } from "../../lib/data/load_dataset.ts";
import { randomSplit } from "../../lib/data/split.ts";
import { splitDataset } from "../../lib/data/split_dataset.ts";
import { realDataTest } from "../real_data.ts";

// [data set, images, groups, mean and deviation of red, green and blue at 256 × 256 as data/README.md has them]
const facts: [DatasetName, number, number, number[], number[]][] = [
  ["kvasir-seg", 1000, 996, [0.557, 0.322, 0.236], [0.317, 0.22, 0.186]],
  ["cvc-clinicdb", 612, 29, [0.401, 0.27, 0.184], [0.298, 0.204, 0.138]],
];
for (const [name, count, groups, means, deviations] of facts) {
  const claim =
    `the whole of ${name} loads with its official polyp area, known colours and no empty mask, then from cache`;
  Deno.test(realDataTest(name, claim, async (directory) => {
    const cacheDirectory = Deno.makeTempDirSync();
    const options = { name, directory, size: 64, seed: 1, cacheDirectory };
    // Loading throws where the sum of all masks at native size is not the official one.
    const dataset = await loadDataset(options);
    assertEquals([dataset.ids.length, new Set(dataset.groups).size, dataset.notes], [count, groups, []]);
    for (let index = 0; index < count; index++) {
      assert(dataset.masks.subarray(4096 * index, 4096 * (index + 1)).includes(1), dataset.ids[index]);
    }
    for (const channel of [0, 1, 2]) {
      let sum = 0, squares = 0;
      for (let entry = channel; entry < dataset.images.length; entry += 3) {
        sum += dataset.images[entry] / 255;
        squares += (dataset.images[entry] / 255) ** 2;
      }
      const mean = sum / (4096 * count), square = squares / (4096 * count);
      assertAlmostEquals(mean, means[channel], 0.002);
      // Averaging to 64 pixels takes some of the deviation away.
      assertAlmostEquals(Math.sqrt(square - mean ** 2), deviations[channel], 0.006);
    }
    let decoded = 0;
    const { fingerprint } = await loadDataset({ ...options, onProgress: () => decoded++ });
    assertEquals([fingerprint, decoded], [dataset.fingerprint, 0]);
    checkSplits(dataset);
    Deno.removeSync(cacheDirectory, { recursive: true });
  }));
}

function checkSplits(dataset: Awaited<ReturnType<typeof loadDataset>>): void {
  const count = dataset.ids.length, tenth = Math.round(count / 10);
  const byImage = splitDataset(dataset, { kind: "random", seed: 1 });
  assertEquals([byImage.test.length, byImage.validation.length], [tenth, tenth]);
  const grouped = randomSplit(dataset, { seed: 1 });
  const groupsOf = (part: readonly number[]) => new Set(part.map((index) => dataset.groups[index]));
  const [train, validation, test] = [grouped.train, grouped.validation, grouped.test].map(groupsOf);
  assert(train.isDisjointFrom(test) && train.isDisjointFrom(validation) && validation.isDisjointFrom(test));
  if (dataset.name === "kvasir-seg") {
    assertEquals([grouped.train.length, grouped.validation.length, grouped.test.length], [800, 100, 100]);
    const published = splitDataset(dataset, { kind: "published", seed: 1 });
    assertEquals([published.train.length, published.validation.length, published.test.length], [792, 88, 120]);
  } else {
    assertEquals(groupsOf(byImage.test).intersection(groupsOf(byImage.train)).size, groupsOf(byImage.test).size);
    assert(Math.abs(grouped.test.length - tenth) <= 13 && Math.abs(grouped.validation.length - tenth) <= 13);
  }
}

const roundTrip = "Kvasir masks resized to 64 × 64 and back by nearest neighbours keep a mean Dice of 0.97";
Deno.test(realDataTest("kvasir-seg", roundTrip, async (directory) => {
  const { masks } = findDatasets(directory).find(({ name }) => name === "kvasir-seg")!;
  const names = [...Deno.readDirSync(masks)].map(({ name }) => name).sort().filter((_, index) => index % 20 === 0);
  let sum = 0;
  for (const name of names) {
    const image = await decodeImage(await Deno.readFile(join(masks, name)));
    const native = binaryMask(image), small = resizeMask(native, image.width, image.height, 64);
    let both = 0, total = 0;
    native.forEach((value, pixel) => {
      const column = pixel % image.width, row = (pixel - column) / image.width;
      const back = small[Math.floor(64 * row / image.height) * 64 + Math.floor(64 * column / image.width)];
      both += value & back;
      total += value + back;
    });
    sum += 2 * both / total;
  }
  assertGreater(sum / names.length, 0.97);
}));
