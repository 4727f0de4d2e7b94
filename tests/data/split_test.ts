import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { clinicdbGroups } from "../../lib/data/cvc_clinicdb.ts";
import { kvasirGroups } from "../../lib/data/kvasir_seg.ts";
import { publishedSplit } from "../../lib/data/published_split.ts";
import { splitDataset } from "../../lib/data/split_dataset.ts";
import { checkSplit, randomSplit, sequenceSplit, type Split } from "../../lib/data/split.ts";

const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index + 1));
const own = (ids: string[], groups = ids) => ({ name: "own", ids, groups });
const clinicdb = { name: "cvc-clinicdb", ids: numbers(612), groups: clinicdbGroups(numbers(612)) };

const list = (name: string) =>
  Deno.readTextFileSync(new URL(`../../data/splits/${name}`, import.meta.url)).trim().split("\n");
const trainList = list("kvasir_880_train.txt"), testList = list("kvasir_120_val.txt");
const kvasirIds = [...trainList, ...testList].sort();
const kvasir = { name: "kvasir-seg", ids: kvasirIds, groups: kvasirGroups(kvasirIds) };

const sizes = ({ train, validation, test }: Split) => [train.length, validation.length, test.length];

Deno.test("ClinicDB's table has 612 frames in 29 sequences of 6 to 26", () => {
  const counts = Object.values(Object.groupBy(clinicdb.groups, (group) => group)).map((frames) => frames!.length);
  assertEquals([counts.length, Math.min(...counts), Math.max(...counts)], [29, 6, 26]);
});

// [images, expected sizes of 80/10/10]
const cases: [number, number[]][] = [[3, [1, 1, 1]], [10, [8, 1, 1]], [17, [13, 2, 2]], [400, [320, 40, 40]], [612, [
  490,
  61,
  61,
]]];
for (const [count, expected] of cases) {
  Deno.test(`randomSplit() of ${count} single images has ${expected.join("/")} of them`, () => {
    assertEquals(sizes(randomSplit(own(numbers(count)), { seed: 3 })), expected);
  });
}

Deno.test("randomSplit() is the same for one seed and another for another, and never uses the ids' order", () => {
  const data = own(numbers(100));
  assertEquals(randomSplit(data, { seed: 1 }), randomSplit(data, { seed: 1 }));
  assertNotEquals(randomSplit(data, { seed: 1 }).test, randomSplit(data, { seed: 2 }).test);
  assertNotEquals(randomSplit(data, { seed: 1 }).train, numbers(80).map((_, index) => index));
});

Deno.test("randomSplit() keeps groups together, is disjoint and complete, and meets its shares to half a group", () => {
  for (let seed = 0; seed < 20; seed++) {
    const split = sequenceSplit(clinicdb, { seed });
    checkSplit(split, 612);
    const sides = new Map<string, string>();
    for (const part of ["train", "validation", "test"] as const) {
      for (const index of split[part]) {
        const group = clinicdb.groups[index];
        assertEquals(sides.get(group) ?? part, part, group);
        sides.set(group, part);
      }
    }
    for (const part of [split.validation, split.test]) assert(part.length > 0 && Math.abs(part.length - 61) <= 13);
  }
});

Deno.test("randomSplit() can ignore groups, and is then called random", () => {
  const split = randomSplit(clinicdb, { seed: 1, keepGroups: false });
  assertEquals([split.kind, ...sizes(split)], ["random", 490, 61, 61]);
  const trainGroups = new Set(split.train.map((index) => clinicdb.groups[index]));
  assert(split.test.some((index) => trainGroups.has(clinicdb.groups[index])));
});

Deno.test("randomSplit() of Kvasir-SEG is 800/100/100 and keeps each near-duplicate pair on one side", () => {
  for (let seed = 0; seed < 20; seed++) {
    const split = randomSplit(kvasir, { seed });
    assertEquals(sizes(split), [800, 100, 100]);
    const part = (index: number) => split.train.includes(index) ? 0 : split.test.includes(index) ? 1 : 2;
    const members = Map.groupBy(kvasir.ids.keys(), (index) => kvasir.groups[index]);
    for (const pair of members.values()) assertEquals(new Set(pair.map(part)).size, 1);
  }
});

Deno.test("randomSplit() takes other shares, and a part with share 0 is empty", () => {
  const fractions = { train: 0.5, validation: 0, test: 0.5 };
  assertEquals(sizes(randomSplit(own(numbers(40)), { seed: 1, fractions })), [20, 0, 20]);
});

Deno.test("randomSplit() refuses fractions that don't sum to 1 and data sets too small for three parts", () => {
  const fractions = { train: 0.8, validation: 0.2, test: 0.2 };
  assertThrows(() => randomSplit(own(numbers(9)), { seed: 1, fractions }), Error, "fractions that sum to 1");
  assertThrows(() => randomSplit(own(["a"]), { seed: 1 }), Error, "at least one image in each part, found none for");
  const oneGroup = own(numbers(30), numbers(30).map(() => "sequence 1"));
  assertThrows(() => randomSplit(oneGroup, { seed: 1 }), Error, "(30 images in 1 groups)");
});

Deno.test("randomSplit() gives each part a group where a few groups are larger than a part should be", () => {
  const patients = own(numbers(60), numbers(60).map((id) => `patient ${Number(id) % 3}`));
  for (let seed = 0; seed < 5; seed++) assertEquals(sizes(randomSplit(patients, { seed })), [20, 20, 20]);
});

Deno.test("sequenceSplit() refuses a data set that does not say which images belong together", () => {
  assertThrows(() => sequenceSplit(own(numbers(30)), { seed: 1 }), Error, "every image is a group of its own");
});

Deno.test("publishedSplit() tests on the 120 published images and validates on 88 of the 880, by seed", () => {
  const split = publishedSplit(kvasir, { seed: 1 });
  assertEquals(sizes(split), [792, 88, 120]);
  assertEquals(split.test.map((index) => kvasir.ids[index]), [...testList].sort());
  assertNotEquals(publishedSplit(kvasir, { seed: 2 }).validation, split.validation);
  assertEquals(publishedSplit(kvasir, { seed: 1 }), split);
});

Deno.test("publishedSplit() keeps the sides of the lists for a subset", () => {
  const ids = [...trainList.slice(0, 20), ...testList.slice(0, 5)];
  const split = publishedSplit({ name: "kvasir-seg", ids, groups: ids }, { seed: 1 });
  assertEquals(sizes(split), [18, 2, 5]);
  assertEquals(split.test, [20, 21, 22, 23, 24]);
});

Deno.test("publishedSplit() refuses images that are on neither list, and subsets of one list only", () => {
  assertThrows(() => publishedSplit(own(["mine", trainList[0]]), { seed: 1 }), Error, 'the first of them "mine"');
  assertThrows(() => publishedSplit(own(testList), { seed: 1 }), Error, "found 0 of the 880 and 120 of the 120");
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

Deno.test("splitDataset() knows its kinds by name and keeps groups by default", () => {
  assertEquals(splitDataset(clinicdb, { seed: 4 }), randomSplit(clinicdb, { seed: 4 }));
  assertEquals(splitDataset(kvasir, { kind: "published", seed: 4 }), publishedSplit(kvasir, { seed: 4 }));
  assertEquals(splitDataset(clinicdb, { kind: "random", seed: 4 }).kind, "random");
  assertThrows(() => splitDataset(kvasir, { kind: "rnd" as never, seed: 4 }), Error, "random, grouped, published");
});
