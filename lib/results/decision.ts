/**
 * Does the signal do the work? A method that gives every image its own ε, against the same ε without the signal: the rules
 * of `studies/decisive-plan.md`.
 *
 * @module
 */
import { equivalenceTest, pairedTTest } from "../statistics/paired_t_test.ts";
import { holmCorrection } from "../statistics/holm_correction.ts";
import { sampleStandardDeviation } from "../statistics/mean.ts";
import { equivalencePower, pairedPower } from "../statistics/paired_power.ts";
import {
  type DifferenceSummary,
  LEVEL,
  seedDifferences,
  summarizeDifferences,
  VERDICT_SEEDS,
} from "./method_comparison.ts";
import type { MethodRuns } from "./method_results.ts";
import type { WeightsName } from "./run_record.ts";

/** Methods with the controller's ε that do not say which image is hard: the mean for every image, and a permutation. */
export const CONTROLS = ["mean", "random"] as const;

/** At which size Dice is measured: the network's, or that of the images' own files. */
export type ScoredSize = "working" | "native";

/** The method minus a control, whose name and title these are. */
export interface ControlComparison extends DifferenceSummary, Pick<MethodRuns, "method" | "title"> {
  /** Seeds that both have. */
  readonly seeds: readonly number[];
  /** Of the paired t test over seeds. */
  readonly pValue: number;
  /** The same after Holm's correction over the controls. */
  readonly corrected: number;
  /** Of the equivalence test over seeds against the margin. */
  readonly equivalencePValue: number;
  /**
   * Chance that the t test over seeds finds a difference as large as the margin, at the seeds' deviation, uncorrected. That
   * an answer comes out, which asks for the interval as well, is less likely.
   */
  readonly power: number;
  /** Chance that the equivalence test over seeds finds that there is no difference, at the seeds' deviation. */
  readonly equivalencePower: number;
}

/** An answer and what it stands on. */
export interface Decision {
  /** Under which weights. */
  readonly weights: WeightsName;
  /** At which size. */
  readonly size: ScoredSize;
  /** A difference that would not matter. */
  readonly margin: number;
  /** One a control. */
  readonly comparisons: readonly ControlComparison[];
  /**
   * `"helps"`: ahead of every control, interval above 0 and corrected p < 0.05. `"does not"`: for every control the interval
   * lies within the margin, or behind one of them. `"undecided"`: anything else.
   */
  readonly answer: "helps" | "does not" | "undecided";
  /** Whether every seed planned for both is in it: some runs may have no score at this size. */
  readonly complete: boolean;
}

/** Which decision. */
export interface DecisionOptions {
  /** Name of the method; default: the adaptive one. */
  readonly method?: string;
  /** Names of the controls. Default: {@linkcode CONTROLS}. */
  readonly controls?: readonly string[];
  /** A difference that would not matter. */
  readonly margin: number;
  /** Under which weights. */
  readonly weights: WeightsName;
  /** Default: the network's. */
  readonly size?: ScoredSize;
}

/**
 * Decides by the plan's rules. Intervals are over images and seeds; tests over seeds.
 *
 * @returns undefined where the method and a control have fewer than three seeds in common, or no scores at that size
 */
