/**
 * From records to results: the one pipeline, for one seed and for many.
 *
 * @module
 */
import { type Experiment, experimentHash } from "../experiment/experiment.ts";
import { type Study, type StudyData, studyExperiment } from "../experiment/study.ts";
import { chosenMethod, runsOf, type StudyRunOptions } from "../experiment/study_runs.ts";
import { controlsOf, type Decision, decisionOf } from "./decision.ts";
import { type GroupDice, imageGroups } from "./image_groups.ts";
import { compareMethods, type MethodComparison } from "./method_comparison.ts";
import { type MethodResults, methodResults, type MethodRuns, testRows } from "./method_results.ts";
import type { RunRecord } from "./run_record.ts";
import { datasetTitle, groupTitle, splitNote, thesisValues } from "./result_texts.ts";

/** Results on one data set and split. */
export interface GroupResults {
  /** Name of the data set. */
  readonly dataset: string;
  /** How the images are split. */
  readonly split: string;
  /** `"Kvasir-SEG, grouped split"`. */
  readonly title: string;
  /** The data set alone, as people say it. */
  readonly datasetTitle: string;
  /** What a reader must know of the split; mostly nothing. */
  readonly note?: string;
  /** Number of test images; 0 where there is no run yet. */
  readonly images: number;
  /** In the study's order. */
  readonly methods: readonly MethodResults[];
  /** Name of the method that is compared with others, where it has runs. */
  readonly compared?: string;
  /** Under the weights of the best validation epoch, then of the last one. */
  readonly comparisons: readonly MethodComparison[];
  /** Whether the signal does the work, where the study has the controls, a margin, and three seeds: the main answer first. */
  readonly decisions: readonly Decision[];
  /** By size, then by difficulty; weights of the best validation epoch. */
  readonly imageGroups: readonly GroupDice[];
}

/** Settings that tables say of all runs: those that all have in common. */
export type SharedSettings = Readonly<
  Partial<
    Pick<Experiment, "imageSize" | "baseWidth" | "epochs" | "batchSize" | "interval" | "epsilonMin" | "epsilonMax">
  >
>;

/** Results of a study. */
export interface Results {
  /** The study, as far as its pages say of it. */
  readonly study: Pick<Study, "name" | "title" | "question" | "notes" | "profile" | "margin">;
  /** One entry a data set and split. */
  readonly groups: readonly GroupResults[];
  /** Settings that all runs have in common. */
  readonly settings: SharedSettings;
  /** Distinct "backend, device, Deno version" of all runs. */
  readonly environments: readonly string[];
  /** The records that it is made of, each once: also of runs among which a method chooses. */
  readonly records: readonly RunRecord[];
  /** Training of these networks, s. */
  readonly seconds: number;
  /** Records that are of no run of the study. */
  readonly strangers: readonly RunRecord[];
}

const SETTINGS = ["imageSize", "baseWidth", "epochs", "batchSize", "interval", "epsilonMin", "epsilonMax"] as const;

/**
 * What a study's records say; runs that have none yet are gaps.
 *
 * @param records at most one for each experiment and backend; others than the study's are left out and counted
 * @throws {Error} where records of one data set and split can't stand in one table: other images, groups or split
 */
export function resultsOf(study: Study, records: readonly RunRecord[], options: StudyRunOptions = {}): Results {
  const { backend = "tensorflow" } = options;
  const found = new Map(records.map((record) => [experimentHash(record.experiment, record.backend), record]));
  const hashes = runsOf(study, records, options).map(({ experiment }) => experimentHash(experiment, backend));
  const own = hashes.flatMap((hash) => found.get(hash) ?? []);
  const known = new Set(hashes);
  const recordOf = (method: string, data: StudyData, seed: number) =>
    found.get(experimentHash(studyExperiment(study, method, data, seed), backend));
  const { name, title, question, notes, profile, margin } = study;
  return {
    study: { name, title, question, notes, profile, margin },
    groups: studyData(study).map((data) => {
      const methods = studyMethods(study, data).map(([method, seeds]): MethodRuns => {
        const choice = study.choices[method];
        const chosen = choice && chosenMethod(study, choice, data, records, options);
        const trained = choice ? chosen?.method : method;
        return {
          method,
          title: choice?.title ?? study.methods[method].title,
          planned: seeds,
          records: trained === undefined ? [] : seeds.flatMap((seed) => recordOf(trained, data, seed) ?? []),
          ...(chosen && { choice: chosen }),
        };
      });
      return groupResults(study, data, methods);
    }),
    settings: sharedSettings(own),
    environments: [
      ...new Set(own.map(({ environment: { backend, device, deno } }) => `${backend}, ${device}, Deno ${deno}`)),
    ].sort(),
    records: own,
    seconds: own.reduce((sum, { seconds }) => sum + seconds, 0),
    strangers: [...found].filter(([hash]) => !known.has(hash)).map(([, record]) => record),
  };
}

