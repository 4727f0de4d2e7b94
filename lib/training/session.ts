/**
 * A session: the images of one data set, a backend and a folder of runs, opened once, in which methods of one profile and
 * seed are trained. Notebooks and `deno task reproduce` work in one.
 *
 * @module
 */
import { join } from "@std/path";
import { type BackendInformation, useBackend } from "../backend/use_backend.ts";
import { datasetIn } from "../data/load_dataset.ts";
import { ownSplit } from "../data/image_source.ts";
import { datasetReference } from "../data/dataset_reference.ts";
import { type DataPlaces, openData, type RunData } from "../data/open_data.ts";
import type { Experiment } from "../experiment/experiment.ts";
import type { Method } from "../experiment/methods.ts";
import type { ProfileName } from "../experiment/profiles.ts";
import { resolveExperiment } from "../experiment/resolve_experiment.ts";
import { projectDirectory } from "../project_directory.ts";
import type { RunEvent } from "./train_or_load.ts";
import { changedStudy, parseStudy, type Study } from "../experiment/study.ts";

/** What to open. */
export interface SessionOptions {
  /** Name of the profile. */
  readonly profile: ProfileName;
  /**
   * Name of a published data set, `"synthetic"`, or the path of images of one's own. Default: the one found in
   * `dataDirectory`, or `"synthetic"` where no folder is given.
   */
  readonly dataset?: string;
  /** Folder of a published data set, or one that holds several. */
  readonly dataDirectory?: string;
  /** CSV of groups, for images of one's own. */
  readonly groups?: string;
  /**
   * How the images are split. Default `"manifest"` for images of one's own that have parts for training and test, else
   * `"grouped"`.
   */
  readonly split?: string;
  /** Seed of the runs. Default 1. */
  readonly seed?: number;
  /** Name of the compute backend. Default `"tensorflow"`. */
  readonly backend?: string;
  /** Settings that differ from the profile's. */
  readonly set?: Partial<Experiment>;
  /** Folder that `runs/` and the image cache are in; default: the project's. */
  readonly workDirectory?: string;
  /** Told while files are read. */
  readonly onProgress?: DataPlaces["onProgress"];
}

/** An opened session. */
export interface Session {
  /** With what it was opened. */
  readonly options: SessionOptions;
  /** Sizes. */
  readonly profile: ProfileName;
  /** Seed of the runs. */
  readonly seed: number;
  /** What computes. */
  readonly backend: BackendInformation;
  /** Images, their split and their fingerprints. */
  readonly data: RunData;
  /** Folder that holds the runs. */
  readonly runs: string;
  /** The experiment of a method in this session. */
  readonly experiment: (method: string | Method) => Experiment;
}

/**
 * Starts the backend and opens the images.
 *
 * @throws {Error} When the data set is unknown, not found or faulty, or the backend can't be started.
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { profile, seed = 1, workDirectory = projectDirectory(), dataDirectory, groups, set, onProgress } = options;
  const { name: dataset, own } = datasetReference(options.dataset ?? datasetIn(dataDirectory));
  const split = options.split ?? (own === undefined ? undefined : ownSplit(own, groups));
  const experiment = (method: string | Method) => resolveExperiment({ profile, method, dataset, split, seed, set });
  // Any method's settings will do: methods of a profile share data, size and split.
  const data = await openData(experiment("polydice1"), {
    data: dataDirectory,
    own,
    groups,
    cache: join(workDirectory, ".cache"),
    onProgress,
  });
  const backend = await useBackend(options.backend);
  return { options, profile, seed, backend, data, runs: join(workDirectory, "runs"), experiment };
}

/** One of the runs that are wanted of a session. */
export interface SessionRun {
  /** Name of the run's method. */
  readonly method: string;
  /** The run's experiment. */
  readonly experiment: Experiment;
  /** From 1. */
  readonly runNumber: number;
  /** How many are wanted. */
  readonly runCount: number;
}

/** An event of one run. */
export interface SessionEvent extends SessionRun {
  /** What happened; `"ended"`: it is trained, and stored. */
  readonly event: PlainRunEvent | { readonly kind: "ended" };
}

/** An event without the state of the training. */
export type PlainRunEvent = RunEvent extends infer Event
  ? Event extends { readonly checkpoint: unknown } ? Omit<Event, "checkpoint"> : Event
  : never;

/** What is told of trainings. */
export type SessionListener = (event: SessionEvent) => void | Promise<void>;

/**
 * Reads a study of the project, and puts what a session has been opened with into it: its runs are the session's.
 *
 * @param name of the study: a file of `studies/`
 * @param options those that the session was opened with
 */
export async function sessionStudy(
  name: string,
  { profile, seed, experiment }: Pick<Session, "profile" | "seed" | "experiment">,
  { dataset: word, groups, set }: Pick<SessionOptions, "dataset" | "groups" | "set">,
): Promise<Study> {
  const path = join(projectDirectory(), "studies", `${name}.json`);
  const { dataset, split } = experiment("polydice1");
  const own = word === undefined ? undefined : datasetReference(word).own;
  return changedStudy(parseStudy(await Deno.readTextFile(path), path), {
    profile,
    seeds: [seed],
    set,
    data: { dataset, split, set: {}, ...(own !== undefined && { own }), ...(groups !== undefined && { groups }) },
  });
}