export function decisionOf(methods: readonly MethodRuns[], options: DecisionOptions): Decision | undefined {
  const { method = "adaptive", controls = CONTROLS, margin, weights, size = "working" } = options;
  const [first, ...others] = [method, ...controls].map((name) => methods.find((one) => one.method === name));
  if (!first || others.length === 0) return undefined;
  const found = others.flatMap((other) => {
    const differences = other && seedDifferences(other.records, first.records, weights, size);
    const summary = differences && summarizeDifferences(differences);
    if (!other || !summary || differences.seeds.length < VERDICT_SEEDS) return [];
    return [{ other, seeds: differences.seeds, summary, pValue: pairedTTest(summary.bySeed.values).pValue }];
  });
  if (found.length < others.length) return undefined;
  const corrected = holmCorrection(found.map(({ pValue }) => pValue));
  const comparisons = found.map(({ other, seeds, summary, pValue }, index): ControlComparison => {
    const { values } = summary.bySeed;
    const deviation = sampleStandardDeviation(values);
    const design = { deviation, count: values.length };
    return {
      method: other.method,
      title: other.title,
      seeds,
      ...summary,
      pValue,
      corrected: corrected[index],
      equivalencePValue: equivalenceTest(values, margin).pValue,
      power: deviation > 0 ? pairedPower({ difference: margin, ...design }) : 1,
      equivalencePower: deviation > 0 ? equivalencePower({ margin, ...design }) : 1,
    };
  });
  return {
    weights,
    size,
    margin,
    comparisons,
    answer: answerOf(comparisons, margin),
    complete: found.every(({ other: { planned }, seeds }) =>
      seeds.length === planned.filter((seed) => first.planned.includes(seed)).length
    ),
  };
}

function answerOf(comparisons: readonly ControlComparison[], margin: number): Decision["answer"] {
  if (comparisons.every(isAhead)) return "helps";
  if (comparisons.some(isBehind)) return "does not";
  const within = comparisons.every(({ overSeeds }) => overSeeds!.lower > -margin && overSeeds!.upper < margin);
  return within ? "does not" : "undecided";
}

/** Interval above 0 and corrected p < 0.05. */
function isAhead({ corrected, overSeeds }: ControlComparison): boolean {
  return corrected < LEVEL && overSeeds!.lower > 0;
}

/** The same below 0: the method harms. */
export function isBehind({ corrected, overSeeds }: ControlComparison): boolean {
  return corrected < LEVEL && overSeeds!.upper < 0;
}

/** One explored method against its two controls. */
export interface ExploredMethod extends Pick<MethodRuns, "method" | "title"> {
  /** `corrected` is over all explored methods and controls. */
  readonly comparisons: readonly ControlComparison[];
  /** Whether every planned seed is in it. */
  readonly complete: boolean;
  /** Complete and ahead of both controls: intervals above 0 and corrected p < 0.05. It is to be confirmed on new seeds. */
  readonly goesOn: boolean;
}

/** The controls of a method: its own, `NAME-mean` and `NAME-random`, where these are known, else those of all. */
export function controlsOf(method: string, known: readonly string[]): string[] {
  return CONTROLS.map((control) => known.includes(`${method}-${control}`) ? `${method}-${control}` : control);
}

/** The plan's main arms; whatever else a study trains is explored. */
export const OF_THE_PLAN: readonly string[] = ["polydice1", "adaptive", ...CONTROLS];

/**
 * Every other method than the plan's main arms, at the last epoch, against the mean ε and the permuted one. Holm's
 * correction is over all of them that are planned, also while some have no runs yet.
 *
 * @param margin A difference in Dice that would not matter.
 * @returns those with three seeds or more
 */
export function exploredMethods(methods: readonly MethodRuns[], margin: number): ExploredMethod[] {
  const known = methods.map(({ method }) => method);
  const explored = methods.filter(({ method }) =>
    !OF_THE_PLAN.includes(method) && !CONTROLS.some((control) => method.endsWith(`-${control}`))
  );
  const decisions = explored.map(({ method }) =>
    decisionOf(methods, { method, controls: controlsOf(method, known), margin, weights: "last" })
  );
  const pValues = decisions.map((decision) =>
    decision?.comparisons.map(({ pValue }) => pValue) ?? CONTROLS.map(() => 1)
  );
  const corrected = holmCorrection(pValues.flat());
  return explored.flatMap(({ method, title }, index) => {
    const decision = decisions[index];
    if (!decision) return [];
    const comparisons = decision.comparisons.map((one, control) => ({
      ...one,
      corrected: corrected[CONTROLS.length * index + control],
    }));
    const { complete } = decision;
    return [{ method, title, comparisons, complete, goesOn: complete && comparisons.every(isAhead) }];
  });
}
