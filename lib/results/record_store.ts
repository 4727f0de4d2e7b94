/**
 * Records of a study in its folder: `records.jsonl`, a run a line, which is committed; and beside it, while runs are
 * going, `records/`, a file a run, so that several may write at once.
 *
 * @module
 */
import { join } from "@std/path";
import { experimentHash } from "../experiment/experiment.ts";
import type { Study } from "../experiment/study.ts";
import { runsOf, type StudyRunOptions } from "../experiment/study_runs.ts";
import { ifThere, writeAtomically } from "../files/atomic_file.ts";
import { readRegularFile } from "../files/regular_file.ts";
import { tryLock } from "../files/lock.ts";
import { decodeRecord, encodeRecord } from "./record_encoding.ts";
import type { RunRecord } from "./run_record.ts";

/** Name of the file with a record a line. */
export const RECORDS_FILE = "records.jsonl";

/** Name of the folder with a file a record. */
export const LOOSE_RECORDS = "records";

/** Name of the folder of records whose place was taken by a run on other data. */
const SUPERSEDED = "superseded";

/** A record and where it stands, from the study's folder on. */
export interface FoundRecord {
  /** `"records.jsonl, line 3"`, or a file. */
  readonly place: string;
  /** The record. */
  readonly record: RunRecord;
}

/** What lies in a study's folder. */
export interface FoundRecords {
  /** One for each experiment and backend. */
  readonly records: readonly FoundRecord[];
  /** Places that hold no readable record, and why. */
  readonly damaged: readonly { readonly place: string; readonly message: string }[];
}

/**
 * Reads all records of a study; none where there is no folder. Of two records of one experiment that in a file of its own
 * is newer, and counts. A damaged record never keeps another from being read.
 */
export async function readRecords(folder: string): Promise<FoundRecords> {
  const records = new Map<string, FoundRecord>();
  const damaged: FoundRecords["damaged"][number][] = [];
  const read = (text: string, place: string) => {
    try {
      const record = decodeRecord(text, join(folder, place));
      records.set(placeHash(record), { place, record });
    } catch (error) {
      damaged.push({ place, message: (error as Error).message });
    }
  };
  for (const [index, line] of (await lines(folder)).entries()) {
    if (line !== "") read(line, `${RECORDS_FILE}, line ${index + 1}`);
  }
  for (const name of await looseNames(folder)) {
    const place = join(LOOSE_RECORDS, name);
    const bytes = await ifThere(readRegularFile(join(folder, place))).catch(({ message }: Error) => {
      damaged.push({ place, message });
    });
    if (bytes) read(new TextDecoder().decode(bytes).trimEnd(), place); // else packed meanwhile
  }
  return { records: [...records.values()], damaged };
}

/**
 * Reads all records of a study: those of its own folder, and of the studies that it counts in those of its own runs.
 *
 * @param results Folder of all studies' records.
 */
export async function readStudyRecords(
  results: string,
  study: Study,
  options: StudyRunOptions = {},
): Promise<FoundRecords> {
  const own = await readRecords(join(results, study.name));
  const found = new Map(own.records.map((one) => [placeHash(one.record), one]));
  for (const name of study.counts) {
    const { records } = await readRecords(join(results, name)); // whoever asks for that study is told of damaged ones
    const runs = runsOf(study, records.map(({ record }) => record), options);
    const wanted = new Set(runs.map(({ experiment }) => experimentHash(experiment, options.backend ?? "tensorflow")));
    for (const { place, record } of records) {
      const hash = placeHash(record);
      if (wanted.has(hash) && !found.has(hash)) found.set(hash, { place: join("..", name, place), record });
    }
  }
  return { ...own, records: [...found.values()] };
}

/**
 * Writes a record into a file of its own, whole or not at all. A readable record of other data in its place is kept in
 * the folder `superseded`.
 *
 * @param name of the file, as a study's run says it
 * @returns the file's path
 */
export async function writeRecord(folder: string, name: string, record: RunRecord): Promise<string> {
  const text = encodeRecord(record);
  const place = placeHash(record);
  for (const { record: other } of (await readRecords(folder)).records) {
    if (placeHash(other) === place && other.run !== record.run) await keepAside(folder, other);
  }
  const path = join(folder, LOOSE_RECORDS, name);
  await writeText(path, text + "\n");
  return path;
}

/**
 * Puts the records of files of their own into `records.jsonl`, sorted, and removes the files.
 *
 * @returns how many there were
 * @throws {Error} where a line of `records.jsonl` is damaged: it would be lost; or where another process packs
 */
export async function packRecords(folder: string): Promise<number> {
  if ((await looseNames(folder)).length === 0) return 0;
  const lock = await tryLock(join(folder, LOOSE_RECORDS, ".pack.lock"));
  if (typeof lock === "string") throw new Error(`Cannot pack records in ${folder}: ${lock} does. Wait for its end.`);
  using _held = lock;
  const { records, damaged } = await readRecords(folder);
  const loose = records.filter(({ place }) => !place.startsWith(RECORDS_FILE));
  if (loose.length === 0) return 0;
  const lost = damaged.filter(({ place }) => place.startsWith(RECORDS_FILE));
  if (lost.length > 0) {
    throw new Error(
      `Cannot pack records: ${lost.map(({ message }) => message).join("\n")}\nRestore or remove it first.`,
    );
  }
  const sorted = records.map(({ record }) => record).sort((a, b) => sortKey(a) < sortKey(b) ? -1 : 1);
  await writeText(join(folder, RECORDS_FILE), sorted.map((record) => encodeRecord(record) + "\n").join(""));
  for (const { place } of loose) await Deno.remove(join(folder, place));
  return loose.length;
}

/** What a record's place depends on: a newer one of the same takes it. */
function placeHash({ experiment, backend }: RunRecord): string {
  return experimentHash(experiment, backend);
}

/** Data set and split together, then methods, then seeds. */
function sortKey(record: RunRecord): string {
  const { dataset, split, loss, epsilonControl, epsilon, seed } = record.experiment;
  return [dataset, split, loss, epsilonControl, epsilon, `${seed}`.padStart(16, "0"), placeHash(record)].join(" ");
}

async function keepAside(folder: string, record: RunRecord): Promise<void> {
  const name = `${record.experiment.dataset}-seed${record.experiment.seed}-${placeHash(record)}-${record.run}.json`;
  await writeText(join(folder, SUPERSEDED, name), encodeRecord(record) + "\n");
}

async function writeText(path: string, text: string): Promise<void> {
  await Deno.mkdir(join(path, ".."), { recursive: true });
  await writeAtomically(path, new TextEncoder().encode(text));
}

async function lines(folder: string): Promise<string[]> {
  const bytes = await ifThere(readRegularFile(join(folder, RECORDS_FILE)));
  return bytes ? new TextDecoder().decode(bytes).split("\n") : [];
}

/** Names of the files of records, sorted. */
async function looseNames(folder: string): Promise<string[]> {
  const entries = await ifThere(Array.fromAsync(Deno.readDir(join(folder, LOOSE_RECORDS)))) ?? [];
  return entries.map(({ name }) => name).filter((name) => name.endsWith(".json")).sort();
}
