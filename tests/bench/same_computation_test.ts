import { assertAlmostEquals, assertEquals } from "@std/assert";
import { agreement, isSame } from "../../bench/same_computation.ts";

const result = (loss: number, probability: number) => ({ losses: [[1, loss]], probabilities: [0.5, probability] });

Deno.test("agreement() is the largest difference, and rounding is no difference", () => {
  const found = agreement(result(0.5, 0.25), result(0.50001, 0.252));
  assertAlmostEquals(found.loss, 1e-5);
  assertAlmostEquals(found.probability, 2e-3);
  assertEquals(isSame(found), false);
  assertEquals(isSame(agreement(result(0.5, 0.25), result(0.50001, 0.25))), true);
});

Deno.test("isSame() is false where a side gave NaN or another number of values", () => {
  assertEquals(isSame(agreement(result(NaN, 0.25), result(0.5, 0.25))), false);
  assertEquals(isSame(agreement({ losses: [[1]], probabilities: [] }, result(1, 0.25))), false);
});
