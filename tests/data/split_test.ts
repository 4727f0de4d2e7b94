import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { CVC_CLINICDB } from "../../lib/data/cvc_clinicdb.ts";
import { KVASIR_SEG } from "../../lib/data/kvasir_seg.ts";
import { readSplitFile } from "../../lib/data/real_dataset.ts";
import { checkSplit, type Split, splitDataset } from "../../lib/data/split.ts";

const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index + 1));
const own = (ids: string[], groups = ids) => ({ name: "own", ids, groups });
const clinicdb = { name: "cvc-clinicdb", ids: numbers(612), groups: CVC_CLINICDB.groupsOf(numbers(612)).groups };

const list = (name: string) => readSplitFile(name).trim().split("\n");
const trainList = list("kvasir_880_train.txt"), testList = list("kvasir_120_val.txt");
const kvasirIds = [...trainList, ...testList].sort();
const kvasir = { name: "kvasir-seg", ids: kvasirIds, groups: KVASIR_SEG.groupsOf(kvasirIds).groups };

const sizes = ({ train, validation, test }: Split) => [train.length, validation.length, test.length];
const published = (dataset: ReturnType<typeof own>, seed = 1) =>
  splitDataset({ ...dataset, name: "kvasir-seg" }, { kind: "published", seed });

function assertGroupsTogether(split: Split, groups: readonly string[]): void {
  const sides = new Map<string, string>();
  for (const part of ["train", "validation", "test"] as const) {
    for (const index of split[part]) {
      assertEquals(sides.get(groups[index]) ?? part, part, groups[index]);
      sides.set(groups[index], part);
    }
  }
}

Deno.test("ClinicDB's table has 612 frames in 29 sequences of 6 to 26", () => {
  const counts = Object.values(Object.groupBy(clinicdb.groups, (group) => group)).map((frames) => frames!.length);
  assertEquals([counts.length, Math.min(...counts), Math.max(...counts)], [29, 6, 26]);
});

Deno.test("splitDataset() of single images meets 80/10/10, and other shares, exactly", () => {
  const expected: [number, number[]][] = [[3, [1, 1, 1]], [10, [8, 1, 1]], [17, [13, 2, 2]], [612, [490, 61, 61]]];
  for (const [count, parts] of expected) assertEquals(sizes(splitDataset(own(numbers(count)), { seed: 3 })), parts);
  const fractions = { train: 0.5, validation: 0, test: 0.5 };
  assertEquals(sizes(splitDataset(own(numbers(40)), { seed: 1, fractions })), [20, 0, 20]);
});

Deno.test("splitDataset() is the same for one seed and another for another, and never uses the ids' order", () => {
  const data = own(numbers(100)), split = splitDataset(data, { seed: 1 });
  assertEquals(splitDataset(data, { seed: 1, kind: "grouped" }), split);
  assertNotEquals(splitDataset(data, { seed: 2 }).test, split.test);
  assertNotEquals(split.train, numbers(80).map((_, index) => index));
});

Deno.test("splitDataset() keeps groups together and meets its shares to half a group", () => {
  for (let seed = 0; seed < 20; seed++) {
    const split = splitDataset(clinicdb, { seed });
    assertGroupsTogether(split, clinicdb.groups);
    for (const part of [split.validation, split.test]) assert(part.length > 0 && Math.abs(part.length - 61) <= 13);
    const ofKvasir = splitDataset(kvasir, { seed });
    assertEquals(sizes(ofKvasir), [800, 100, 100]);
    assertGroupsTogether(ofKvasir, kvasir.groups);
  }
});

Deno.test("splitDataset() by image does not look at groups", () => {
  const split = splitDataset(clinicdb, { kind: "random", seed: 1 });
  assertEquals([split.kind, ...sizes(split)], ["random", 490, 61, 61]);
  const trainGroups = new Set(split.train.map((index) => clinicdb.groups[index]));
  assert(split.test.some((index) => trainGroups.has(clinicdb.groups[index])));
});

Deno.test("splitDataset() refuses fractions that don't sum to 1, and data sets too small for three parts", () => {
  const fractions = { train: 0.8, validation: 0.2, test: 0.2 };
  assertThrows(() => splitDataset(own(numbers(9)), { seed: 1, fractions }), Error, "fractions that sum to 1");
  assertThrows(() => splitDataset(own(["a"]), { seed: 1 }), Error, "at least one image in each part, found none for");
  const oneGroup = own(numbers(30), numbers(30).map(() => "sequence 1"));
  assertThrows(() => splitDataset(oneGroup, { seed: 1 }), Error, "(30 images in 1 groups)");
  assertThrows(() => splitDataset(kvasir, { kind: "rnd" as never, seed: 4 }), Error, "random, grouped, published");
});

Deno.test("splitDataset() gives each part a group where a few groups are larger than a part should be", () => {
  const patients = own(numbers(60), numbers(60).map((id) => `patient ${Number(id) % 3}`));
  for (let seed = 0; seed < 5; seed++) assertEquals(sizes(splitDataset(patients, { seed })), [20, 20, 20]);
});

Deno.test("the published split tests on the 120 published images and validates on 88 of the 880, by seed", () => {
  const split = published(kvasir);
  assertEquals(sizes(split), [792, 88, 120]);
  assertEquals(split.test.map((index) => kvasir.ids[index]), [...testList].sort());
  assertGroupsTogether(split, kvasir.groups);
  assertNotEquals(published(kvasir, 2).validation, split.validation);
  assertEquals(published(kvasir), split);
});

Deno.test("the published split keeps the sides of the lists for a subset, and refuses others and half of them", () => {
  const split = published(own([...trainList.slice(0, 20), ...testList.slice(0, 5)]));
  assertEquals([sizes(split), split.test], [[18, 2, 5], [20, 21, 22, 23, 24]]);
  assertThrows(() => published(own(["mine", trainList[0]])), Error, 'the first of them "mine"');
  assertThrows(() => published(own(testList)), Error, "found 0 of the 880 and 120 of the 120");
});

const bad: [string, Omit<Split, "kind">, string][] = [
  ["overlapping parts", { train: [0, 1], validation: [2], test: [1] }, "found image 1 twice"],
  ["a missing image", { train: [0], validation: [2], test: [] }, "found image 1 in no part"],
  ["an index too large", { train: [0, 1], validation: [2], test: [3] }, "expected indices in 0..2, found 3"],
  ["an index that is no integer", { train: [0.5], validation: [], test: [] }, "found 0.5"],
];
for (const [what, parts, message] of bad) {
  Deno.test(`checkSplit() refuses ${what}`, () => {
    assertThrows(() => checkSplit({ kind: "random", ...parts }, 3), Error, message);
  });
}

Deno.test("readSplitFile() says what to do where the library has no files beside it", () => {
  const folder = new URL("https://registry.example/@polydice/adaptive/0.1.0/data/splits/");
  const message =
    'Cannot read the list "a.txt": the library was imported from https://registry.example and has no files';
  assertThrows(() => readSplitFile("a.txt", folder), Error, message);
});
