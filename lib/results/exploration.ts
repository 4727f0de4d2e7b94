/**
 * Other signals and strengths than the thesis': which of them the plan sends on to new seeds.
 *
 * @module
 */
import { holmCorrection } from "../statistics/holm_correction.ts";
import { type ControlComparison, CONTROLS, decisionOf } from "./decision.ts";
import { LEVEL } from "./method_comparison.ts";
import type { MethodRuns } from "./method_results.ts";

/** One explored method against its two controls. */
export interface ExploredMethod {
  /** Name of the method. */
  readonly method: string;
  /** Name for people. */
  readonly title: string;
  /** `corrected` is over all explored methods and controls. */
  readonly comparisons: readonly ControlComparison[];
  /** Ahead of both controls: intervals above 0 and corrected p < 0.05. It is to be confirmed on new seeds. */
  readonly goesOn: boolean;
}

const OF_THE_PLAN = ["polydice1", "adaptive", ...CONTROLS] as const;

/**
 * Every other method than the plan's main arms, at the last epoch, against the mean ε (its own, where the study has
 * `NAME-mean`) and the permuted one.
 *
 * @param margin A difference in Dice that would not matter.
 * @returns those with three seeds or more
 */
export function exploredMethods(methods: readonly MethodRuns[], margin: number): ExploredMethod[] {
  const known = new Set(methods.map(({ method }) => method));
  const explored = methods.filter(({ method }) =>
    !(OF_THE_PLAN as readonly string[]).includes(method) && !method.endsWith("-mean")
  );
  const found = explored.flatMap(({ method, title }) => {
    const [mean, random] = CONTROLS;
    const controls = [known.has(`${method}-mean`) ? `${method}-mean` : mean, random];
    const decision = decisionOf(methods, { method, controls, margin, weights: "last" });
    return decision ? [{ method, title, comparisons: decision.comparisons }] : [];
  });
  const corrected = holmCorrection(found.flatMap(({ comparisons }) => comparisons.map(({ pValue }) => pValue)));
  return found.map(({ comparisons, ...rest }, index) => {
    const own = comparisons.map((one, control) => ({
      ...one,
      corrected: corrected[CONTROLS.length * index + control],
    }));
    return {
      ...rest,
      comparisons: own,
      goesOn: own.every(({ corrected, overSeeds }) => corrected < LEVEL && overSeeds!.lower > 0),
    };
  });
}
