/**
 * A session: the images of one data set, a backend and a folder of runs, opened once, in which methods of one profile and
 * seed are trained. Notebooks and `deno task reproduce` work in one.
 *
 * @module
 */
import { join } from "@std/path";
import { type BackendInformation, useBackend } from "../backend/use_backend.ts";
import { findDatasets } from "../data/load_dataset.ts";
import { datasetReference } from "../data/dataset_reference.ts";
import { type DataPlaces, openData, type RunData } from "../data/open_data.ts";
import { type Experiment, runHash } from "../experiment/experiment.ts";
import type { Method } from "../experiment/methods.ts";
import type { ProfileName } from "../experiment/profiles.ts";
import { resolveExperiment } from "../experiment/resolve_experiment.ts";
import { projectDirectory } from "../project_directory.ts";
import { listenForInterruption } from "./interruption.ts";
import type { Run } from "./run.ts";
import { loadRun } from "./run_store.ts";
import { trainInProcesses } from "./train_in_processes.ts";
import { type RunEvent, trainOrLoad } from "./train_or_load.ts";
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
  /** How the images are split. Default `"grouped"`. */
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
  const { profile, seed = 1, workDirectory = projectDirectory(), dataDirectory, groups, split, set, onProgress } =
    options;
  const { name: dataset, own } = datasetReference(options.dataset ?? chooseDataset(dataDirectory));
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
 * Trains or loads the runs of methods, in the order given. A signal that ends the program (Ctrl-C) ends a training and
 * saves it.
 *
 * @param options `sideBySide`: whether small networks are trained several at once on TensorFlow and a CPU, each in a
 *   process with as many cores and threads as it can keep busy; their numbers are those of a run with so many threads, and
 *   events of several runs come in turns, steps at most five a second. By default one after another, with all cores, and
 *   training waits for `onEvent`.
 */
export async function trainMethods(
  session: Session,
  methods: readonly string[],
  { onEvent, signal, sideBySide = false }: {
    readonly onEvent?: SessionListener;
    readonly signal?: AbortSignal;
    readonly sideBySide?: boolean;
  } = {},
): Promise<Run[]> {
  const { data, runs, backend } = session;
  using interruption = listenForInterruption();
  const ended = signal ? AbortSignal.any([signal, interruption.signal]) : interruption.signal;
  const wanted = methods.map((method, index): SessionRun => {
    const experiment = session.experiment(method);
    return { method, experiment, runNumber: index + 1, runCount: methods.length };
  });
  const stored = sideBySide
    ? await trainInProcesses(session, await missingRuns(session, wanted), { onEvent, signal: ended })
    : undefined;
  const trained: Run[] = [];
  for (const run of wanted) {
    let wasThere = false;
    const listen = (event: RunEvent) => {
      wasThere ||= event.kind === "loaded";
      if (event.kind !== "loaded" || !stored?.has(run)) return onEvent?.({ ...run, event });
    };
    const one = await trainOrLoad(run.experiment, data, { runs, backend, signal: ended, onEvent: listen });
    if (!wasThere) await onEvent?.({ ...run, event: { kind: "ended" } });
    trained.push(one);
  }
  return trained;
}

/** Those of the runs that are not stored, each experiment once. */
async function missingRuns({ data, runs, backend }: Session, wanted: readonly SessionRun[]): Promise<SessionRun[]> {
  const hashes = wanted.map(({ experiment }) => runHash(experiment, data.fingerprint, backend.name));
  const there = await Promise.all(hashes.map((hash) => loadRun(runs, hash)));
  return wanted.filter((_, index) => !there[index] && hashes.indexOf(hashes[index]) === index);
}

/** Mean validation Dice of a run's best epoch. */
export function bestValidationDice({ history, bestEpoch }: Pick<Run, "history" | "bestEpoch">): number {
  return history[bestEpoch - 1].valDice;
}

/** The published data set that a folder holds; without a folder the synthetic one. */
function chooseDataset(dataDirectory: string | undefined): string {
  if (dataDirectory === undefined) return "synthetic";
  const names = findDatasets(dataDirectory).map(({ name }) => name);
  if (names.length === 1) return names[0];
  throw new Error(
    names.length === 0
      ? `Cannot choose a data set: found neither Kvasir-SEG nor CVC-ClinicDB in ${dataDirectory}; \`deno task data\` ` +
        "gets them, and --dataset DIR names images of your own."
      : `Cannot choose a data set: ${dataDirectory} holds ${names.join(" and ")}; name one with --dataset.`,
  );
}

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
