/**
 * A study: which networks are trained, and what is compared with what. It is a file, `studies/NAME.json`; one of your own
 * works the same way. `studies/study.schema.json` says what a file may hold.
 *
 * @module
 */
import { Ajv2020 } from "ajv/dist/2020.js"; // JSON Schema's usual validator in JavaScript
import { basename, dirname, resolve } from "@std/path";
import schema from "../../studies/study.schema.json" with { type: "json" };
import { datasetReference } from "../data/dataset_reference.ts";
import type { Experiment } from "./experiment.ts";
import { type Method, METHODS, NAME } from "./methods.ts";
import type { ProfileName } from "./profiles.ts";
import { resolveExperiment } from "./resolve_experiment.ts";

/** Images that a study trains on or scores on. */
export interface StudyData {
  /** Name of the data set: published, synthetic, or of images of one's own. */
  readonly dataset: string;
  /** Folder or manifest of images of one's own, absolute. */
  readonly own?: string;
  /** How it is split. */
  readonly split: string;
  /** CSV of groups, absolute. */
  readonly groups?: string;
  /** How the images are read. */
  readonly set: Partial<Pick<Experiment, "fit" | "maskValues">>;
}

/** A block of runs: every method on each data set from each seed. */
export interface StudyBlock {
  /** On which images. */
  readonly data: readonly StudyData[];
  /** Names of methods or of choices. */
  readonly methods: readonly string[];
  /** Each a run of each method on each data set. */
  readonly seeds: readonly number[];
}

/** A method that is chosen among others by the validation Dice of one seed's runs; test images have no part in it. */
export interface StudyChoice {
  /** Name for people. */
  readonly title: string;
  /** Names of the methods, the first of equals wins. */
  readonly from: readonly string[];
  /** Seed of the runs that decide. */
  readonly seed: number;
  /** Choices that were made by runs of which no record was kept. */
  readonly made: readonly MadeChoice[];
}

/** A choice on one data set and split that stands, with the numbers that it was made by. */
export interface MadeChoice {
  /** Name of the data set. */
  readonly dataset: string;
  /** How it is split. */
  readonly split: string;
  /** The method that was chosen. */
  readonly method: string;
  /** Highest validation Dice of each method's run. */
  readonly validationDice: Readonly<Record<string, number>>;
}

/** A study. */
export interface Study {
  /** Name of its file, without folder and ending. */
  readonly name: string;
  /** Name for people. */
  readonly title: string;
  /** What it is to answer. */
  readonly question?: string;
  /** What a reader must know before reading the tables; Markdown, a paragraph each. */
  readonly notes: readonly string[];
  /** The sizes that all runs share. */
  readonly profile: ProfileName;
  /** Settings of all runs that differ from the profile's. */
  readonly set: Partial<Experiment>;
  /** Every method that its blocks and choices name, by name. */
  readonly methods: Readonly<Record<string, Method>>;
  /** Which runs there are. */
  readonly blocks: readonly StudyBlock[];
  /** Methods that are chosen among others, by name. */
  readonly choices: Readonly<Record<string, StudyChoice>>;
  /** The method that others are compared with, and these; the choices among them. */
  readonly compare?: { readonly method: string; readonly with: readonly string[] };
  /** A difference in Dice that would not matter. */
  readonly margin?: number;
  /** Names of studies whose records of the same runs count in. */
  readonly counts: readonly string[];
  /** Images from elsewhere that every network is scored on. */
  readonly external: readonly StudyData[];
}

/** What the schema lets through. */
interface StudyFile
  extends Pick<Study, "title" | "profile">, Partial<Pick<Study, "question" | "notes" | "set" | "margin" | "counts">> {
  readonly methods?: Readonly<Record<string, Method & { from?: string }>>;
  readonly runs: readonly (Omit<StudyBlock, "data"> & { readonly data: readonly DataFile[] })[];
  readonly choices?: Readonly<Record<string, Pick<StudyChoice, "title" | "from"> & Partial<StudyChoice>>>;
  readonly compare?: { readonly method: string; readonly with?: readonly string[] };
  readonly external?: readonly DataFile[];
}

