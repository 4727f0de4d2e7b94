import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { equivalenceTest } from "../../lib/statistics/equivalence.ts";
import { pairedTTest } from "../../lib/statistics/paired_t_test.ts";

const DIFFERENCES = [-0.0262, -0.0074, -0.0235, -0.0326, -0.0173];

Deno.test("pairedTTest() has the quantile and the tail of Student's t with n − 1 degrees of freedom", () => {
  // By hand: mean −0.0214, s 0.009561, SE 0.004276; t 5.005 and 9.144; quantile of t(4) 2.77645.
  const { mean, lower, upper, pValue } = pairedTTest(DIFFERENCES);
  assertAlmostEquals(mean, -0.0214, 1e-12);
  assertAlmostEquals(upper - mean, 2.77645 * 0.0042759, 1e-6);
  assertAlmostEquals(mean - lower, upper - mean, 1e-12);
  assertAlmostEquals(pValue, 0.00746, 1e-4);
  assert(pairedTTest(DIFFERENCES, 0.0177).pValue < 0.001);
});

Deno.test("pairedTTest() finds p < 0.05 exactly where the interval leaves out what is tested", () => {
  const { lower, upper } = pairedTTest(DIFFERENCES);
  for (const end of [lower, upper]) assertAlmostEquals(pairedTTest(DIFFERENCES, end).pValue, 0.05, 1e-9);
  assertEquals(pairedTTest(DIFFERENCES, pairedTTest(DIFFERENCES).mean).pValue, 1);
  // One side of the equivalence test is half of it.
  const margin = 0.03;
  assertAlmostEquals(2 * equivalenceTest(DIFFERENCES, margin).pValue, pairedTTest(DIFFERENCES, -margin).pValue, 1e-9);
});

Deno.test("pairedTTest() of equal differences is sure, and refuses a single one and what is no number", () => {
  assertEquals(pairedTTest([1, 1], 1), { mean: 1, lower: 1, upper: 1, pValue: 1 });
  assertEquals(pairedTTest([1, 1]).pValue, 0);
  for (const bad of [[1], [1, NaN]]) assertThrows(() => pairedTTest(bad), RangeError, "at least two differences");
  assertThrows(() => pairedTTest([1, 2], Infinity), RangeError);
});
