import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { readSealedJson, sealedJson } from "../../lib/files/sealed_json.ts";
import { decodeRecord, encodeRecord, type RunRecord } from "../../lib/results/run_record.ts";
import { madeRecord } from "./made_records.ts";

const RECORD = madeRecord();
const ADAPTIVE = madeRecord({ method: "adaptive" });
const NATIVE = { ...RECORD.test[0], hd95: null, nsd: 0.5 };
const { foreground: _f, difficulty: _d, entropy: _e, ...native } = NATIVE;
const EXTERNAL = {
  dataset: "elsewhere",
  pixels: "0".repeat(64),
  change: "blur-2",
  weights: "last" as const,
  images: 2,
  dice: [0.5, 1],
  difficulty: [0.1, 0],
  entropy: [0.1, 0.2],
  predicted: [0.1, 0],
};
const WHOLE: RunRecord = { ...ADAPTIVE, native: [native], external: [EXTERNAL] };

/** The record with one part replaced, and sealed anew. */
function edited(change: (record: Record<string, unknown>) => void, record = RECORD): string {
  const content = readSealedJson(encodeRecord(record));
  change(content);
  return sealedJson(content);
}

const cell = (table: unknown, row: number, column: number, value: unknown) =>
  (table as { rows: unknown[][] }).rows[row][column] = value;

Deno.test("a record is read back as it was written, from one line", () => {
  for (const record of [RECORD, ADAPTIVE, WHOLE]) {
    const line = encodeRecord(record);
    assertEquals(decodeRecord(line, "x"), record);
    assert(!/[\r\n]/.test(line));
  }
});

Deno.test("a record keeps six digits of what was measured, and every digit of the experiment", () => {
  const record = madeRecord({ set: { learningRate: 0.000123456789 } });
  const row = { ...record.test[0], difficulty: 1 / 30 };
  const read = decodeRecord(encodeRecord({ ...record, seconds: 1234567, test: [row, ...record.test.slice(1)] }), "x");
  assertEquals([read.experiment.learningRate, read.test[0].difficulty, read.seconds], [
    0.000123456789,
    0.0333333,
    1234567,
  ]);
});

Deno.test("every single bit that changes is found", () => {
  const bytes = new TextEncoder().encode(encodeRecord(WHOLE));
  for (let bit = 3; bit < 8 * bytes.length; bit += 211) { // 211 is prime: every position of a byte
    const changed = bytes.slice();
    changed[bit >> 3] ^= 1 << (bit & 7);
    assertThrows(() => decodeRecord(new TextDecoder().decode(changed), `bit ${bit}`), TypeError, `in bit ${bit}: `);
  }
});

const EDITS: readonly [name: string, change: (record: Record<string, unknown>) => void, message: string][] = [
  ["an unknown key", (record) => record.note = "x", "note: this key is not known"],
  ["a missing key", (record) => delete record.run, "run: expected 12 hexadecimal digits, found nothing"],
  ["another format", (record) => record.format = 1, "format: expected format 2, found 1"],
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
  [
    "a setting that is none",
    ({ experiment }) => Object.assign(experiment as object, { slop: 1 }),
    'unknown key "slop"',
  ],
  [
    "a seed that is none",
    ({ experiment }) => Object.assign(experiment as object, { seed: -1 }),
    "seed must be an integer",
  ],
  ["a fingerprint cut off", ({ data }) => Object.assign(data as object, { groups: "ab" }), "data, groups: expected 64"],
  ["one entry of bins", ({ calibration }) => (calibration as unknown[]).pop(), "one entry of the last weights"],
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
  Deno.test(`decodeRecord() names place and field of ${name}`, () => {
    const error = assertThrows(() => decodeRecord(edited(change), "records.jsonl, line 3"), TypeError, message);
    assertStringIncludes(error.message, "Cannot read the record in records.jsonl, line 3: ");
  });
}

const WHOLE_EDITS: typeof EDITS = [
  [
    "a mean ε outside its range",
    ({ epsilons }) => cell(epsilons, 0, 1, 0.6),
    "row 1, mean: 0.6 is outside [0.01, 0.49]",
  ],
  ["an update after the last epoch", ({ epsilons }) => cell(epsilons, 0, 0, 9), "the history has no epoch 9"],
  ["a row of no test image", ({ native }) => cell(native, 0, 0, "new"), 'native: "new" is no test image'],
  ["a list too short", ({ external }) => (external as { dice: number[] }[])[0].dice.pop(), "dice: expected 2 numbers"],
  [
    "a list twice",
    ({ external }) => (external as unknown[]).push((external as unknown[])[0]),
    "blur-2 last: is there twice",
  ],
];

for (const [name, change, message] of WHOLE_EDITS) {
  Deno.test(`decodeRecord() tells ${name}`, () => {
    assertThrows(() => decodeRecord(edited(change, WHOLE), "x"), TypeError, message);
  });
}

Deno.test("encodeRecord() refuses what could not be read back", () => {
  for (const change of [{ seconds: NaN }, { bestEpoch: 3 }, { backend: "Of mine" }]) {
    assertThrows(() => encodeRecord({ ...RECORD, ...change }), TypeError, "Cannot write the record of run");
  }
  const unknown = { ...RECORD, test: RECORD.test.map((row) => ({ ...row, path: "x" })) };
  assertThrows(() => encodeRecord(unknown), TypeError, "test, path: this column is not known");
  assertThrows(() => encodeRecord({ ...RECORD, weights: 1 } as RunRecord), TypeError, "weights: this key is not known");
});
