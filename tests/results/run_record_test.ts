import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import * as fc from "fast-check";
import { experimentHash } from "../../lib/experiment/experiment.ts";
import { METHOD_NAMES } from "../../lib/experiment/methods.ts";
import { runsOf } from "../../lib/experiment/study_runs.ts";
import { readSealedJson, sealedJson } from "../../lib/files/sealed_json.ts";
import { packRecords, readRecords, readStudyRecords } from "../../lib/results/record_store.ts";
import { RECORDS_FILE, writeRecord } from "../../lib/results/record_store.ts";
import { decodeRecord, encodeRecord } from "../../lib/results/record_encoding.ts";
import type { RunRecord } from "../../lib/results/run_record.ts";
import { madeRecord, madeRecords, madeStudy } from "./made_records.ts";

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
function edited(change: (record: Content) => void, record: RunRecord): string {
  const content = readSealedJson(encodeRecord(record));
  change(content);
  return sealedJson(content);
}

// deno-lint-ignore no-explicit-any
type Content = Record<string, any>;
const cell = (table: Content, row: number, column: number, value: unknown) => table.rows[row][column] = value;

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

const EDITS: readonly [name: string, change: (record: Content) => void, message: string][] = [
  ["an unknown key", (record) => record.note = "x", "note: this key is not known"],
  ["a missing key", (record) => delete record.run, "run: expected 12 hexadecimal digits, found nothing"],
  ["another format", (record) => record.format = 1, "format: expected format 2, found 1"],
  ["a text for a number", (record) => record.bestEpoch = "2", 'bestEpoch: expected a whole number from 1, found "2"'],
  ["a metric above 1", ({ test }) => cell(test, 2, 2, 1.2), "test row 3, dice: expected a number in [0, 1], found 1.2"],
  ["an unknown kind of weights", ({ test }) => cell(test, 0, 1, "first"), "test row 1, weights: expected one of"],
  ["a row too short", ({ test }) => test.rows[4].pop(), "test row 5: expected 9 values"],
  ["a column renamed", ({ test }) => (test as { columns: string[] }).columns[2] = "f1", "test, columns: expected id,"],
  ["a changed Dice", ({ test }) => cell(test, 1, 2, 0.5), "test row 2: dice 0.5 and iou"],
  ["a changed precision", ({ test }) => cell(test, 1, 4, 0.01), "test row 2: dice"],
  ["an image under one of the weights only", ({ test }) => cell(test, 12, 0, "new"), "has no row of the last weights"],
  ["a removed row", ({ test }) => test.rows.pop(), "expected 12 rows of the last weights"],
  ["an image twice", ({ test }) => cell(test, 1, 0, "kvasir-seg-000"), '"kvasir-seg-000" has two rows'],
  ["another number of images", ({ counts }) => Object.assign(counts, { test: 13 }), "expected 13 rows"],
  ["a foreground that changes", ({ test }) => cell(test, 12, 6, 0.9), '"kvasir-seg-000" has two different foregrounds'],
  ["a best epoch that is not the best", (record) => record.bestEpoch = 3, "3 has a lower valDice than epoch 2"],
  ["a best epoch that is not there", (record) => record.bestEpoch = 4, "bestEpoch: expected an epoch of the history"],
  ["a missing epoch", ({ history }) => history.rows.shift(), "row 1, epoch: expected 1"],
  ["a setting that is none", ({ experiment }) => Object.assign(experiment, { slop: 1 }), 'unknown key "slop"'],
  ["a seed that is none", ({ experiment }) => Object.assign(experiment, { seed: -1 }), "seed must be an integer"],
  ["a fingerprint cut off", ({ data }) => Object.assign(data, { groups: "ab" }), "data, groups: expected 64"],
  ["one entry of bins", ({ calibration }) => calibration.pop(), "one entry of the last weights"],
  [
    "pixels that are too many",
    ({ uncertainty }) => uncertainty[0].counts[0]++,
    "expected 768 pixels in all, found 769",
  ],
  [
    "more errors than pixels",
    ({ uncertainty }) => uncertainty[0].errors[3] = 99,
    "errors: bin 4 has more than its pixels",
  ],
  ["a bin too few", ({ calibration }) => calibration[0].lesion.pop(), "lesion: expected 10 bins, found 9"],
  [
    "probabilities outside their bin",
    ({ calibration }) => calibration[0].probability[5] = 5,
    "probability: bin 6 has mean",
  ],
];

