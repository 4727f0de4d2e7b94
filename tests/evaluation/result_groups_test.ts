import { assertEquals, assertThrows } from "@std/assert";
import { groupRecords, seedOf, seedsText } from "../../lib/evaluation/result_groups.ts";
import { madeProtocol, madeRecord } from "./made_records.ts";

const planned = (method: string, seeds: number[], dataset = "kvasir-seg") => ({
  ...{ dataset, split: "grouped", method, title: `Method ${method}`, seeds },
});

Deno.test("groupRecords() puts records of one data set and split together, seeds in order", () => {
  const other = madeRecord({ dataset: "cvc-clinicdb", split: "random" });
  const groups = groupRecords([other, ...madeProtocol([2, 1])]);
  assertEquals(groups.map(({ dataset, split }) => [dataset, split]), [
    ["cvc-clinicdb", "random"],
    ["kvasir-seg", "grouped"],
  ]);
  assertEquals(groups[1].methods.map(({ method }) => method), [
    "dice",
    "focal",
    "polydice1",
    "polydice1-fixed",
    "adaptive",
  ]);
  assertEquals(groups[1].methods[0].records.map(seedOf), [1, 2]);
});

Deno.test("groupRecords() shows planned runs that are missing, and whole groups of them, as gaps", () => {
  const plan = [planned("adaptive", [1, 2, 3]), planned("dice", [1]), planned("dice", [1, 2], "cvc-clinicdb")];
  const groups = groupRecords([madeRecord({ method: "adaptive", seed: 2 })], plan);
  const texts = groups.map(({ methods }) => methods.map((runs) => `${runs.method}: ${seedsText(runs)}`));
  assertEquals(texts, [["adaptive: 1 of 3", "dice: 0 of 1"], ["dice: 0 of 2"]]);
});

Deno.test("seedsText() counts a seed that was not planned among those that there are", () => {
  const [{ methods: [runs] }] = groupRecords([1, 9].map((seed) => madeRecord({ seed })), [
    planned("polydice1", [1, 2]),
  ]);
  assertEquals(seedsText(runs), "2 of 3");
});

const CLASHES: readonly [name: string, second: ReturnType<typeof madeRecord>, message: string][] = [
  ["other test images", madeRecord({ seed: 2, images: 11 }), "polydice1, seed 2 has other test images"],
  [
    "other settings",
    madeRecord({ seed: 2, experiment: { imageSize: 16 } }),
    "imageSize 16 in place of 8 of polydice1, seed 1",
  ],
  ["another fingerprint", { ...madeRecord({ seed: 2 }), fingerprint: "beef" }, "another fingerprint"],
  ["the same method and seed", madeRecord(), "polydice1, seed 1 is there twice"],
];

for (const [name, second, message] of CLASHES) {
  Deno.test(`groupRecords() refuses to compare runs with ${name}`, () => {
    assertThrows(() => groupRecords([madeRecord(), second]), Error, message);
  });
}
