import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { errorRetention, expectedCalibrationError } from "../../lib/statistics/calibration.ts";
import { madeNumbers } from "./made_numbers.ts";

Deno.test("expectedCalibrationError() from bins is NumPy's from single predictions", () => {
  const probabilities = madeNumbers(1000, 11).map((value) => value + 0.4);
  const chance = madeNumbers(1000, 12).map((value) => value + 0.4);
  const [counts, probability, lesion] = [0, 1, 2].map(() => new Array<number>(10).fill(0));
  for (const [index, value] of probabilities.entries()) {
    const bin = Math.min(Math.floor(value * 10), 9);
    counts[bin]++;
    probability[bin] += value;
    lesion[bin] += chance[index] < value ** 2 ? 1 : 0;
  }
  // NumPy 2.4.6: sum over bins of counts/n · |mean(p) − mean(y)|
  assertAlmostEquals(expectedCalibrationError({ counts, probability, lesion }), 0.14657517289257385, 1e-12);
});

Deno.test("expectedCalibrationError() is 0 for frequencies as predicted, 1 for certain and wrong ones, none for nothing", () => {
  assertEquals(expectedCalibrationError({ counts: [4, 0, 4], probability: [1, 0, 3], lesion: [1, 0, 3] }), 0);
  assertEquals(expectedCalibrationError({ counts: [2, 2], probability: [0, 2], lesion: [2, 0] }), 1);
  assertThrows(() => expectedCalibrationError({ counts: [0], probability: [0], lesion: [0] }), RangeError);
  assertThrows(() => expectedCalibrationError({ counts: [1, 1], probability: [0], lesion: [0, 1] }), RangeError);
});

const BINS = { counts: [500, 200, 0, 150, 150], errors: [5, 10, 0, 30, 60] };

Deno.test("errorRetention() has the area of SciPy 1.17.1 (integrate.quad of the interpolated errors kept)", () => {
  assertAlmostEquals(errorRetention(BINS).area, 0.02605796926060246, 1e-9);
});

Deno.test("errorRetention() has the share of wrong ones as error, and skips empty bins", () => {
  assertAlmostEquals(errorRetention(BINS).error, 105 / 1000, 1e-12);
});

Deno.test("errorRetention() has the error as area for an uncertainty that says nothing, more for one that misleads", () => {
  for (const [counts, errors] of [[[10, 20, 70], [1, 2, 7]], [[100], [10]]]) {
    assertAlmostEquals(errorRetention({ counts, errors }).area, 0.1, 1e-12);
  }
  assert(errorRetention({ counts: [50, 50], errors: [10, 0] }).area > 0.1);
  assert(errorRetention({ counts: [50, 50], errors: [0, 10] }).area < 0.1);
  assertThrows(() => errorRetention({ counts: [0], errors: [0] }), RangeError, "0 predictions");
  assertThrows(() => errorRetention({ counts: [1], errors: [2] }), RangeError, "no more errors");
  assertThrows(() => errorRetention({ counts: [1, 2], errors: [0] }), RangeError, "lengths 2 and 1");
});
