import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import * as fc from "fast-check";
import { experimentHash } from "../../lib/experiment/experiment.ts";
import { METHOD_NAMES } from "../../lib/experiment/methods.ts";
import { runsOf } from "../../lib/experiment/study_runs.ts";
import {
  packRecords,
  readRecords,
  readStudyRecords,
  RECORDS_FILE,
  writeRecord,
} from "../../lib/results/record_store.ts";
import { encodeRecord, type RunRecord } from "../../lib/results/run_record.ts";
import { madeRecord, madeRecords, madeStudy } from "./made_records.ts";

interface StudyFolder extends AsyncDisposable {
  readonly path: string;
}

async function studyFolder(lines: readonly RunRecord[] = []): Promise<StudyFolder> {
  const path = await Deno.makeTempDir({ prefix: "polydice_records_" });
  if (lines.length > 0) {
    await Deno.writeTextFile(join(path, RECORDS_FILE), lines.map((record) => encodeRecord(record) + "\n").join(""));
  }
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

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
  const text = SEEDS.map((record) => encodeRecord(record) + "\n").join("");
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

Deno.test("no two runs of any study share a record's place", () => {
  fc.assert(
    fc.property(STUDIES, (block) => {
      const runs = runsOf(madeStudy({ profile: "quick", set: {}, runs: [block], choices: {}, compare: undefined }));
      assertEquals(new Set(runs.map(({ record }) => record)).size, runs.length);
      assertEquals(new Set(runs.map(({ experiment }) => experimentHash(experiment, "tensorflow"))).size, runs.length);
      assertEquals(runs.length, block.data.length * block.methods.length * block.seeds.length);
    }),
    { seed: 1, numRuns: 60 },
  );
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
        if (index % 2 === 1) await Deno.mkdir(join(folder.path, "records"), { recursive: true });
        if (index % 2 === 1) {
          await Deno.writeTextFile(join(folder.path, "records", record), encodeRecord(records[index]));
        }
      }
      const read = async () => byHash((await readRecords(folder.path)).records.map(({ record }) => record));
      assertEquals(await read(), byHash(records));
      await packRecords(folder.path);
      assertEquals(await read(), byHash(records));
    }),
    { seed: 2, numRuns: 15 },
  );
});