const WHOLE_EDITS: typeof EDITS = [
  [
    "a mean ε outside its range",
    ({ epsilons }) => cell(epsilons, 0, 1, 0.6),
    "row 1, mean: 0.6 is outside [0.01, 0.49]",
  ],
  ["an update after the last epoch", ({ epsilons }) => cell(epsilons, 0, 0, 9), "the history has no epoch 9"],
  ["a row of no test image", ({ native }) => cell(native, 0, 0, "new"), 'native: "new" is no test image'],
  ["a list too short", ({ external }) => external[0].dice.pop(), "dice: expected 2 numbers"],
  ["a list twice", ({ external }) => external.push(external[0]), "blur-2 last: is there twice"],
];

Deno.test("decodeRecord() names place and field of everything that no run can have said", () => {
  for (const [edits, record] of [[EDITS, RECORD], [WHOLE_EDITS, WHOLE]] as const) {
    for (const [name, change, message] of edits) {
      const read = () => decodeRecord(edited(change, record), "records.jsonl, line 3");
      const error = assertThrows(read, TypeError, message, name);
      assertStringIncludes(error.message, "Cannot read the record in records.jsonl, line 3: ");
    }
  }
});

Deno.test("encodeRecord() refuses what could not be read back", () => {
  for (const change of [{ seconds: NaN }, { bestEpoch: 3 }, { backend: "Of mine" }]) {
    assertThrows(() => encodeRecord({ ...RECORD, ...change }), TypeError, "Cannot write the record of run");
  }
  const unknown = { ...RECORD, test: RECORD.test.map((row) => ({ ...row, path: "x" })) };
  assertThrows(() => encodeRecord(unknown), TypeError, "test, path: this column is not known");
  assertThrows(() => encodeRecord({ ...RECORD, weights: 1 } as RunRecord), TypeError, "weights: this key is not known");
});

