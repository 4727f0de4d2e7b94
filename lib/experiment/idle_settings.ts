/**
 * Settings that an experiment has and nothing reads, as the slope of the controller where ε is fixed.
 *
 * @module
 */
import { EPSILON_LOSSES } from "../loss/losses.ts";
import type { Experiment } from "./experiment.ts";

/** Settings of the controller, which computes where ε is adaptive. */
const OF_THE_CONTROLLER = [
  "interval",
  "startEpoch",
  "percentile",
  "epsilonMin",
  "epsilonMax",
  "slope",
  "normalizeOver",
  "difficulty",
  "epsilonOrder",
] as const;

/**
 * The settings without effect in an experiment, each with what would read it, in words.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { defineExperiment } from "./experiment.ts";
 * assertEquals(idleSettings(defineExperiment()).focalGamma, 'the loss "focal"');
 * assertEquals(idleSettings(defineExperiment({ epsilonControl: "adaptive" })).slope, undefined);
 * ```
 */
export function idleSettings(
  { loss, epsilonControl }: Experiment,
): Partial<Record<keyof Experiment, string>> {
  return {
    ...(loss !== "focal" && { focalGamma: 'the loss "focal"' }),
    ...(!EPSILON_LOSSES.includes(loss) && { epsilon: `a loss that reads ε (${EPSILON_LOSSES.join(", ")})` }),
    ...(epsilonControl !== "adaptive" &&
      Object.fromEntries(OF_THE_CONTROLLER.map((name) => [name, "the adaptive ε"]))),
  };
}
