import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  type EpsilonControlOptions,
  initialEpsilonState,
  isUpdateEpoch,
  updateEpsilon,
  type UpdateScheduleOptions,
} from "../../lib/control/epsilon_controller.ts";
import { epsilonFromDifficulty, normalizeDifficulty } from "../../lib/control/epsilon_from_difficulty.ts";
import { assertClose, reference } from "../reference_vectors.ts";

/** The update epochs among 1 … last. */
function updateEpochs(last: number, options: UpdateScheduleOptions): number[] {
  return Array.from({ length: last }, (_, index) => index + 1).filter((epoch) => isUpdateEpoch(epoch, options));
}

const SCHEDULES: [claim: string, options: UpdateScheduleOptions, epochs: number[]][] = [
  ["10, 20, 30, 40 for the thesis' E₀ = 0 and τ = 10", {}, [10, 20, 30, 40]],
  ["1, 11, 21, 31 for E₀ = 1", { startEpoch: 1 }, [1, 11, 21, 31]],
  ["10, 20, 30, 40 for E₀ = 10 too", { startEpoch: 10 }, [10, 20, 30, 40]],
  ["25, 35 for E₀ = 25", { startEpoch: 25 }, [25, 35]],
  ["every epoch from 38 for E₀ = 38 and τ = 1", { startEpoch: 38, interval: 1 }, [38, 39, 40]],
  ["7 + 13n for E₀ = 7 and τ = 13", { startEpoch: 7, interval: 13 }, [7, 20, 33]],
  ["none where the start is beyond the end", { startEpoch: 50 }, []],
];

for (const [claim, options, epochs] of SCHEDULES) {
  Deno.test(`the update epochs are ${claim}`, () => assertEquals(updateEpochs(40, options), epochs));
}

Deno.test("with the thesis' settings 200 epochs have 20 updates, the last before the last epoch", () => {
  const epochs = updateEpochs(200, {});
  assertEquals([epochs.length, epochs.at(0), epochs.at(-1)], [20, 10, 200]);
});

Deno.test("isUpdateEpoch() refuses what is no epoch, start or interval", () => {
  for (const epoch of [0, -10, 1.5, NaN]) {
    assertThrows(() => isUpdateEpoch(epoch), RangeError, "expected epoch to be a whole number from 1");
  }
  assertThrows(() => isUpdateEpoch(1, { startEpoch: -1 }), RangeError, "startEpoch to be a whole number from 0");
  assertThrows(() => isUpdateEpoch(1, { interval: 0 }), RangeError, "interval to be a whole number from 1, found 0");
});

Deno.test("initialEpsilonState() is 0 for every image, or the fixed value given, and has no update", () => {
  assertEquals(initialEpsilonState(3), { epsilon: [0, 0, 0] });
  assertEquals(initialEpsilonState(2, { epsilon: 0.3 }), { epsilon: [0.3, 0.3] });
  assertThrows(() => initialEpsilonState(0), RangeError, "expected count to be a whole number from 1, found 0");
  assertThrows(() => initialEpsilonState(1, { epsilon: NaN }), RangeError, "finite epsilon");
});

Deno.test("updateEpsilon() has the reference's normalised difficulties and ε at an update epoch", () => {
  const { difficulty, normalized, epsilon } = reference.controller;
  const state = updateEpsilon(initialEpsilonState(difficulty.length), 10, difficulty);
  assertClose([...state.epsilon], epsilon, 1e-12);
  assertEquals(state.lastUpdate?.epoch, 10);
  assertEquals(state.lastUpdate?.difficulty, difficulty);
  assertClose([...state.lastUpdate?.normalized ?? []], normalized, 1e-10);
  assertClose([...state.lastUpdate?.epsilon ?? []], epsilon, 1e-12);
});

