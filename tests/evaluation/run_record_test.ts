import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  ablationRecordPath,
  encodeRunRecord,
  parseRunRecord,
  type RunRecord,
  runRecordPath,
} from "../../lib/evaluation/run_record.ts";
import { madeRecord } from "./made_records.ts";

const RECORD = madeRecord({ method: "polydice1-fixed" });
const ADAPTIVE = madeRecord({ method: "adaptive" });
const PATH = "results/small/runs/kvasir-seg-grouped/polydice1-fixed-seed1.json";

/** The record with one part replaced, as an edit by hand would. */
function edited(change: (record: Record<string, unknown>) => void, record = RECORD): string {
  const content = JSON.parse(encodeRunRecord(record));
  change(content);
  return JSON.stringify(content);
}

const cell = (table: unknown, row: number, column: number, value: unknown) =>
  (table as { rows: unknown[][] }).rows[row][column] = value;

Deno.test("a run record is read back as it was written", () => {
  for (const record of [RECORD, ADAPTIVE]) {
    assertEquals(parseRunRecord(encodeRunRecord(record), runRecordPath(record)), record);
  }
});

Deno.test("a run record is written with one test row a line, and numbers with six digits", () => {
  const row = { ...RECORD.test[0], difficulty: 1 / 30 };
  const text = encodeRunRecord({ ...RECORD, seconds: 1234567, test: [row, ...RECORD.test.slice(1)] });
  const lines = text.split("\n").filter((line) => line.startsWith(`["kvasir-seg-0`));
  assertEquals(lines.length, RECORD.test.length);
  assertStringIncludes(lines[0], "0.0333333,");
  assertStringIncludes(text, `"seconds": 1234567,`);
  assertEquals(encodeRunRecord(parseRunRecord(text, PATH)), text);
});

Deno.test("runRecordPath() and ablationRecordPath() say where a record belongs", () => {
  assertEquals(runRecordPath(RECORD), "small/runs/kvasir-seg-grouped/polydice1-fixed-seed1.json");
  const path = ablationRecordPath(madeRecord({ method: "tau-5" }), "interval");
  assertEquals(path, "small/ablations/interval/tau-5-seed1.json");
  parseRunRecord(encodeRunRecord(madeRecord({ method: "tau-5" })), `results/${path}`);
});

const MISPLACED: readonly string[] = [
  "results/small/runs/kvasir-seg-grouped/polydice1-fixed-seed2.json",
  "results/small/runs/kvasir-seg-grouped/adaptive-seed1.json",
  "results/small/runs/kvasir-seg-published/polydice1-fixed-seed1.json",
  "results/thesis/runs/kvasir-seg-grouped/polydice1-fixed-seed1.json",
  "polydice1-fixed-seed1.json",
];

for (const path of MISPLACED) {
  Deno.test(`parseRunRecord() tells that a record does not belong to ${path}`, () => {
    assertThrows(() => parseRunRecord(encodeRunRecord(RECORD), path), TypeError, `"${path}": by its method`);
  });
}