function groupResults(study: Study, data: StudyData, runs: readonly MethodRuns[]): GroupResults {
  assertComparable(groupTitle(data), runs);
  const methods = runs.map((one, index) => {
    const twin = runs.slice(0, index).find((other) => sameRuns(other, one));
    return methodResults(twin ? { ...one, sameAs: twin.method } : one, thesisValues(one.method, data));
  });
  const compared = methods.find(({ method }) => method === study.compare?.method);
  const others = methods.filter(({ method }) => study.compare?.with.includes(method));
  const comparisons = (["best", "last"] as const).flatMap((weights) =>
    compared ? compareMethods(compared, others, { weights, margin: study.margin }) : []
  );
  const note = splitNote(data);
  return {
    dataset: data.dataset,
    split: data.split,
    title: groupTitle(data),
    datasetTitle: datasetTitle(data),
    ...(note !== undefined && { note }),
    images: Math.max(0, ...methods.map(({ records }) => records[0]?.counts.test ?? 0)),
    methods,
    ...(compared && compared.records.length > 0 && { compared: compared.method }),
    comparisons,
    decisions: decisionsOf(study, methods),
    imageGroups: (["size", "difficulty"] as const).flatMap((grouping) => imageGroups(methods, grouping)),
  };
}

/** At both sizes, of the last epoch first, as the plan has it. */
function decisionsOf({ compare, margin }: Study, methods: readonly MethodRuns[]): Decision[] {
  if (!compare || margin === undefined) return [];
  const controls = controlsOf(compare.method, compare.with);
  if (!controls.every((control) => compare.with.includes(control))) return [];
  return (["working", "native"] as const).flatMap((size) =>
    (["last", "best"] as const).flatMap((weights) =>
      decisionOf(methods, { method: compare.method, controls, margin, weights, size }) ?? []
    )
  );
}

/** Every data set and split of a study once, in its order. */
function studyData(study: Study): StudyData[] {
  const all = study.blocks.flatMap(({ data }) => data);
  return [...new Map(all.map((data) => [JSON.stringify(data), data])).values()];
}

/** The methods that a study wants on a data set, in its order, with their seeds. */
function studyMethods(study: Study, data: StudyData): [method: string, seeds: number[]][] {
  const methods = new Map<string, Set<number>>();
  for (const block of study.blocks) {
    if (!block.data.some((one) => JSON.stringify(one) === JSON.stringify(data))) continue;
    for (const method of block.methods) {
      methods.set(method, new Set([...methods.get(method) ?? [], ...block.seeds]));
    }
  }
  return [...methods].map(([method, seeds]) => [method, [...seeds].sort((a, b) => a - b)]);
}

function sameRuns(one: MethodRuns, other: MethodRuns): boolean {
  const names = ({ records }: MethodRuns) => records.map(({ run }) => run).join(" ");
  return one.records.length > 0 && names(one) === names(other);
}

function sharedSettings(records: readonly RunRecord[]): SharedSettings {
  const [first] = records;
  return Object.fromEntries(
    SETTINGS.filter((name) => first && records.every(({ experiment }) => experiment[name] === first.experiment[name]))
      .map((name) => [name, first.experiment[name]]),
  );
}

/** All runs of a table must be on the same images, with the same groups and members of each part. */
function assertComparable(title: string, methods: readonly MethodRuns[]): void {
  const all = methods.flatMap(({ title, records }) => records.map((record) => ({ title, record })));
  const [first] = all;
  const nameOf = ({ title, record }: typeof first) => `${title}, seed ${record.experiment.seed} (run ${record.run})`;
  const ids = (record: RunRecord) => testRows(record, "best").map(({ id }) => id).join("\n");
  for (const one of all) {
    const field = (["pixels", "groups", "members"] as const).find((name) =>
      one.record.data[name] !== first.record.data[name]
    );
    const difference = field ? DIFFERENCES[field] : ids(one.record) !== ids(first.record) ? "test images" : undefined;
    if (difference === undefined) continue;
    throw new Error(
      `Cannot compare the runs on ${title}: ${nameOf(one)} has other ${difference} than ${nameOf(first)}; ` +
        "remove or repeat one of them.",
    );
  }
}

const DIFFERENCES = { pixels: "images", groups: "groups of images", members: "members of the split" } as const;