Deno.test("over 35 epochs ε is 0 for nine epochs, then changes at 10, 20 and 30 and is kept in between", () => {
  let state = initialEpsilonState(2);
  const history = Array.from({ length: 35 }, (_, index) => {
    const epoch = index + 1;
    // From update to update the two images change places.
    const difficulties = Math.floor(epoch / 10) % 2 === 1 ? [0.1, 0.5] : [0.5, 0.1];
    state = updateEpsilon(state, epoch, difficulties);
    return state.epsilon[0] === 0 ? "start" : state.epsilon[0] < state.epsilon[1] ? "second" : "first";
  });
  assertEquals(history, [
    ...new Array(9).fill("start"),
    ...new Array(10).fill("second"),
    ...new Array(10).fill("first"),
    ...new Array(6).fill("second"),
  ]);
});

Deno.test("updateEpsilon() leaves the state as it is between updates, and never changes the one it was given", () => {
  const start = initialEpsilonState(2);
  assertStrictEquals(updateEpsilon(start, 9, []), start);
  const difficulties = [0.1, 0.2];
  const state = updateEpsilon(start, 10, difficulties);
  assertEquals(start, { epsilon: [0, 0] });
  difficulties[0] = 9;
  assertEquals(state.lastUpdate?.difficulty, [0.1, 0.2]);
});

Deno.test("updateEpsilon() normalises over the whole set by default, and batch by batch as an option", () => {
  const difficulties = [0.1, 0.2, 0.3, 5, 6, 7, 8];
  const start = initialEpsilonState(7);
  const overSet = updateEpsilon(start, 10, difficulties).lastUpdate?.normalized;
  assertEquals(overSet, normalizeDifficulty(difficulties));
  const byBatch = updateEpsilon(start, 10, difficulties, { normalizeOver: "batch", batchSize: 3 });
  const batches = [[0.1, 0.2, 0.3], [5, 6, 7], [8]].flatMap((batch) => normalizeDifficulty(batch));
  assertEquals(byBatch.lastUpdate?.normalized, batches);
  assertEquals(byBatch.epsilon, epsilonFromDifficulty(batches));
});

Deno.test("updateEpsilon() passes every option on", () => {
  const options: EpsilonControlOptions = {
    startEpoch: 3,
    interval: 4,
    percentile: 50,
    delta: 0.1,
    epsilonMin: -0.1,
    epsilonMax: 0.2,
    slope: 5,
  };
  const difficulties = [0.1, 0.4, 0.2];
  const state = updateEpsilon(initialEpsilonState(3), 7, difficulties, options);
  assertEquals(state.lastUpdate?.normalized, normalizeDifficulty(difficulties, { percentile: 50, delta: 0.1 }));
  assertEquals(
    state.epsilon,
    epsilonFromDifficulty(state.lastUpdate?.normalized ?? [], { epsilonMin: -0.1, epsilonMax: 0.2, slope: 5 }),
  );
});

Deno.test("updateEpsilon() names the training image whose difficulty is not finite, in every batch", () => {
  const start = initialEpsilonState(5);
  for (const normalizeOver of ["set", "batch"] as const) {
    assertThrows(
      () => updateEpsilon(start, 20, [0, 1, 2, NaN, 4], { normalizeOver, batchSize: 2 }),
      RangeError,
      "Cannot update epsilon before epoch 20: expected finite difficulties, found NaN for the training image of index 3",
    );
  }
});

Deno.test("updateEpsilon() refuses another number of difficulties, and unknown options", () => {
  const start = initialEpsilonState(3);
  assertThrows(
    () => updateEpsilon(start, 10, [1, 2]),
    RangeError,
    "expected 3 difficulties, one a training image, found 2",
  );
  const normalizeOver = "epoch" as "set";
  assertThrows(() => updateEpsilon(start, 10, [1, 2, 3], { normalizeOver }), RangeError, 'found "epoch"');
  assertThrows(
    () => updateEpsilon(start, 10, [1, 2, 3], { normalizeOver: "batch", batchSize: 0 }),
    RangeError,
    "batchSize to be a whole number from 1, found 0",
  );
});