const EDITS: readonly [name: string, change: (record: Record<string, unknown>) => void, message: string][] = [
  ["an unknown key", (record) => record.note = "x", "note: this key is not known"],
  ["a missing key", (record) => delete record.hash, "hash: expected hexadecimal digits, found nothing"],
  ["another format", (record) => record.format = 2, "format: expected format 1, found 2"],
  ["a text for a number", (record) => record.bestEpoch = "2", 'bestEpoch: expected a whole number from 1, found "2"'],
  ["a metric above 1", ({ test }) => cell(test, 2, 2, 1.2), "test row 3, dice: expected a number in [0, 1], found 1.2"],
  ["an unknown kind of weights", ({ test }) => cell(test, 0, 1, "first"), "test row 1, weights: expected one of"],
  ["a row too short", ({ test }) => (test as { rows: unknown[][] }).rows[4].pop(), "test row 5: expected 9 values"],
  ["a column renamed", ({ test }) => (test as { columns: string[] }).columns[2] = "f1", "test, columns: expected id,"],
  ["a changed Dice", ({ test }) => cell(test, 1, 2, 0.5), "test row 2: dice 0.5 and iou"],
  ["a changed precision", ({ test }) => cell(test, 1, 4, 0.01), "test row 2: dice"],
  ["an image under one of the weights only", ({ test }) => cell(test, 12, 0, "new"), "has no row of the last weights"],
  ["a removed row", ({ test }) => (test as { rows: unknown[] }).rows.pop(), "expected 12 rows of the last weights"],
  ["an image twice", ({ test }) => cell(test, 1, 0, "kvasir-seg-000"), '"kvasir-seg-000" has two rows'],
  ["another number of images", ({ counts }) => Object.assign(counts as object, { test: 13 }), "expected 13 rows"],
  ["a foreground that changes", ({ test }) => cell(test, 12, 6, 0.9), '"kvasir-seg-000" has two different foregrounds'],
  ["a best epoch that is not the best", (record) => record.bestEpoch = 3, "3 has a lower valDice than epoch 2"],
  ["a best epoch that is not there", (record) => record.bestEpoch = 4, "bestEpoch: expected an epoch of the history"],
  ["a missing epoch", ({ history }) => (history as { rows: unknown[] }).rows.shift(), "row 1, epoch: expected 1"],
  ["an ε that was not tried", ({ experiment }) => Object.assign(experiment as object, { epsilon: 1 }), "candidates"],
  [
    "an infinite setting",
    ({ experiment }) => Object.assign(experiment as object, { slope: null }),
    "experiment, slope: expected a text, a number or a truth value",
  ],
  ["a seed that is none", ({ experiment }) => Object.assign(experiment as object, { seed: -1 }), "experiment, seed"],
  ["no data set", ({ experiment }) => delete (experiment as { dataset?: string }).dataset, "experiment, dataset"],
  ["one entry of bins", ({ calibration }) => (calibration as unknown[]).pop(), "one entry of the last weights"],
  [
    "two entries of bins",
    ({ uncertainty }) => (uncertainty as unknown[]).push((uncertainty as unknown[])[0]),
    "one entry of the best weights, found 2",
  ],
  [
    "bins without a pixel",
    ({ experiment, uncertainty }) => {
      delete (experiment as { imageSize?: number }).imageSize;
      Object.assign((uncertainty as object[])[0], { counts: [0], errors: [0] });
    },
    "uncertainty of the best weights: there are no pixels",
  ],
  [
    "pixels that are too many",
    ({ uncertainty }) => (uncertainty as { counts: number[] }[])[0].counts[0]++,
    "expected 768 pixels in all, found 769",
  ],
  [
    "more errors than pixels",
    ({ uncertainty }) => (uncertainty as { errors: number[] }[])[0].errors[3] = 99,
    "errors: bin 4 has more than its pixels",
  ],
  [
    "a bin too few",
    ({ calibration }) => (calibration as { lesion: number[] }[])[0].lesion.pop(),
    "lesion: expected 10 bins, found 9",
  ],
  [
    "probabilities outside their bin",
    ({ calibration }) => (calibration as { probability: number[] }[])[0].probability[5] = 5,
    "probability: bin 6 has mean",
  ],
];

for (const [name, change, message] of EDITS) {
  Deno.test(`parseRunRecord() names file and field of ${name}`, () => {
    const error = assertThrows(() => parseRunRecord(edited(change), PATH), TypeError, message);
    assertStringIncludes(error.message, `Cannot read run record "${PATH}": `);
  });
}

Deno.test("parseRunRecord() tells a mean ε outside its range, and updates out of order", () => {
  const path = runRecordPath(ADAPTIVE);
  const outside = edited(({ epsilons }) => cell(epsilons, 0, 1, 0.6), ADAPTIVE);
  assertThrows(() => parseRunRecord(outside, path), TypeError, "epsilons row 1, mean: 0.6 is outside [0.01, 0.49]");
  const again = edited(({ epsilons }) => {
    const { rows } = epsilons as { rows: unknown[] };
    rows.push(rows[0]);
  }, ADAPTIVE);
  assertThrows(() => parseRunRecord(again, path), TypeError, "epsilons row 2, epoch: expected a later epoch");
  const late = edited(({ epsilons }) => cell(epsilons, 0, 0, 9), ADAPTIVE);
  assertThrows(() => parseRunRecord(late, path), TypeError, "the history has no epoch 9");
});

Deno.test("parseRunRecord() tells a file that is cut off", () => {
  const text = encodeRunRecord(RECORD);
  assertThrows(
    () => parseRunRecord(text.slice(0, text.length / 2), PATH),
    TypeError,
    `Cannot read run record "${PATH}"`,
  );
});

Deno.test("encodeRunRecord() refuses what could not be read back", () => {
  const faulty: Partial<RunRecord>[] = [{ seconds: NaN }, { bestEpoch: 3 }, { profile: "Small one" }];
  for (const change of faulty) {
    assertThrows(() => encodeRunRecord({ ...RECORD, ...change }), TypeError, "Cannot write the run record");
  }
  const unknown = { ...RECORD, test: RECORD.test.map((row) => ({ ...row, path: "x" })) };
  assertThrows(() => encodeRunRecord(unknown), TypeError, "test, path: this column is not known");
  assertThrows(
    () => encodeRunRecord({ ...RECORD, weights: 1 } as RunRecord),
    TypeError,
    "weights: this key is not known",
  );
  assert(encodeRunRecord(RECORD).endsWith("}\n"));
});
