/**
 * The progress that a checkpoint holds. A seal only tells that its bytes are the ones that were written; another program
 * may have written them.
 *
 * @module
 */
import { dictionaryField, listField, numberField, wholeField } from "../files/record_fields.ts";
import type { TrainingProgress } from "./checkpoint.ts";
import type { Experiment } from "../experiment/experiment.ts";

const object = dictionaryField((value) => value);
const rows = listField(object);

/**
 * Reads what JSON.parse gave as the progress of an experiment.
 *
 * @throws {TypeError} Which names the field that training could not go on from, or would go on from to a wrong end.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * assertThrows(() => readProgress({ epoch: "1" }, { epochs: 3 }), TypeError, "epoch: expected a whole number");
 * ```
 */
export function readProgress(value: unknown, { epochs }: Pick<Experiment, "epochs">): TrainingProgress {
  const { epoch, partialEpoch, history, epsilonState, epsilons, bestEpoch, bestDice } = object(value, "the whole");
  const done = wholeField()(epoch, "epoch");
  if (done > epochs) throw new TypeError(`epoch: expected at most ${epochs}, found ${done}`);
  const numbers = rows(history, "history").map((row) => wholeField(1)(row.epoch, "history, epoch"));
  if (numbers.length !== done || numbers.some((number, index) => number !== index + 1)) {
    throw new TypeError(`history: expected the epochs 1 to ${done}, found ${numbers.join(", ") || "none"}`);
  }
  listField(numberField())(object(epsilonState, "epsilonState").epsilon, "epsilonState, epsilon");
  listField((row) => row)(epsilons, "epsilons");
  numberField(-1)(bestDice, "bestDice");
  const best = wholeField(Math.min(done, 1))(bestEpoch, "bestEpoch");
  if (best > done) throw new TypeError(`bestEpoch: expected at most ${done}, found ${best}`);
  if (partialEpoch !== undefined) {
    const { step, lossSum, seconds } = object(partialEpoch, "partialEpoch");
    wholeField(1)(step, "partialEpoch, step");
    numberField()(lossSum, "partialEpoch, lossSum");
    numberField(0)(seconds, "partialEpoch, seconds");
  }
  return value as TrainingProgress;
}
