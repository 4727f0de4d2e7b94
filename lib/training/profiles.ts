/**
 * Profiles: how much of the thesis a rerun does, from a test of seconds to the thesis' own settings.
 *
 * @module
 */
import { defineExperiment, type Experiment, THESIS_EXPERIMENT } from "./experiment.ts";
import { type Method, METHODS } from "./methods.ts";

/** Names of the profiles, smallest first. */
export const PROFILE_NAMES = ["smoke", "quick", "small", "long", "thesis"] as const;

/** Name of a profile. */
export type ProfileName = typeof PROFILE_NAMES[number];

/** A profile: the settings that all methods share, and the grid that the best fixed ε is chosen from. */
export interface Profile {
  /** Name for programs. */
  readonly name: ProfileName;
  /** What it is for and what it costs, for help texts. */
  readonly description: string;
  /** What all its experiments change of the thesis' settings. */
  readonly settings: Partial<Experiment>;
  /** Values of ε that are tried on the validation images. */
  readonly epsilonGrid: readonly number[];
}

/** The profiles. */
export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  smoke: {
    name: "smoke",
    description: "seconds; for tests: everything runs, nothing is learnt",
    settings: {
      imageCount: 30,
      imageSize: 32,
      baseWidth: 2,
      depth: 2,
      epochs: 2,
      batchSize: 8,
      interval: 1,
      passes: 2,
    },
    epsilonGrid: [0, 0.5],
  },
  quick: {
    name: "quick",
    description: "minutes on two cores; small images, a narrow network, few epochs",
    settings: {
      imageCount: 320,
      imageSize: 64,
      baseWidth: 8,
      epochs: 12,
      batchSize: 16,
      interval: 3,
      passes: 10,
    },
    epsilonGrid: [0, 0.25, 0.5],
  },
  small: {
    name: "small",
    description: "hours on two cores, minutes on a GPU; 96 pixels, width 16, 40 epochs",
    settings: { imageCount: 1000, imageSize: 96, baseWidth: 16, epochs: 40, batchSize: 32, interval: 5 },
    epsilonGrid: [-0.25, 0, 0.25, 0.5, 1],
  },
  long: {
    name: "long",
    description: "small with twice the epochs: does more training change the answer?",
    settings: { imageCount: 1000, imageSize: 96, baseWidth: 16, epochs: 80, batchSize: 32, interval: 5 },
    epsilonGrid: [-0.25, 0, 0.25, 0.5, 1],
  },
  thesis: {
    name: "thesis",
    description: "the thesis' settings, exactly; for a GPU",
    settings: { imageCount: 1000 },
    epsilonGrid: [-0.25, 0, 0.25, 0.5, 1],
  },
};

/** What a rerun chooses beside the profile. */
export interface ExperimentChoice {
  /** Name of the data set. Default `"synthetic"`. */
  readonly dataset?: string;
  /** Seed of the run. Default: the thesis experiment's. */
  readonly seed?: number;
  /** How the data set is split; default: by group. */
  readonly split?: Experiment["split"];
  /** Fixed ε, for the methods that have one. */
  readonly epsilon?: number;
  /** Settings that differ from profile and method, as in an ablation. */
  readonly changes?: Partial<Experiment>;
}

/**
 * The experiment of a method in a profile. Real data sets are used whole; the profile's `imageCount` is for synthetic ones.
 */
export function methodExperiment(profile: Profile, method: Method, choice: ExperimentChoice = {}): Experiment {
  const { dataset = "synthetic", seed = THESIS_EXPERIMENT.seed, split, epsilon, changes } = choice;
  return defineExperiment({
    ...profile.settings,
    ...method.settings,
    dataset,
    seed,
    ...(dataset === "synthetic" ? {} : { imageCount: 0 }),
    ...(split === undefined ? {} : { split }),
    ...changes,
    ...(epsilon === undefined ? {} : { epsilon }),
  });
}

/** The experiments of a method in a profile: one, or one for each ε of the grid where ε is searched. */
export function methodExperiments(profile: Profile, method: Method, choice: ExperimentChoice = {}): Experiment[] {
  if (!method.searchesEpsilon) return [methodExperiment(profile, method, choice)];
  return profile.epsilonGrid.map((epsilon) =>
    methodExperiment(profile, METHODS["polydice1-fixed"], { ...choice, epsilon })
  );
}
