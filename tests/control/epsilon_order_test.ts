import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { reorderEpsilon } from "../../lib/control/epsilon_order.ts";
import { randomStream } from "../../lib/random/random_stream.ts";

const EPSILON = [0.3, 0.1, 0.5, 0.2, 0.4];

Deno.test('reorderEpsilon() with "uncertainty" leaves every image its own', () => {
  assertEquals(reorderEpsilon(EPSILON, "uncertainty", () => 0), EPSILON);
});

Deno.test('reorderEpsilon() with "reversed" gives the image with the highest the lowest, and so on', () => {
  assertEquals(reorderEpsilon(EPSILON, "reversed", () => 0), [0.3, 0.5, 0.1, 0.4, 0.2]);
});

Deno.test('reorderEpsilon() with "mean" gives every image the same, so that their mean stays and their spread goes', () => {
  assertEquals(reorderEpsilon([0.125, 0.375, 0.5, 0], "mean", () => 0), [0.25, 0.25, 0.25, 0.25]);
});

Deno.test('reorderEpsilon() with "random" keeps the values, deals them out anew, and depends on the stream alone', () => {
  const deal = (seed: number) => {
    const stream = randomStream(seed, "order");
    return reorderEpsilon(EPSILON, "random", () => stream.uniform());
  };
  const dealt = deal(1);
  assertEquals(dealt.toSorted(), EPSILON.toSorted());
  assertEquals(deal(1), dealt);
  assert([2, 3, 4].some((seed) => String(deal(seed)) !== String(dealt)));
  assertNotEquals([1, 2, 3].map(deal), [EPSILON, EPSILON, EPSILON]);
});
