/**
 * Settings of an experiment as they are typed.
 *
 * @module
 */
import { type Experiment, THESIS_EXPERIMENT } from "../lib/training/experiment.ts";
import { TaskError } from "./cli/task_error.ts";

/** Settings that have an option of their own. */
const OWN_OPTIONS: readonly string[] = ["dataset", "split", "seed"] satisfies (keyof Experiment)[];

/**
 * Reads `key=value` words as changes of an experiment. Whether the values fit together is told by
 * {@linkcode plannedExperiment}, which knows profile and method.
 *
 * @throws {TaskError} with status 2 for a key that there is not or that has an option of its own, or a word that is no truth
 * value where one is needed
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(experimentChanges(["slope=4", "augmentation=false"]), { slope: 4, augmentation: false });
 * ```
 */
export function experimentChanges(words: readonly string[]): Partial<Experiment> {
  const changes: Record<string, string | number | boolean> = {};
  for (const word of words) {
    const [, key, text] = /^([A-Za-z]+)=(.+)$/.exec(word) ?? [];
    if (key === undefined) throw new TaskError(`Cannot read --set "${word}": expected key=value, as in slope=4.`, 2);
    const standard = THESIS_EXPERIMENT[key as keyof Experiment];
    if (standard === undefined) {
      const known = Object.keys(THESIS_EXPERIMENT).join(", ");
      throw new TaskError(`Cannot read --set "${word}": there is no setting "${key}". There are ${known}.`, 2);
    }
    if (OWN_OPTIONS.includes(key)) {
      throw new TaskError(`Cannot read --set "${word}": "${key}" has an option of its own, --${key} ${text}.`, 2);
    }
    changes[key] = typeof standard === "string" ? text : typeof standard === "number" ? Number(text) : text === "true";
    if (typeof standard === "boolean" && !["true", "false"].includes(text)) {
      throw new TaskError(`Cannot read --set "${word}": expected true or false.`, 2);
    }
  }
  return changes as Partial<Experiment>;
}
