/**
 * Which advantage the runs exclude: no advantage shown is not the same as none there.
 *
 * @module
 */
import { type PairedTTest, pairedTTest } from "../statistics/paired_t_test.ts";
import { markdownCell } from "../text/escape.ts";
import { LEVEL, seedDifferences, summarizeDifferences, VERDICT_SEEDS } from "./method_comparison.ts";
import { intervalText, pValueText, signedText, WEIGHTS_TITLES } from "./result_texts.ts";
import type { GroupResults } from "./results_of.ts";
import type { WeightsName } from "./run_record.ts";

/** The thesis' comparison: its method, and the one that it is held against. */
const METHOD = "adaptive", REFERENCE = "polydice1";

/** What pairs of runs say of the advantage that the thesis reports. */
export interface Exclusion extends PairedTTest {
  /** Under which weights. */
  readonly weights: WeightsName;
  /** Pairs of runs of one seed, of all groups together. */
  readonly pairs: number;
  /** The thesis' advantage in Dice; p is of the test against it. */
  readonly advantage: number;
  /** Whether it lies outside the interval. */
  readonly excluded: boolean;
}

/**
 * Holds the pairs of runs on the thesis' images against the advantage that the thesis reports of the adaptive method over
 * PolyDice-1 with ε = 0, groups of several studies pooled.
 *
 * @returns undefined with fewer than three pairs
 */
export function exclusionOf(groups: readonly GroupResults[], weights: WeightsName): Exclusion | undefined {
  let advantage = NaN;
  const pairs = groups.flatMap(({ methods }) => {
    const [method, reference] = [METHOD, REFERENCE].map((name) => methods.find((one) => one.method === name));
    if (!method?.thesis || !reference?.thesis) return [];
    advantage = method.thesis.dice - reference.thesis.dice;
    return summarizeDifferences(seedDifferences(reference.records, method.records, weights))?.bySeed.values ?? [];
  });
  if (pairs.length < VERDICT_SEEDS) return undefined;
  const test = pairedTTest(pairs, advantage);
  return { ...test, weights, pairs: pairs.length, advantage, excluded: test.pValue < LEVEL && test.upper < advantage };
}

/** The same in a sentence for each of the weights; undefined with fewer than three pairs. */
export function exclusionText(groups: readonly GroupResults[]): string | undefined {
  const texts = (["last", "best"] as const).flatMap((weights) => {
    const found = exclusionOf(groups, weights);
    if (!found) return [];
    const { mean, pairs, advantage, excluded, pValue } = found;
    return [
      `at the ${WEIGHTS_TITLES[weights]} ${signedText(mean)} (95 % ${
        intervalText(found)
      } over ${pairs} pairs of runs): ` +
      `an advantage of ${signedText(advantage)}, as the thesis has it, is ${excluded ? "" : "not "}excluded (p ${
        pValueText(pValue).replace(/^(?!<)/, "= ")
      })`,
    ];
  });
  const scope = " The interval and p are of the t test over runs: they hold for other trainings, on these test images.";
  const title = (name: string) =>
    markdownCell(groups.flatMap(({ methods }) => methods).find(({ method }) => method === name)!.title);
  return texts.length > 0 ? `${title(METHOD)} minus ${title(REFERENCE)} is ${texts.join("; ")}.${scope}` : undefined;
}
