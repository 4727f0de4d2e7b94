import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import type { DatasetName } from "../../lib/data/dataset_reference.ts";
import { findDatasets, loadDataset } from "../../lib/data/load_dataset.ts";
import { realDataTest } from "../real_data.ts";
import { imageFolder, writeImage } from "./drawings.ts";

const load = (name: string, directory: string, more = {}) =>
  loadDataset({ name: name as DatasetName, directory, size: 4, seed: 1, ...more });

// [data set, extension, folder of images, folder of masks]
const layouts: [DatasetName, string, string, string][] = [
  ["kvasir-seg", ".jpg", "images", "masks"],
  ["kvasir-seg", ".jpg", "Kvasir-SEG/images", "Kvasir-SEG/masks"],
  ["cvc-clinicdb", ".png", "images", "masks"],
  ["cvc-clinicdb", ".png", "CVC-ClinicDB/images", "CVC-ClinicDB/masks"],
  ["cvc-clinicdb", ".png", "PNG/Original", "PNG/Ground Truth"],
  ["cvc-clinicdb", ".png", "CVC-ClinicDB/PNG/Original", "CVC-ClinicDB/PNG/Ground Truth"],
  ["cvc-clinicdb", ".png", "Original", "Ground Truth"],
];
Deno.test("loadDataset() and findDatasets() find a published data set in all of its layouts", async () => {
  for (const [name, extension, images, masks] of layouts) {
    using folder = await imageFolder(["1", "2"], { extension, images, masks });
    const dataset = await load(name, folder.path);
    assertEquals([dataset.name, dataset.size, dataset.ids], [name, 4, ["1", "2"]]);
    assertEquals(findDatasets(folder.path).map((found) => found.name), [name]);
  }
});

Deno.test("findDatasets() finds both data sets in one folder, and none in an empty or missing one", async () => {
  const names = { extension: ".jpg", images: "Kvasir-SEG/images", masks: "Kvasir-SEG/masks" };
  using folder = await imageFolder(["a"], names);
  await writeImage(join(folder.path, "CVC-ClinicDB/Original/1.png"));
  await writeImage(join(folder.path, "CVC-ClinicDB/Ground Truth/1.png"), { mask: true });
  assertEquals(findDatasets(folder.path).map(({ name }) => name), ["kvasir-seg", "cvc-clinicdb"]);
  Deno.mkdirSync(join(folder.path, "empty"));
  assertEquals(findDatasets(join(folder.path, "empty")), []);
  assertEquals(findDatasets(join(folder.path, "missing")), []);
});

Deno.test("loadDataset() says where it looked and how to get a data set that is not there", async () => {
  using folder = await imageFolder([]);
  const missing = join(folder.path, "missing");
  await assertRejects(() => load("kvasir-seg", folder.path), Error, `looked in "${folder.path}"`);
  await assertRejects(() => load("kvasir-seg", folder.path), Error, "https://datasets.simula.no/");
  await assertRejects(() => load("kvasir-seg", folder.path), Error, "`deno task data kvasir-seg`");
  await assertRejects(() => load("cvc-clinicdb", missing), Error, `there is no folder "${missing}"`);
  await assertRejects(() => load("polyps", folder.path), Error, "expected one of synthetic, kvasir-seg, cvc-clinicdb");
});

Deno.test("loadDataset() does not take ClinicDB's PNGs for Kvasir-SEG", async () => {
  using folder = await imageFolder(["1"], { extension: ".png" });
  await assertRejects(() => load("kvasir-seg", folder.path), Error, "has no file that ends in .jpg or .jpeg");
});

Deno.test("loadDataset() notes images without a polyp", async () => {
  using folder = await imageFolder(["a", "b"], { extension: ".jpg" });
  await writeImage(join(folder.path, "masks", "b.jpg"));
  await writeImage(join(folder.path, "masks", "b.jpg"), { mask: true, white: 0 });
  assertEquals((await load("kvasir-seg", folder.path)).notes, ["1 of 2 masks are empty: b"]);
});

