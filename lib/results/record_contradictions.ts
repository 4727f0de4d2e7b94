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
  yield* historyContradictions(record);
  yield* otherImages(record);
  for (const weights of ["best", "last"] as const) {
    yield* testContradictions(record, weights);
    yield* binContradictions(record, weights);
  }
  yield* differentImages(record);
  for (const [index, row] of record.test.entries()) yield* metricContradictions(row, `test row ${index + 1}`);
  for (const [index, row] of record.native.entries()) yield* metricContradictions(row, `native row ${index + 1}`);
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

/** Rows at the files' own size are of test images; lists of other images have a number each. */
function* otherImages({ test, native, external }: RunRecord): Iterable<string> {
  const ids = new Set(test.map(({ id }) => id));
  const seen = new Set<string>();
  for (const { id, weights } of native) {
    if (!ids.has(id)) yield `native: "${id}" is no test image`;
    if (seen.has(`${weights} ${id}`)) yield `native: image "${id}" has two rows of the ${weights} weights`;
    seen.add(`${weights} ${id}`);
  }
  for (const { dataset, change, weights, images, ...lists } of external) {
    const name = ["external", dataset, change, weights].filter((part) => part !== "").join(" ");
    if (seen.has(name)) yield `${name}: is there twice`;
    seen.add(name);
    for (const list of ["dice", "difficulty", "entropy", "predicted"] as const) {
      const left = change !== "" && list !== "dice" && lists[list].length === 0; // of changed images Dice is enough
      if (lists[list].length !== images && !left) {
        yield `${name}, ${list}: expected ${images} numbers, found ${lists[list].length}`;
      }
    }
  }
}

/** Dice is 2·IoU/(1 + IoU), and the harmonic mean of precision and recall. */
function* metricContradictions(
  { dice, iou, precision, recall }: Pick<TestRecord, "dice" | "iou" | "precision" | "recall">,
  row: string,
): Iterable<string> {
  if (Math.abs(dice - 2 * iou / (1 + iou)) > ROUNDING) {
    yield `${row}: dice ${dice} and iou ${iou} can't be of one image`;
  }
  const harmonic = precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
  if (Math.abs(dice - harmonic) > ROUNDING) {
    yield `${row}: dice ${dice}, precision ${precision} and recall ${recall} can't be of one image`;
  }
}

function* binContradictions(record: RunRecord, weights: RecordedWeights): Iterable<string> {
  const pixels = record.counts.test * record.experiment.imageSize ** 2;
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
    if (total !== pixels) {
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
