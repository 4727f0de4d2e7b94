/**
 * What can't be true of a run record, though each field alone is as it must be: it was edited by hand, or its writer has
 * a fault.
 *
 * @module
 */
import type { RecordedWeights, RunRecord, TestRecord } from "./run_record.ts";

/** What six significant digits leave open, relative to a number. */
const ROUNDING = 2e-5;

/** Where fields of a record contradict each other. */
export function* contradictionsOf(record: RunRecord): Iterable<string> {
  yield* experimentContradictions(record);
  yield* historyContradictions(record);
  yield* candidateContradictions(record);
  for (const weights of ["best", "last"] as const) {
    yield* testContradictions(record, weights);
    yield* binContradictions(record, weights);
  }
  yield* differentImages(record);
  for (const [index, row] of record.test.entries()) yield* metricContradictions(row, index + 1);
}

function* experimentContradictions({ experiment }: RunRecord): Iterable<string> {
  for (const key of ["dataset", "split"]) {
    if (typeof experiment[key] !== "string") yield `experiment, ${key}: expected a text, found ${experiment[key]}`;
  }
  const { seed } = experiment;
  if (!Number.isSafeInteger(seed) || (seed as number) < 0) {
    yield `experiment, seed: expected a whole number from 0, found ${seed}`;
  }
}

function* historyContradictions({ history, bestEpoch, epsilons }: RunRecord): Iterable<string> {
  const gap = history.findIndex(({ epoch }, index) => epoch !== index + 1);
  if (gap >= 0) yield `history row ${gap + 1}, epoch: expected ${gap + 1}, found ${history[gap].epoch}`;
  const best = history[bestEpoch - 1];
  if (!best) {
    yield `bestEpoch: expected an epoch of the history, which has ${history.length}, found ${bestEpoch}`;
    return;
  }
  const better = history.find(({ valDice }) => valDice > best.valDice);
  if (better) yield `bestEpoch: ${bestEpoch} has a lower valDice than epoch ${better.epoch}`;
  for (const [index, { epoch, min, mean, max }] of epsilons.entries()) {
    const field = `epsilons row ${index + 1}`;
    if (index > 0 && epoch <= epsilons[index - 1].epoch) yield `${field}, epoch: expected a later epoch than before it`;
    if (epoch > history.length) yield `${field}, epoch: the history has no epoch ${epoch}`;
    const room = ROUNDING * Math.max(Math.abs(min), Math.abs(max));
    if (mean < min - room || mean > max + room) yield `${field}, mean: ${mean} is outside [${min}, ${max}]`;
  }
}

function* candidateContradictions({ candidates, experiment }: RunRecord): Iterable<string> {
  if (candidates.length === 0 || candidates.some(({ epsilon }) => epsilon === experiment.epsilon)) return;
  yield `candidates: none has the ε of the experiment, ${experiment.epsilon}`;
}

function* testContradictions({ test, counts }: RunRecord, weights: RecordedWeights): Iterable<string> {
  const ids = test.filter((row) => row.weights === weights).map(({ id }) => id);
  if (ids.length !== counts.test) {
    yield `test: expected ${counts.test} rows of the ${weights} weights, as counts say, found ${ids.length}`;
  }
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) yield `test: image "${twice}" has two rows of the ${weights} weights`;
}

function* differentImages({ test }: RunRecord): Iterable<string> {
  const last = new Map(test.filter(({ weights }) => weights === "last").map((row) => [row.id, row]));
  for (const { id, foreground } of test.filter(({ weights }) => weights === "best")) {
    if (!last.has(id)) yield `test: image "${id}" has no row of the last weights`;
    else if (last.get(id)!.foreground !== foreground) yield `test: image "${id}" has two different foregrounds`;
  }
}

/** Dice is 2·IoU/(1 + IoU), and the harmonic mean of precision and recall. */
function* metricContradictions({ dice, iou, precision, recall }: TestRecord, row: number): Iterable<string> {
  if (Math.abs(dice - 2 * iou / (1 + iou)) > ROUNDING) {
    yield `test row ${row}: dice ${dice} and iou ${iou} can't be of one image`;
  }
  const harmonic = precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
  if (Math.abs(dice - harmonic) > ROUNDING) {
    yield `test row ${row}: dice ${dice}, precision ${precision} and recall ${recall} can't be of one image`;
  }
}

function* binContradictions(record: RunRecord, weights: RecordedWeights): Iterable<string> {
  const { imageSize } = record.experiment;
  const pixels = typeof imageSize === "number" ? record.counts.test * imageSize ** 2 : undefined;
  for (const field of ["calibration", "uncertainty"] as const) {
    const entries = record[field].filter((entry) => entry.weights === weights);
    if (entries.length !== 1) {
      yield `${field}: expected one entry of the ${weights} weights, found ${entries.length}`;
      continue;
    }
    const { weights: _, ...lists } = entries[0];
    const { counts, ...parts } = lists as { counts: readonly number[] } & Record<string, readonly number[]>;
    for (const [name, values] of Object.entries(parts)) {
      if (values.length !== counts.length) {
        yield `${field} of the ${weights} weights, ${name}: expected ${counts.length} bins, found ${values.length}`;
      }
      const bin = values.findIndex((value, index) => value > counts[index] * (1 + ROUNDING));
      if (bin >= 0) yield `${field} of the ${weights} weights, ${name}: bin ${bin + 1} has more than its pixels`;
    }
    if (field === "calibration") yield* probabilityContradictions(counts, parts.probability, weights);
    const total = counts.reduce((sum, count) => sum + count, 0);
    if (total === 0) yield `${field} of the ${weights} weights: there are no pixels`;
    if (pixels !== undefined && total !== pixels) {
      yield `${field} of the ${weights} weights, counts: expected ${pixels} pixels in all, found ${total}`;
    }
  }
}

/** The mean probability of a bin's pixels lies in the bin. */
function* probabilityContradictions(
  counts: readonly number[],
  sums: readonly number[],
  weights: RecordedWeights,
): Iterable<string> {
  for (const [bin, count] of counts.entries()) {
    const mean = sums[bin] / count; // NaN where the bin is empty, which is in no range and outside of none
    const [from, to] = [bin / counts.length, (bin + 1) / counts.length];
    if (mean < from - ROUNDING || mean > to + ROUNDING) {
      yield `calibration of the ${weights} weights, probability: bin ${
        bin + 1
      } has mean ${mean}, not in [${from}, ${to}]`;
    }
  }
}
