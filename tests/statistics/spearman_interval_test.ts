import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { randomStream } from "../../lib/random/random_stream.ts";
import { spearmanInterval } from "../../lib/statistics/spearman_interval.ts";

/** Pairs whose second number is the first's `share` and chance's rest. */
function pairs(count: number, share: number): [number[], number[]] {
  const stream = randomStream(3, "pairs", count);
  const first = Array.from({ length: count }, () => stream.uniform());
  return [first, first.map((value) => share * value + (1 - share) * stream.uniform())];
}

Deno.test("spearmanInterval() holds the correlation, and 0 only where there is none", () => {
  for (const [share, holdsZero] of [[0, true], [0.8, false]] as const) {
    const { correlation, lower, upper } = spearmanInterval(...pairs(60, share));
    assert(lower < correlation && correlation < upper);
    assertEquals(lower < 0 && upper > 0, holdsZero);
  }
});

Deno.test("spearmanInterval() narrows with more pairs and widens with more confidence", () => {
  const width = (...args: Parameters<typeof spearmanInterval>) => {
    const { lower, upper } = spearmanInterval(...args);
    return upper - lower;
  };
  const [few, many] = [pairs(20, 0.5), pairs(200, 0.5)];
  assert(width(...many) < width(...few) / 2);
  assert(width(...few, { confidence: 0.5 }) < width(...few));
});

Deno.test("spearmanInterval() of one order is 1 throughout, of a constant list it is not defined", () => {
  for (const end of Object.values(spearmanInterval([1, 2, 3, 4], [2, 4, 6, 8]))) assertAlmostEquals(end, 1);
  assertEquals(spearmanInterval([1, 2, 3], [5, 5, 5]), { correlation: NaN, lower: NaN, upper: NaN });
});
