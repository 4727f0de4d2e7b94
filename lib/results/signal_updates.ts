/**
 * How well each signal told the hard training images at each update of ε.
 *
 * @module
 */
import type { MethodRuns } from "./method_results.ts";

/** One update of one run. */
export interface SignalUpdateResult {
  /** Name of the method. */
  readonly method: string;
  /** Name for people of the method. */
  readonly title: string;
  /** Seed of the run. */
  readonly seed: number;
  /** The epoch before which it was made, from 1. */
  readonly epoch: number;
  /** Spearman's ρ of the signal and 1 − Dice of ȳ. */
  readonly correlation: number;
  /** Share of the worst tenth of the images that got an ε below the median. */
  readonly worstBelowMedian: number;
}

/** Every update at which it was measured, of methods that give each image the ε of its own signal. */
export function signalUpdates(methods: readonly MethodRuns[]): SignalUpdateResult[] {
  return methods.flatMap(({ method, title, records }) =>
    records.filter(({ experiment }) => experiment.epsilonOrder === "uncertainty").flatMap(({ experiment, epsilons }) =>
      epsilons.flatMap(({ epoch, errorCorrelation, worstBelowMedian }) =>
        errorCorrelation === null || worstBelowMedian === null
          ? []
          : [{ method, title, seed: experiment.seed, epoch, correlation: errorCorrelation, worstBelowMedian }]
      )
    )
  );
}