interface DataFile extends Partial<Pick<Experiment, "fit" | "maskValues">> {
  readonly dataset: string;
  readonly name?: string;
  readonly split?: string;
  readonly groups?: string;
}

/** Settings that differ from run to run of a study. */
const OF_A_BLOCK = ["dataset", "split", "seed"] as const;

const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile<StudyFile>(schema);

/**
 * Reads the text of a study's file.
 *
 * @param path Of the file: names the study, and its folder is where paths in it begin.
 * @throws {TypeError} When it is no JSON, does not follow the schema, names a method that there is not, or has settings that
 *   do not fit together; every fault is told.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const text = `{
 *   "title": "Two losses",
 *   "profile": "quick",
 *   "runs": [{ "data": [{ "dataset": "synthetic" }], "methods": ["dice", "adaptive"], "seeds": [1, 2] }]
 * }`;
 * const study = parseStudy(text, "studies/two-losses.json");
 * assertEquals([study.name, study.blocks[0].seeds], ["two-losses", [1, 2]]);
 * ```
 */
export function parseStudy(text: string, path: string): Study {
  const file = readStudyFile(text, path);
  const folder = dirname(resolve(path));
  const name = basename(path).replace(/\.json$/, "");
  const faults = NAME.test(name) ? [] : [`its name must be of a–z, 0–9, point and hyphen, found "${name}"`];
  const choices: Record<string, StudyChoice> = {};
  for (const [choice, given] of Object.entries(file.choices ?? {})) choices[choice] = { seed: 1, made: [], ...given };
  const known: Record<string, Method> = { ...METHODS };
  const ownMethods = Object.entries(file.methods ?? {});
  for (const [method, { title, from, set }] of ownMethods) {
    if (method in METHODS) faults.push(`methods/${method}: the library has a method of that name; choose another`);
    if (from !== undefined && !(from in METHODS)) faults.push(`methods/${method}: there is no method "${from}"`);
    known[method] = { title, set: { ...(from === undefined ? {} : METHODS[from]?.set), ...set } };
  }
  for (const [choice, { from, made }] of Object.entries(choices)) {
    if (choice in known) faults.push(`choices/${choice}: there is a method of that name; choose another`);
    for (const { method, validationDice } of made) {
      const strange = [method, ...Object.keys(validationDice)].find((name) => !from.includes(name));
      if (strange) faults.push(`choices/${choice}: "${strange}" was made a choice, but is not among what it is from`);
      const best = Math.max(...Object.values(validationDice));
      if (validationDice[method] !== best) {
        faults.push(`choices/${choice}: "${method}" has not the highest validation Dice`);
      }
    }
  }
  const blocks = file.runs.map((block) => ({ ...block, data: block.data.map((one) => studyData(one, folder)) }));
  for (const { set = {} } of [file, ...ownMethods.map(([, method]) => method)]) {
    const key = OF_A_BLOCK.find((key) => key in set);
    if (key) faults.push(`set: "${key}" is for the blocks of runs to say, in their data and seeds`);
  }
  const trained = new Set([
    ...blocks.flatMap(({ methods }) => methods).filter((method) => !(method in choices)),
    ...Object.values(choices).flatMap(({ from }) => from),
  ]);
  for (const method of trained) {
    if (!(method in known)) faults.push(`there is no method "${method}"; there are ${Object.keys(known).join(", ")}`);
  }
  const shown = [...new Set(blocks.flatMap(({ methods }) => methods))];
  const compare = file.compare && {
    method: file.compare.method,
    with: file.compare.with ?? shown.filter((method) => method !== file.compare!.method),
  };
  for (const method of compare ? [compare.method, ...compare.with] : []) {
    if (!shown.includes(method)) faults.push(`compare: no block of runs has the method "${method}"`);
  }
  const external = (file.external ?? []).map((one) => studyData(one, folder));
  faults.push(...nameClashes([...blocks.flatMap(({ data }) => data), ...external]));
  const study: Study = {
    name,
    title: file.title,
    question: file.question,
    notes: file.notes ?? [],
    profile: file.profile,
    set: file.set ?? {},
    methods: Object.fromEntries([...trained].map((method) => [method, known[method]])),
    blocks,
    choices,
    compare,
    margin: file.margin,
    counts: file.counts ?? [],
    external,
  };
  if (faults.length === 0) faults.push(...settingFaults(study));
  if (faults.length > 0) throw unreadable(path, faults);
  return study;
}

