/**
 * The one place where a choice of names becomes an experiment.
 *
 * @module
 */
import { defineExperiment, type Experiment, THESIS_EXPERIMENT } from "./experiment.ts";
import { type Method, METHOD_NAMES, METHODS } from "./methods.ts";
import { type ProfileName, PROFILES } from "./profiles.ts";

/** What somebody chooses. */
export interface ExperimentChoice {
  /** Sizes. */
  readonly profile: ProfileName;
  /** A method of the table, or one of one's own. */
  readonly method: string | Method;
  /** Name of the data set. Default `"synthetic"`. */
  readonly dataset?: string;
  /** How the data set is split. Default `"grouped"`. */
  readonly split?: string;
  /** Default 1. */
  readonly seed?: number;
  /** Settings that differ from those of profile and method. */
  readonly set?: Partial<Experiment>;
}

/**
 * The experiment of a choice: the thesis' settings, changed by the profile, by the method, and by `set`, in this order.
 * Images of patients are used whole: the profile's number of images is for synthetic ones.
 *
 * @throws {TypeError} When a value is not of its kind, or the values do not fit together; every fault is told.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const { slope, epochs } = resolveExperiment({ profile: "quick", method: "adaptive", set: { slope: 4 } });
 * assertEquals([slope, epochs], [4, 12]);
 * ```
 */
export function resolveExperiment(choice: ExperimentChoice): Experiment {
  const { profile, method, dataset = "synthetic", split, seed = THESIS_EXPERIMENT.seed, set = {} } = choice;
  const named = typeof method === "string" ? METHODS[method] : method;
  if (!named) throw new TypeError(`method must be one of ${METHOD_NAMES.join(", ")}; it is "${method}".`);
  return defineExperiment({
    ...PROFILES[profile].set,
    ...named.set,
    dataset,
    seed,
    ...(dataset === "synthetic" ? {} : { imageCount: 0 }),
    ...(split === undefined ? {} : { split }),
    ...set,
  });
}
