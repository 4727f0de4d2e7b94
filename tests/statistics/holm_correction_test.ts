import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { holmCorrection } from "../../lib/statistics/holm_correction.ts";
import { madeNumbers } from "./made_numbers.ts";

Deno.test("holmCorrection() is that of statsmodels 0.15.0 (multipletests, method holm)", () => {
  const expected = [0.05, 0.12, 0.12, 0.03, 0.5, 0.12];
  const adjusted = holmCorrection([0.01, 0.04, 0.03, 0.005, 0.5, 0.04]);
  for (const [index, value] of adjusted.entries()) assertAlmostEquals(value, expected[index], 1e-15);
});

Deno.test("holmCorrection() is the largest of (m − j + 1)·p₍ⱼ₎ up to the own place, for random and for tied p-values", () => {
  for (const [count, tied] of [[2, false], [10, false], [40, false], [3, true], [40, true]] as const) {
    const pValues = madeNumbers(count, count).map((value) =>
      tied ? Math.round(8 * (value + 0.4)) / 80 : (value + 0.4) ** 3
    );
    const sorted = pValues.toSorted((a, b) => a - b);
    for (const [index, adjusted] of holmCorrection(pValues).entries()) {
      const upTo = sorted.slice(0, sorted.lastIndexOf(pValues[index]) + 1);
      assertAlmostEquals(adjusted, Math.min(1, Math.max(...upTo.map((p, place) => (count - place) * p))), 1e-14);
    }
  }
});

Deno.test("holmCorrection() leaves one test as it is, and never exceeds 1", () => {
  assertEquals(holmCorrection([0.2]), [0.2]);
  assertEquals(holmCorrection([0.9, 0.8]), [1, 1]);
  assertEquals(holmCorrection([]), []);
});

Deno.test("holmCorrection() refuses what is no p-value", () => {
  assertThrows(() => holmCorrection([0.1, 1.1]), RangeError, "found 1.1 at 1");
  assertThrows(() => holmCorrection([NaN]), RangeError, "found NaN at 0");
});
