import { assertEquals } from "@std/assert";
import {
  durationText,
  groupTitle,
  intervalText,
  listText,
  pValueText,
  signedText,
  spreadText,
  thesisValues,
} from "../../lib/results/result_texts.ts";

Deno.test("signedText() has a true minus, and no sign of less than nothing", () => {
  assertEquals([0.0124, -0.0124, -0.0001, 0].map((value) => signedText(value)), [
    "+0.012",
    "−0.012",
    "+0.000",
    "+0.000",
  ]);
});

Deno.test("spreadText() leaves out a deviation that one seed does not have, and shows a gap as a dash", () => {
  assertEquals(spreadText({ mean: 0.81234, deviation: 0.00412 }), "0.8123 ± 0.0041");
  assertEquals(spreadText({ mean: -0.5 }, 2), "−0.50");
  assertEquals([spreadText(undefined), intervalText(undefined)], ["–", "–"]);
});

Deno.test("pValueText() does not round a p-value to 0", () => {
  assertEquals([1e-20, 0.0009999, 0.001, 0.0496, 1].map(pValueText), ["< 0.001", "< 0.001", "0.001", "0.050", "1.000"]);
});

Deno.test("listText() and durationText() read as English", () => {
  assertEquals([[], ["a"], ["a", "b"], ["a", "b", "c"]].map(listText), ["none", "a", "a and b", "a, b and c"]);
  assertEquals([12.4, 90, 5399, 11520].map(durationText), ["12 s", "2 min", "90 min", "3.2 h"]);
});

Deno.test("images of one's own wear their own name, whatever it is, and none of the thesis' numbers", () => {
  const published = { dataset: "kvasir-seg", split: "published", set: {} };
  const own = { ...published, own: "kvasir-seg", split: "fold-2-of-5", set: { fit: "pad" as const } };
  assertEquals([published, own].map(groupTitle), [
    "Kvasir-SEG, published split",
    "kvasir-seg, fold 2 of 5, fit pad",
  ]);
  assertEquals([published, own].map((data) => thesisValues("dice", data)?.dice), [0.7895, undefined]);
});
