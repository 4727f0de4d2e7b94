import { assertAlmostEquals, assertThrows } from "@std/assert";
import { normalUpperTail } from "../../lib/statistics/normal_upper_tail.ts";

/** scipy.stats.norm.sf of SciPy 1.17.1. */
const SCIPY: readonly [z: number, tail: number][] = [
  [0, 0.5],
  [0.1, 0.460172162722971],
  [1, 0.15865525393145707],
  [2, 0.022750131948179195],
  [2.4999, 0.006211418374944587], // the last of the series …
  [2.5, 0.006209665325776132], // … and the first of the continued fraction
  [3, 0.0013498980316300933],
  [5, 2.866515718791933e-07],
  [10, 7.61985302416047e-24],
  [30, 4.906713927147908e-198],
];

Deno.test("normalUpperTail() is SciPy's to a relative 1e-12, in the far tail too", () => {
  for (const [z, tail] of SCIPY) assertAlmostEquals(normalUpperTail(z) / tail, 1, 1e-12, `z = ${z}`);
});

Deno.test("normalUpperTail() refuses what has no upper tail here", () => {
  for (const z of [-0.1, NaN]) assertThrows(() => normalUpperTail(z), RangeError, `found ${z}`);
});
