/**
 * A finished run as its record: its numbers, and what its network says of the test images.
 *
 * @module
 */
import { disposeTree } from "../backend/tensor_tree.ts";
import type { RunData } from "../data/open_data.ts";
import type { Experiment } from "../experiment/experiment.ts";
import { unetLayers } from "../model/unet_layers.ts";
import type {
  CalibrationBins,
  EpsilonRecord,
  ExternalRecord,
  NativeRecord,
  RunRecord,
  SignalRecord,
  TestRecord,
  UncertaintyBins,
  WeightsName,
} from "../results/run_record.ts";
import { mean, populationStandardDeviation } from "../statistics/mean.ts";
import { quantile } from "../statistics/quantile.ts";
import { orderCorrelation } from "../statistics/correlation.ts";
import { MEASURED_SIGNALS } from "./estimate_uncertainty.ts";
import { type ExternalImages, scoreExternal } from "./external_scores.ts";
import { scoreNativeOverlap } from "./native_scores.ts";
import type { EpsilonRow, Run } from "./run.ts";
import { loadWeights } from "./run_store.ts";
import { createScorer, type ImageScore, type ScoredBatch, scoreImages, type Scorer } from "./score_images.ts";

/** Bins of the mean probability. */
const PROBABILITY_BINS = 10;
/** Bins of the predictive entropy. */
const ENTROPY_BINS = 20;

/**
 * Makes the record of a run: what the run holds, and, from N stochastic passes with its best and its last weights, every
 * signal, entropy, calibration and uncertainty on the test images; of image files also the scores at their own size.
 *
 * @param runs Folder of the runs, whose weights are read.
 * @param external Images from elsewhere or changed, which the last weights are scored on.
 */
export async function recordRun(
  run: Run,
  data: RunData,
  runs: string,
  external: readonly ExternalImages[] = [],
): Promise<RunRecord> {
  using scorer = recordScorer(run.experiment);
  return await recordWith(scorer, run, data, runs, external);
}

/** The record of each run. Networks of one size are captured once for all, which saves seconds a run. */
export async function recordRuns(list: readonly Run[], data: RunData, runs: string): Promise<RunRecord[]> {
  using stack = new DisposableStack();
  const scorers = new Map<string, Scorer>();
  const records: RunRecord[] = [];
  for (const run of list) {
    const { baseWidth, depth, dropoutRate } = run.experiment;
    const network = JSON.stringify([baseWidth, depth, dropoutRate]);
    const scorer = scorers.get(network) ?? stack.use(recordScorer(run.experiment));
    scorers.set(network, scorer);
    records.push(await recordWith(scorer, run, data, runs, []));
  }
  return records;
}

function recordScorer(experiment: Experiment): Scorer {
  return createScorer(unetLayers(experiment), { rate: experiment.dropoutRate, signals: MEASURED_SIGNALS });
}

async function recordWith(
  scorer: Scorer,
  run: Run,
  data: RunData,
  runs: string,
  external: readonly ExternalImages[],
): Promise<RunRecord> {
  const { environment, experiment, parts } = run;
  const best = await scoreTest(scorer, run, data, runs, "best");
  const last = await scoreTest(scorer, run, data, runs, "last");
  return {
    run: run.hash,
    experiment,
    backend: run.backend,
    data: run.data,
    counts: { train: parts.train.length, validation: parts.validation.length, test: parts.test.length },
    bestEpoch: run.bestEpoch,
    seconds: run.seconds,
    environment: { ...environment },
    history: run.history.map(({ meanEpsilon: _, ...row }) => row),
    epsilons: summarizeEpsilons(run.epsilons),
    signals: [...best.signals, ...last.signals],
    calibration: [best.calibration, last.calibration],
    uncertainty: [best.uncertainty, last.uncertainty],
    test: [...best.test, ...last.test],
    native: [...best.native, ...last.native],
    external: external.length > 0 ? await scoreOthers(run, runs, external) : [],
  };
}

/** What the last weights get on images that had no part in training. */
async function scoreOthers(
  { experiment, hash }: Run,
  runs: string,
  images: readonly ExternalImages[],
): Promise<ExternalRecord[]> {
  using scorer = createScorer(unetLayers(experiment), { rate: experiment.dropoutRate });
  const weights = await loadWeights(runs, hash, "last");
  try {
    return await scoreExternal(scorer, weights, experiment, images);
  } finally {
    disposeTree(weights);
  }
}

