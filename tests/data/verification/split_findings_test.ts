import { assertEquals } from "@std/assert";
import type { Split } from "../../../lib/data/split.ts";
import { splitFindings } from "../../../lib/data/verification/split_findings.ts";

const IDS = ["a", "b", "c", "d"];

// [claim, split, groups, findings]
const cases: [string, Split, string[], string[]][] = [
  ["nothing in a proper split", split("grouped", [0, 1], [2], [3]), ["x", "x", "y", "z"], []],
  ["an image in two parts", split("random", [0, 1, 2], [2], [3]), IDS, ['image "c" stands in train and validation']],
  ["an image twice in one part", split("random", [0, 1, 0], [2], [3]), IDS, ['image "a" stands in train and train']],
  ["an image in no part", split("published", [0], [2], [3]), IDS, ['image "b" stands in no part']],
  ["an index of no image", split("random", [0, 1, 4], [2], [3]), IDS, ["train has image 4, expected 0..3"]],
  ["a group on two sides", split("grouped", [0, 1], [2], [3]), ["x", "y", "y", "z"], [
    'group "y" stands in train and validation',
  ]],
  ["no fault in a random split across groups", split("random", [0, 1], [2], [3]), ["x", "y", "y", "z"], []],
];
for (const [claim, given, groups, findings] of cases) {
  Deno.test(`splitFindings() finds ${claim}`, () => assertEquals(splitFindings(given, IDS, groups), findings));
}

function split(kind: Split["kind"], train: number[], validation: number[], test: number[]): Split {
  return { kind, train, validation, test };
}