async function studyFolder(lines: readonly RunRecord[] = []) {
  const path = await Deno.makeTempDir({ prefix: "polydice_records_" });
  if (lines.length > 0) await Deno.writeTextFile(join(path, RECORDS_FILE), textOf(lines));
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

const textOf = (records: readonly RunRecord[]) => records.map((record) => encodeRecord(record) + "\n").join("");

const SEEDS = [1, 2, 3].map((seed) => madeRecord({ seed }));

Deno.test("records are found again as files, as lines, and not at all where there is no folder", async () => {
  await using folder = await studyFolder();
  assertEquals(await readRecords(join(folder.path, "none")), { records: [], damaged: [] });
  for (const [index, record] of SEEDS.entries()) await writeRecord(folder.path, `run-${index}.json`, record);
  const loose = await readRecords(folder.path);
  assertEquals(
    loose.records.map(({ place }) => place),
    ["run-0", "run-1", "run-2"].map((name) => `records/${name}.json`),
  );
  assertEquals(await packRecords(folder.path), 3);
  assertEquals(await packRecords(folder.path), 0);
  const packed = await readRecords(folder.path);
  assertEquals(packed.records.map(({ record }) => record), loose.records.map(({ record }) => record));
  assertEquals(packed.records.map(({ place }) => place), [1, 2, 3].map((line) => `${RECORDS_FILE}, line ${line}`));
});

Deno.test("a file wins over a line of the same experiment, and packing puts it in its place", async () => {
  await using folder = await studyFolder(SEEDS);
  await writeRecord(folder.path, "again.json", { ...SEEDS[1], seconds: 99 });
  const seconds = async () => (await readRecords(folder.path)).records.map(({ record }) => record.seconds);
  assertEquals((await seconds()).toSorted(), [61, 63, 99]);
  await packRecords(folder.path);
  assertEquals(await seconds(), [61, 99, 63]);
});

Deno.test("records of a study that counts in are found where they are of a run of this one, and its own ones win", async () => {
  await using results = await studyFolder();
  const study = madeStudy({ counts: ["other", "none"] });
  const stranger = madeRecord({ method: "tvmf" });
  for (const record of [...SEEDS, stranger]) {
    await writeRecord(join(results.path, "other"), `${record.run}.json`, record);
  }
  await writeRecord(join(results.path, "made"), "own.json", { ...SEEDS[0], seconds: 99 });
  const { records, damaged } = await readStudyRecords(results.path, study);
  const found = records.map(({ place, record }) => [record.experiment.seed, record.seconds, place]);
  const place = (index: number) => `../other/records/${SEEDS[index].run}.json`;
  assertEquals(found.toSorted(), [[1, 99, "records/own.json"], [2, 62, place(1)], [3, 63, place(2)]]);
  assertEquals(damaged, []);
  assertEquals((await readStudyRecords(results.path, madeStudy())).records.length, 1);
});

Deno.test("a record of other data is kept aside when its place is taken", async () => {
  await using folder = await studyFolder(SEEDS);
  const other = { ...SEEDS[0], run: "0123456789ab", data: { ...SEEDS[0].data, groups: "a".repeat(64) } };
  await writeRecord(folder.path, "first.json", other);
  assertEquals((await readRecords(folder.path)).records.filter(({ record }) => record.run === other.run).length, 1);
  const [aside, ...more] = await Array.fromAsync(Deno.readDir(join(folder.path, "superseded")));
  assertEquals(more, []);
  assertStringIncludes(await Deno.readTextFile(join(folder.path, "superseded", aside.name)), SEEDS[0].run);
  // The same run once more takes no place.
  await writeRecord(folder.path, "first.json", other);
  assertEquals((await Array.fromAsync(Deno.readDir(join(folder.path, "superseded")))).length, 1);
});

Deno.test("a flipped bit damages the records that it touches, by name, and no other", async () => {
  const text = textOf(SEEDS);
  const bytes = new TextEncoder().encode(text);
  const second = [text.indexOf("\n") + 1, text.lastIndexOf("\n", text.length - 2)];
  await using folder = await studyFolder();
  await writeRecord(folder.path, "loose.json", madeRecord({ method: "dice" }));
  for (let at = second[0]; at < second[1]; at += 97) {
    const changed = bytes.slice();
    changed[at] ^= 1 << (at % 8);
    await Deno.writeFile(join(folder.path, RECORDS_FILE), changed);
    const { records, damaged } = await readRecords(folder.path);
    assertEquals(records.map(({ record }) => record.experiment.seed), [1, 3, 1], `byte ${at}`);
    assert(damaged.length > 0 && damaged.every(({ place }) => place.startsWith(`${RECORDS_FILE}, line `)));
    for (const { message } of damaged) assertStringIncludes(message, `Cannot read the record in ${folder.path}`);
  }
});

Deno.test("packRecords() loses no damaged line, and leaves a damaged file where it is", async () => {
  await using folder = await studyFolder(SEEDS.slice(0, 2));
  await writeRecord(folder.path, "whole.json", SEEDS[2]);
  await Deno.writeTextFile(join(folder.path, "records", "cut.json"), encodeRecord(SEEDS[0]).slice(0, 900));
  assertEquals(await packRecords(folder.path), 1);
  const { records, damaged } = await readRecords(folder.path);
  assertEquals([records.length, damaged.map(({ place }) => place)], [3, ["records/cut.json"]]);
  const path = join(folder.path, RECORDS_FILE);
  const text = await Deno.readTextFile(path);
  await Deno.writeTextFile(path, text.replace('"seconds":62', '"seconds":63'));
  await writeRecord(folder.path, "other.json", madeRecord({ method: "dice" }));
  await assertRejects(() => packRecords(folder.path), Error, "Cannot pack records: Cannot read the record");
  assertStringIncludes(await Deno.readTextFile(path), '"seconds":63');
});

/** Studies of any data sets, splits, methods and seeds. */
const STUDIES = fc.record({
  data: fc.uniqueArray(
    fc.record({
      dataset: fc.constantFrom("synthetic", "kvasir-seg", "cvc-clinicdb", "./mine", "../own.images"),
      split: fc.constantFrom("grouped", "random", "published", "fold-1-of-5", "fold-2-of-5"),
      fit: fc.constantFrom("stretch", "pad"),
    }),
    { minLength: 1, maxLength: 4, selector: (data) => JSON.stringify(data) },
  ),
  methods: fc.uniqueArray(fc.constantFrom(...METHOD_NAMES.filter((name) => name !== "oracle")), {
    minLength: 1,
    maxLength: 6,
  }),
  seeds: fc.uniqueArray(fc.nat(20), { minLength: 1, maxLength: 3 }),
});

Deno.test("every record of any study is found again in its place, written or packed", async () => {
  await fc.assert(
    fc.asyncProperty(STUDIES, async (block) => {
      const study = madeStudy({ runs: [block], choices: {}, compare: undefined });
      const records = madeRecords(study, { images: 2 });
      const hash = ({ experiment, backend }: RunRecord) => experimentHash(experiment, backend);
      const byHash = (all: readonly RunRecord[]) => all.toSorted((a, b) => hash(a) < hash(b) ? -1 : 1);
      await using folder = await studyFolder(records.filter((_, index) => index % 2 === 0));
      for (const [index, { record }] of runsOf(study).entries()) {
        if (index % 2 === 1) await writeRecord(folder.path, record, records[index]);
      }
      const read = async () => byHash((await readRecords(folder.path)).records.map(({ record }) => record));
      assertEquals(await read(), byHash(records));
      await packRecords(folder.path);
      assertEquals(await read(), byHash(records));
    }),
    { seed: 2, numRuns: 15 },
  );
});