/** What the network with one of its weights says of the test images. */
async function scoreTest(scorer: Scorer, run: Run, { dataset, split }: RunData, runs: string, which: WeightsName) {
  const { passes: count, seed, batchSize, fit } = run.experiment;
  const native: NativeRecord[] = [];
  const bins = emptyBins(which);
  const weights = await loadWeights(runs, run.hash, which);
  try {
    const selection = { dataset, indices: split.test, batchSize };
    const scores = await scoreImages(scorer, weights, selection, {
      passes: { count, seed, labels: ["record", which] },
      async onBatch(batch) {
        addToBins(bins, batch, dataset.masks, dataset.size ** 2);
        if (dataset.native === undefined) return;
        const overlaps = await scoreNativeOverlap(dataset, batch, { fit });
        overlaps.forEach((overlap, position) =>
          native.push({ id: dataset.ids[batch.indices[position]], weights: which, ...overlap, hd95: null, nsd: null })
        );
      },
    });
    const test = scores.map(({ signals: _, ...score }): TestRecord => ({
      ...score,
      weights: which,
      difficulty: score.difficulty!,
      entropy: score.entropy!,
    }));
    return { test, native, signals: signalRecords(scores, which), ...bins };
  } finally {
    disposeTree(weights);
  }
}

function emptyBins(weights: WeightsName): { calibration: CalibrationBins; uncertainty: UncertaintyBins } {
  const zeros = (bins: number) => new Array<number>(bins).fill(0);
  const [counts, probability, lesion] = [1, 2, 3].map(() => zeros(PROBABILITY_BINS));
  return {
    calibration: { weights, counts, probability, lesion },
    uncertainty: { weights, counts: zeros(ENTROPY_BINS), errors: zeros(ENTROPY_BINS) },
  };
}

function addToBins(
  { calibration, uncertainty }: ReturnType<typeof emptyBins>,
  { indices, mean, predictiveEntropy }: ScoredBatch,
  masks: Uint8Array,
  pixels: number,
): void {
  const add = (list: readonly number[], bin: number, value: number) => (list as number[])[bin] += value;
  indices.forEach((image, position) => {
    for (let pixel = 0; pixel < pixels; pixel++) {
      const [p, h] = [mean![position * pixels + pixel], predictiveEntropy![position * pixels + pixel]];
      const y = masks[image * pixels + pixel];
      const probabilityBin = Math.min(PROBABILITY_BINS - 1, Math.floor(PROBABILITY_BINS * p));
      add(calibration.counts, probabilityBin, 1);
      add(calibration.probability, probabilityBin, p);
      add(calibration.lesion, probabilityBin, y);
      const entropyBin = Math.min(ENTROPY_BINS - 1, Math.floor(ENTROPY_BINS * h / Math.LN2));
      add(uncertainty.counts, entropyBin, 1);
      add(uncertainty.errors, entropyBin, Number(p > 0.5) === y ? 0 : 1);
    }
  });
}

/** How well each signal tells the error of test images. */
function signalRecords(scores: readonly ImageScore[], weights: WeightsName): SignalRecord[] {
  const errors = scores.map(({ dice }) => 1 - dice);
  return MEASURED_SIGNALS.map((signal) => {
    const values = scores.map(({ signals }) => signals![signal]!);
    return { weights, signal, correlation: correlation(values, errors), worstBelowMedian: worstBelow(values, errors) };
  });
}

function summarizeEpsilons(rows: readonly EpsilonRow[]): EpsilonRecord[] {
  return [...Map.groupBy(rows, ({ epoch }) => epoch)].map(([epoch, group]) => {
    const epsilons = group.map(({ epsilon }) => epsilon);
    const errors = group.map(({ error }) => error);
    return {
      epoch,
      mean: mean(epsilons),
      deviation: populationStandardDeviation(epsilons),
      min: Math.min(...epsilons),
      max: Math.max(...epsilons),
      errorCorrelation: correlation(group.map(({ difficulty }) => difficulty), errors),
      worstBelowMedian: worstBelow(epsilons, errors),
    };
  });
}

/** Spearman's ρ; null where one of them is constant, or there is one image only. */
function correlation(values: readonly number[], errors: readonly number[]): number | null {
  const rho = orderCorrelation(values, errors);
  return Number.isNaN(rho) ? null : rho;
}

/** Share of the tenth of the images with the largest error whose value lies below the median of all values. */
function worstBelow(values: readonly number[], errors: readonly number[]): number {
  const median = quantile(values, 0.5);
  const worst = [...errors.keys()].sort((a, b) => errors[b] - errors[a] || a - b)
    .slice(0, Math.max(1, Math.round(errors.length / 10)));
  return worst.filter((image) => values[image] < median).length / worst.length;
}
