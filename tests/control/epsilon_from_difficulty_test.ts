import { assertEquals, assertThrows } from "@std/assert";
import { epsilonFromDifficulty } from "../../lib/control/epsilon_from_difficulty.ts";
import { assertClose, reference } from "../reference_vectors.ts";

const { normalized, epsilon, epsilonMin, epsilonMax, k } = reference.controller;

Deno.test("epsilonFromDifficulty() has the reference's values to 1e-12", () => {
  assertClose(epsilonFromDifficulty(normalized, { epsilonMin, epsilonMax, slope: k }), epsilon, 1e-12);
});

Deno.test("epsilonFromDifficulty() has the thesis' range and slope by default", () => {
  assertEquals(
    epsilonFromDifficulty(normalized),
    epsilonFromDifficulty(normalized, { epsilonMin: 0, epsilonMax: 0.5, slope: 2 }),
  );
});

Deno.test("epsilonFromDifficulty() is the middle of the range at 0 and its ends far away, without overflow", () => {
  const options = { epsilonMin: -0.2, epsilonMax: 0.6 };
  assertClose(epsilonFromDifficulty([-1e300, -50, 0, 50, 1e300], options), [-0.2, -0.2, 0.2, 0.6, 0.6], 1e-12);
});

Deno.test("epsilonFromDifficulty() is as far above the middle as below it for opposite difficulties", () => {
  const [low, high] = epsilonFromDifficulty([-0.7, 0.7]);
  assertClose([low + high], [0.5], 1e-12);
  assertClose([high], [0.5 / (1 + Math.exp(-1.4))], 1e-12);
});

Deno.test("epsilonFromDifficulty() of slope 0 is the middle for every image", () => {
  assertEquals(epsilonFromDifficulty([-3, 0, 2], { slope: 0 }), [0.25, 0.25, 0.25]);
});

Deno.test("epsilonFromDifficulty() refuses NaN and a range upside down", () => {
  assertThrows(() => epsilonFromDifficulty([0, NaN]), RangeError, "found NaN at index 1");
  assertThrows(() => epsilonFromDifficulty([0], { epsilonMin: 1 }), RangeError, "found 1 and 0.5");
  assertThrows(() => epsilonFromDifficulty([0], { epsilonMax: NaN }), RangeError, "found 0 and NaN");
  assertThrows(() => epsilonFromDifficulty([0], { slope: Infinity }), RangeError, "finite slope");
});
