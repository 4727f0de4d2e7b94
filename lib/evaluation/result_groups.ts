/**
 * Records of the protocol in groups that may be compared: one group a data set and split.
 *
 * @module
 */
import type { RecordedWeights, RunRecord, TestRecord } from "./run_record.ts";
import { THESIS_TABLE_2 } from "./thesis_results.ts";

/** The runs that the protocol wants of one method on one data set and split. */
export interface PlannedRuns {
  /** Name of the data set. */
  readonly dataset: string;
  /** How the images are split. */
  readonly split: string;
  /** Name of the method. */
  readonly method: string;
  /** Name for people. */
  readonly title: string;
  /** Seeds of the runs. */
  readonly seeds: readonly number[];
}

/** What there is of one method in a group. */
export interface MethodRuns {
  readonly method: string;
  readonly title: string;
  /** Seeds that the protocol wants; those of the records where nothing is planned. */
  readonly planned: readonly number[];
  /** One a seed, lowest seed first; empty where the runs are still missing. */
  readonly records: readonly RunRecord[];
  /** An earlier method of the group whose runs these are too, as of PolyDice-1 with ε = 0 where the best fixed ε is 0. */
  readonly sameAs?: string;
}

/** All methods on one data set and split. */
export interface ResultGroup {
  readonly dataset: string;
  readonly split: string;
  /** In the order of the plan, then of the thesis' Table 2, then by name. */
  readonly methods: readonly MethodRuns[];
}

/** Settings that all runs of a group must share: with different ones a table would compare sizes, not methods. */
const SHARED_SETTINGS = [
  "imageCount",
  "imageSize",
  "splitSeed",
  "baseWidth",
  "depth",
  "epochs",
  "batchSize",
  "learningRate",
  "augmentation",
  "precision",
];

/**
 * Groups records by data set and split, with the runs that are planned and not there yet as gaps.
 *
 * @param records of one profile
 * @param plan what the protocol wants; nothing planned: what is there is taken as all
 * @throws {Error} when two records of a group are not comparable (other images, split or settings), or are of one method
 * and seed
 */
export function groupRecords(records: readonly RunRecord[], plan: readonly PlannedRuns[] = []): ResultGroup[] {
  const keyOf = (dataset: unknown, split: unknown) => `${dataset} ${split}`;
  const found = Map.groupBy(records, ({ experiment }) => keyOf(experiment.dataset, experiment.split));
  const planned = Map.groupBy(plan, ({ dataset, split }) => keyOf(dataset, split));
  const keys = [...new Set([...planned.keys(), ...[...found.keys()].sort()])];
  return keys.map((key) => {
    const [dataset, split] = key.split(" ");
    const [runs, wanted] = [found.get(key) ?? [], planned.get(key) ?? []];
    assertComparable(runs);
    const order = [...wanted.map(({ method }) => method), ...Object.keys(THESIS_TABLE_2)];
    const others = runs.map(({ method }) => method).sort();
    const methods = [...new Set([...order, ...others])].flatMap((method): MethodRuns[] => {
      const ofMethod = runs.filter((record) => record.method === method).sort((a, b) => seedOf(a) - seedOf(b));
      const plan = wanted.find((planned) => planned.method === method);
      if (!plan && ofMethod.length === 0) return [];
      return [{
        method,
        title: plan?.title ?? ofMethod[0].title,
        planned: plan?.seeds ?? ofMethod.map(seedOf),
        records: ofMethod,
      }];
    });
    return { dataset, split, methods: methods.map((runs, index) => withTwin(runs, methods.slice(0, index))) };
  });
}

function withTwin(runs: MethodRuns, earlier: readonly MethodRuns[]): MethodRuns {
  const hashes = ({ records }: MethodRuns) => records.map(({ hash }) => hash).join(" ");
  const twin = runs.records.length > 0 && earlier.find((other) => hashes(other) === hashes(runs));
  return twin ? { ...runs, sameAs: twin.method } : runs;
}

/** Records of different networks: the run of the best fixed ε may be one of another method. */
export function differentNetworks(records: readonly RunRecord[]): RunRecord[] {
  return [...new Map(records.map((record) => [`${record.hash} ${record.fingerprint}`, record])).values()];
}

/** Seed of a record. */
export function seedOf({ experiment }: RunRecord): number {
  return experiment.seed as number;
}

/** Rows of a record under one of its weights, in the order of the ids, which is the same for all records of a group. */
export function testRows(record: RunRecord, weights: RecordedWeights): TestRecord[] {
  return record.test.filter((row) => row.weights === weights).sort((a, b) => a.id < b.id ? -1 : 1);
}

/** `"5"`, or `"3 of 5"` where runs are missing. */
export function seedsText({ planned, records }: MethodRuns): string {
  const wanted = new Set([...planned, ...records.map(seedOf)]).size;
  return records.length === wanted ? `${wanted}` : `${records.length} of ${wanted}`;
}

function assertComparable(records: readonly RunRecord[]): void {
  const [first] = records;
  const seen = new Set<string>();
  for (const record of records) {
    const name = `${record.method}, seed ${seedOf(record)}`;
    const fail = (difference: string) => {
      const { dataset, split } = record.experiment;
      throw new Error(
        `Cannot compare the runs on ${dataset}, ${split} split: ${name} ${difference}; remove or repeat one of them`,
      );
    };
    if (seen.has(name)) fail("is there twice");
    seen.add(name);
    const other = `${first.method}, seed ${seedOf(first)}`;
    const difference = incomparability(record, first);
    if (difference) fail(`has ${difference} ${other}`);
  }
}

/** What keeps two runs on one data set and split out of one table; undefined where nothing does. */
export function incomparability(record: RunRecord, other: RunRecord): string | undefined {
  if (record.fingerprint !== other.fingerprint) return "images with another fingerprint than";
  const ids = (one: RunRecord) => testRows(one, "best").map(({ id }) => id).join("\n");
  if (ids(record) !== ids(other)) return "other test images than";
  const key = SHARED_SETTINGS.find((key) => record.experiment[key] !== other.experiment[key]);
  return key && `${key} ${record.experiment[key]} in place of ${other.experiment[key]} of`;
}