Deno.test("loadDataset() groups Kvasir's near-duplicates and ClinicDB's frames of one sequence", async () => {
  const twins = ["cju77k828z46w0871r0avuoo9", "cju30bmab08bi0835mvlr6e0r", "other"];
  using kvasir = await imageFolder(twins, { extension: ".jpg" });
  const { ids, groups } = await load("kvasir-seg", kvasir.path);
  assertEquals(groups[ids.indexOf(twins[0])], groups[ids.indexOf(twins[1])]);
  assertEquals(new Set(groups).size, 2);
  using clinicdb = await imageFolder(["25", "26", "1", "frame"]);
  const frames = await load("cvc-clinicdb", clinicdb.path);
  assertEquals(frames.groups, ["sequence 1", "sequence 1", "sequence 2", "frame"]);
  assert(frames.notes[0].includes("no frame of the official set"));
});

Deno.test("loadDataset() refuses 612 ClinicDB pairs whose masks are not the official ones", async () => {
  using folder = await imageFolder(["1"]);
  for (let frame = 2; frame <= 612; frame++) {
    for (const kind of ["images", "masks"]) {
      Deno.linkSync(join(folder.path, kind, "1.png"), join(folder.path, kind, `${frame}.png`));
    }
  }
  await assertRejects(
    () => load("cvc-clinicdb", folder.path),
    Error,
    "expected 6203529 polyp pixels in its 612 masks, found 14688",
  );
});

Deno.test("loadDataset() reads from the cache until a file changes, and drops what a broken file would give", async () => {
  using folder = await imageFolder(["1", "2", "3"]);
  let decoded = 0;
  const cached = () => {
    decoded = 0;
    const cacheDirectory = join(folder.path, "cache");
    return load("cvc-clinicdb", folder.path, { cacheDirectory, onProgress: () => decoded++ });
  };
  const first = await cached();
  assertEquals(decoded, 3);
  assertEquals(await cached(), first);
  assertEquals(decoded, 0);
  await writeImage(join(folder.path, "masks", "2.png"), { mask: true, white: 200, width: 12, height: 8 });
  Deno.truncateSync(join(folder.path, "images", "3.png"), 50);
  await assertRejects(cached, Error, "3.png");
  await writeImage(join(folder.path, "images", "3.png"), { seed: 9 });
  assert((await cached()).fingerprint !== first.fingerprint);
  assertEquals(decoded, 3);
});

Deno.test("loadDataset() draws a subset by the seed, in the order of the whole", async () => {
  const ids = Array.from({ length: 12 }, (_, index) => String(index + 1));
  using folder = await imageFolder(ids);
  const drawn = async (seed: number) => (await load("cvc-clinicdb", folder.path, { count: 5, seed })).ids;
  const first = await drawn(1);
  assertEquals(first.length, 5);
  assertEquals(first, [...first].sort((a, b) => Number(a) - Number(b)));
  assertEquals(await drawn(1), first);
  assert((await Promise.all([2, 3, 4].map(drawn))).some((other) => other.join() !== first.join()));
  assertEquals((await load("cvc-clinicdb", folder.path, { count: 50 })).ids, ids);
});

Deno.test("loadDataset() gives the same synthetic images with and without a cache", async () => {
  const cacheDirectory = Deno.makeTempDirSync();
  const options = { name: "synthetic", size: 12, count: 3, seed: 5 } as const;
  const plain = await loadDataset(options);
  assertEquals(await loadDataset({ ...options, cacheDirectory }), plain);
  assertEquals(await loadDataset({ ...options, cacheDirectory }), plain);
  assertAlmostEquals(plain.trueDifficulty!.length, 3);
  Deno.removeSync(cacheDirectory, { recursive: true });
});

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
    Deno.removeSync(cacheDirectory, { recursive: true });
  }));
}
