import "../backend.ts";
import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { bernoulliMask } from "../../lib/backend/bernoulli_mask.ts";
import { seedTensor } from "../../lib/backend/stateless_uniform.ts";
import { mean } from "../../lib/statistics/mean.ts";
import { pearsonCorrelation } from "../../lib/statistics/correlation.ts";

const draw = (
  keep: number,
  seed: number,
  shape = [40, 500],
) => [...bernoulliMask(shape, keep, seedTensor(seed, 1)).dataSync()];

for (const keep of [0.5, 0.75, 0.3, 1 / 256]) {
  Deno.test(`bernoulliMask() is 1 with probability ${keep}, else 0`, () => {
    const mask = draw(keep, 1);
    assert(mask.every((value) => value === 0 || value === 1));
    assertAlmostEquals(mean(mask), keep, 4 * Math.sqrt(keep * (1 - keep) / mask.length));
  });
}

Deno.test("bernoulliMask() has neighbours that do not depend on each other, also within the four bytes of an integer", () => {
  const mask = draw(0.5, 2);
  for (const distance of [1, 2, 3, 4, 8]) {
    const correlation = pearsonCorrelation(mask.slice(distance), mask.slice(0, -distance));
    assertAlmostEquals(correlation, 0, 5 / Math.sqrt(mask.length));
  }
});

Deno.test("bernoulliMask() repeats itself for one seed and differs for another", () => {
  assertEquals(draw(0.5, 3), draw(0.5, 3));
  assertNotEquals(draw(0.5, 3), draw(0.5, 4));
});

Deno.test("bernoulliMask() is all 1 and all 0 at the ends, and works for sizes that are no multiple of four", () => {
  assertEquals(draw(1, 1, [3]), [1, 1, 1]);
  assertEquals(draw(0, 1, [4]), [0, 0, 0, 0]);
  assertEquals(draw(0.5, 1, [3, 3]).length, 9);
});
