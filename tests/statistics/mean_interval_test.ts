import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { meanInterval } from "../../lib/statistics/mean_interval.ts";

Deno.test("meanInterval() holds the mean, and narrows with √n as the standard error does", () => {
  const values = (n: number) => Array.from({ length: n }, (_, index) => (index % 10) / 10);
  const width = (n: number) => {
    const { mean, low, high } = meanInterval(values(n), { resamples: 2000 });
    assertAlmostEquals(mean, 0.45, 1e-12);
    assert(low < mean && mean < high);
    return high - low;
  };
  // ±1.96 standard errors of values with deviation 0.287
  assertAlmostEquals(width(160), 2 * 1.96 * 0.287 / Math.sqrt(160), 0.01);
  assertAlmostEquals(width(40) / width(160), 2, 0.25);
});

Deno.test("meanInterval() of equal values has no width, and of none is an error", () => {
  assertEquals(meanInterval([0.5, 0.5]), { mean: 0.5, low: 0.5, high: 0.5 });
  assertThrows(() => meanInterval([]), RangeError);
});
