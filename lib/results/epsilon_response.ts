/**
 * Dice against the mean ε of a run: what the size of ε does, apart from who gets it.
 *
 * @module
 */
import { mean } from "../statistics/mean.ts";
import { type MethodRuns, testRows } from "./method_results.ts";
import type { RunRecord, WeightsName } from "./run_record.ts";

/** One run. */
export interface EpsilonResponse extends Pick<MethodRuns, "method" | "title"> {
  /** Seed of the run. */
  readonly seed: number;
  /** Mean over the epochs of the training images' mean ε. */
  readonly epsilon: number;
  /** Mean over the test images. */
  readonly dice: number;
  /** Whether every image has the same ε at a time. */
  readonly uniform: boolean;
}

/** Every run of PolyDice-1 among some methods. */
export function epsilonResponses(methods: readonly MethodRuns[], weights: WeightsName = "last"): EpsilonResponse[] {
  return methods.flatMap(({ method, title, records }) =>
    records.filter(({ experiment }) => experiment.loss === "polydice1").map((record) => ({
      method,
      title,
      seed: record.experiment.seed,
      epsilon: meanEpsilon(record),
      dice: mean(testRows(record, weights).map(({ dice }) => dice)),
      uniform: record.experiment.epsilonControl === "fixed" || record.experiment.epsilonOrder === "mean",
    }))
  );
}

/** ε before the first update is the experiment's; each update holds until the next. */
function meanEpsilon({ experiment, epsilons, history }: RunRecord): number {
  let [epsilon, next] = [experiment.epsilon, 0];
  return mean(history.map(({ epoch }) => {
    while (next < epsilons.length && epsilons[next].epoch <= epoch) epsilon = epsilons[next++].mean;
    return epsilon;
  }));
}

/** One update of one run. */
export interface SignalUpdateResult extends Pick<MethodRuns, "method" | "title"> {
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
