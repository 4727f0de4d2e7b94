/**
 * A study: one profile on one data set with one seed, opened once, from which every notebook and task takes its runs.
 *
 * @module
 */
import { join } from "@std/path";
import { type BackendInformation, useBackend } from "../backend/use_backend.ts";
import { findDatasets, loadDataset, type LoadOptions } from "../data/load_dataset.ts";
import type { SegmentationDataset } from "../data/segmentation_dataset.ts";
import type { Split } from "../data/split.ts";
import { splitDataset } from "../data/split_dataset.ts";
import { projectDirectory } from "../project_directory.ts";
import { compareMethods, type ComparisonEvent } from "./comparison.ts";
import type { MethodRun } from "./train_method.ts";
import { listenForInterruption } from "./interruption.ts";
import { METHOD_NAMES, type MethodName, METHODS } from "./methods.ts";
import { methodExperiment, type Profile, type ProfileName, PROFILES } from "./profiles.ts";

/** What to study. */
export interface StudyOptions {
  /** Name of the profile. */
  readonly profile: ProfileName;
  /** Default: the one found in `dataDirectory`, or `"synthetic"` where no folder is given. */
  readonly dataset?: string;
  /** Folder of a real data set, or one that holds several. */
  readonly dataDirectory?: string;
  /** Seed of the runs. Default 1. */
  readonly seed?: number;
  /** Name of the compute backend. Default `"tensorflow"`. */
  readonly backend?: string;
  /** Folder that `runs/` and the image cache are in; default: the project's. */
  readonly workDirectory?: string;
  /** Told while a real data set's files are read. */
  readonly onProgress?: LoadOptions["onProgress"];
}

/** An opened study. */
export interface Study {
  /** The profile. */
  readonly profile: Profile;
  /** Seed of the runs. */
  readonly seed: number;
  /** What computes. */
  readonly backend: BackendInformation;
  /** The images. */
  readonly dataset: SegmentationDataset;
  /** Which images are for what. */
  readonly split: Split;
  /** Folder that holds the runs. */
  readonly runsDirectory: string;
}

/**
 * Starts the backend and opens the data.
 *
 * @throws {Error} When the data set is unknown, not found or faulty, or the backend can't be started.
 */
export async function openStudy(options: StudyOptions): Promise<Study> {
  const { profile: profileName, seed = 1, workDirectory = projectDirectory(), dataDirectory, onProgress } = options;
  const profile = PROFILES[profileName];
  const name = options.dataset ?? chooseDataset(dataDirectory);
  // Any method's settings will do: methods of a profile share data, size and split.
  const experiment = methodExperiment(profile, METHODS.polydice1, { dataset: name, seed });
  const dataset = await loadDataset({
    name: name as LoadOptions["name"],
    directory: dataDirectory,
    size: experiment.imageSize,
    count: experiment.imageCount || undefined,
    seed: experiment.splitSeed,
    cacheDirectory: join(workDirectory, ".cache"),
    onProgress,
  });
  const split = splitDataset(dataset, { kind: experiment.split, seed: experiment.splitSeed });
  const backend = await useBackend(options.backend);
  return { profile, seed, backend, dataset, split, runsDirectory: join(workDirectory, "runs") };
}

/** Trains or loads the study's runs, of all five methods or of some. SIGINT ends a training and saves it. */
export async function* studyMethods(
  study: Study,
  methods: readonly MethodName[] = METHOD_NAMES,
): AsyncGenerator<ComparisonEvent, MethodRun[]> {
  const { profile, seed, backend, dataset, split, runsDirectory: directory } = study;
  using interruption = listenForInterruption();
  const { signal } = interruption;
  return yield* compareMethods(profile, { dataset, split }, { directory, backend, seed, methods, signal });
}

/** The data set that a folder holds; without a folder the synthetic one. */
function chooseDataset(dataDirectory: string | undefined): string {
  if (dataDirectory === undefined) return "synthetic";
  const names = findDatasets(dataDirectory).map(({ name }) => name);
  if (names.length === 1) return names[0];
  throw new Error(
    names.length === 0
      ? `Cannot choose a data set: found neither Kvasir-SEG nor CVC-ClinicDB in ${dataDirectory}; \`deno task data\` gets them.`
      : `Cannot choose a data set: ${dataDirectory} holds ${names.join(" and ")}; name one with --dataset.`,
  );
}