/** What stands in the file, as far as the schema can say that it is right. */
function readStudyFile(text: string, path: string): StudyFile {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch (error) {
    throw unreadable(path, [`it is no JSON (${(error as Error).message})`]);
  }
  if (validate(file)) return file;
  throw unreadable(
    path,
    validate.errors!.map(({ instancePath, message, params }) =>
      [
        `${instancePath || "the file"} ${message}`,
        ...(params.additionalProperty ? [`("${params.additionalProperty}")`] : []),
        ...(params.allowedValues ? [`(${params.allowedValues.join(", ")})`] : []),
      ].join(" ")
    ),
  );
}

function unreadable(path: string, faults: readonly string[]): TypeError {
  return new TypeError(`Cannot read study "${path}": ${faults.join("; ")}.`);
}

/** What somebody puts in the place of a study's own sizes, images, seeds and settings. */
export interface StudyChange {
  /** Other sizes. */
  readonly profile?: ProfileName;
  /** The one data set and split of all runs. */
  readonly data?: StudyData;
  /** The seeds of all runs. */
  readonly seeds?: readonly number[];
  /** Settings of all runs, besides the study's. */
  readonly set?: Partial<Experiment>;
}

/** The same study with other sizes, images, seeds or settings. Its choices are to be made anew, by the first seed. */
export function changedStudy(study: Study, { profile = study.profile, data, seeds, set }: StudyChange): Study {
  return {
    ...study,
    profile,
    set: { ...study.set, ...set },
    blocks: study.blocks.map((block) => ({
      ...block,
      ...(data && { data: [data] }),
      ...(seeds && { seeds }),
    })),
    choices: Object.fromEntries(
      Object.entries(study.choices).map(([name, choice]) =>
        [name, { ...choice, seed: seeds?.[0] ?? choice.seed, made: [] }] as const
      ),
    ),
  };
}

/** The experiment of one method of a study. */
export function studyExperiment(study: Study, method: string, data: StudyData, seed: number): Experiment {
  return resolveExperiment({
    profile: study.profile,
    method: study.methods[method],
    dataset: data.dataset,
    split: data.split,
    seed,
    set: { ...study.set, ...data.set },
  });
}

function studyData({ dataset, name, split = "grouped", groups, ...set }: DataFile, folder: string): StudyData {
  const reference = datasetReference(dataset);
  return {
    dataset: name ?? reference.name,
    ...(reference.own !== undefined && { own: resolve(folder, reference.own) }),
    split,
    ...(groups !== undefined && { groups: resolve(folder, groups) }),
    set,
  };
}

/** Two folders of one name would be taken for one data set. */
function nameClashes(data: readonly StudyData[]): string[] {
  const faults: string[] = [];
  for (const [name, ofName] of Map.groupBy(data, ({ dataset }) => dataset)) {
    const places = new Set(ofName.map(({ own, groups }) => `${own ?? "published"} ${groups ?? ""}`));
    if (places.size > 1) faults.push(`two data sets are called "${name}"; give one another "name"`);
  }
  return faults;
}

function settingFaults(study: Study): string[] {
  const faults = new Set<string>();
  for (const { data, methods, seeds } of study.blocks) {
    const trained = methods.flatMap((method) => study.choices[method]?.from ?? [method]);
    for (const one of data) {
      for (const method of trained) {
        try {
          studyExperiment(study, method, one, seeds[0]);
        } catch (error) {
          faults.add(`${method} on ${one.dataset}: ${(error as Error).message.replace(/^Cannot[^:]*: |\.$/g, "")}`);
        }
      }
    }
  }
  return [...faults];
}
