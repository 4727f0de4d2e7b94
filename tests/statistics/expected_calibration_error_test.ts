import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { expectedCalibrationError } from "../../lib/statistics/expected_calibration_error.ts";
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

Deno.test("expectedCalibrationError() is 0 for frequencies as predicted, 1 for certain and wrong ones", () => {
  assertEquals(expectedCalibrationError({ counts: [4, 0, 4], probability: [1, 0, 3], lesion: [1, 0, 3] }), 0);
  assertEquals(expectedCalibrationError({ counts: [2, 2], probability: [0, 2], lesion: [2, 0] }), 1);
});

Deno.test("expectedCalibrationError() refuses no predictions and lists that do not pair", () => {
  assertThrows(() => expectedCalibrationError({ counts: [0], probability: [0], lesion: [0] }), RangeError);
  assertThrows(() => expectedCalibrationError({ counts: [1, 1], probability: [0], lesion: [0, 1] }), RangeError);
});
