/**
 * D of the passes so far.
 *
 * @module
 */
/// <reference lib="dom" />
import { useEffect, useState } from "preact/hooks";
import { difficultiesOver } from "../../compute/difficulties_over.ts";
import { thresholdMask } from "../../compute/threshold_mask.ts";
import { type Agreement, agreementWith } from "../../compute/agreement_with.ts";
import type { Analysis } from "./use_analysis.ts";

/** What is measured over regions of the maps. */
export interface RegionNumbers {
  /** Where the network predicts the lesion: `[size · size]`, 0 or 1. */
  readonly predicted: Uint8Array;
  /** D over it after each pass, nats. */
  readonly difficulties: readonly number[];
  /** D over the true lesion after the last pass, nats, where it is known. */
  readonly trueDifficulty?: number;
  /** How well the prediction agrees with the true lesion, where it is known. */
  readonly agreement?: Agreement;
  /** Whose numbers they are. */
  readonly analysis: Analysis;
  readonly threshold: number;
}

/** D over the predicted lesion, and over the true one where there is one. */
export function useDifficulties(analysis: Analysis | undefined, threshold: number): RegionNumbers | undefined {
  const [numbers, setNumbers] = useState<RegionNumbers>();
  useEffect(() => {
    if (!analysis) return;
    let stale = false;
    const { picture: { mask, size }, probability, passes } = analysis;
    const predicted = thresholdMask(probability, threshold);
    const maps = passes.map(({ information }) => information);
    Promise.all([
      difficultiesOver(maps, predicted, size),
      mask ? difficultiesOver(maps.slice(-1), mask, size) : [],
      mask ? agreementWith(probability, mask, size, threshold) : undefined,
    ]).then(([difficulties, [trueDifficulty], agreement]) => {
      if (!stale) setNumbers({ predicted, difficulties, trueDifficulty, agreement, analysis, threshold });
    });
    return () => {
      stale = true;
    };
  }, [analysis, threshold]);
  return numbers;
}
