/**
 * A finished run as the record that is committed: its numbers, and what its network says of the test images.
 *
 * @module
 */
import { disposeTree } from "../backend/tensor_tree.ts";
import type {
  CalibrationBins,
  EpsilonRecord,
  RunRecord,
  TestRecord,
  UncertaintyBins,
} from "../evaluation/run_record.ts";
import { unetLayers } from "../model/unet_layers.ts";
import { mean } from "../statistics/mean.ts";
import { populationStandardDeviation } from "../statistics/standard_deviation.ts";
import { createEstimateUncertainty, type EstimateUncertainty, estimateUncertainty } from "./inference.ts";
import type { EpsilonRow, Run } from "./run.ts";
import { loadWeights, type WeightsName } from "./run_store.ts";
import { bestValidationDice, type MethodRun } from "./train_method.ts";
import type { RunData } from "./train_or_load.ts";

/** Bins of the mean probability. */
const PROBABILITY_BINS = 10;
/** Bins of the predictive entropy. */
const ENTROPY_BINS = 20;

/** What a record is called. */
export interface RecordName {
  readonly profile: string;
  /** Name of the method, or of the variant of an ablation; default: the method's. */
  readonly method?: string;
  readonly title?: string;
}

/**
 * Makes the record of a method's run: what the run holds, and, from N stochastic passes with its best and its last weights,
 * difficulty, entropy, calibration and uncertainty on the test images.
 *
 * @param runsDirectory Folder of the runs, whose weights are read.
 */
export async function recordRun(
  { method, run, candidates }: MethodRun,
  data: RunData,
  runsDirectory: string,
  name: RecordName,
): Promise<RunRecord> {
  const { experiment, environment } = run;
  const estimate = createEstimateUncertainty(unetLayers(experiment), experiment.dropoutRate);
  try {
    const best = await inspectTest(estimate, run, data, runsDirectory, "best");
    const last = await inspectTest(estimate, run, data, runsDirectory, "last");
    return {
      method: name.method ?? method.name,
      title: name.title ?? method.title,
      profile: name.profile,
      hash: run.hash,
      experiment: { ...experiment },
      fingerprint: run.fingerprint,
      counts: run.counts,
      bestEpoch: run.bestEpoch,
      seconds: run.seconds,
      environment: { ...environment },
      candidates: method.searchesEpsilon
        ? candidates.map((candidate) => ({
          hash: candidate.hash,
          epsilon: candidate.experiment.epsilon,
          validationDice: bestValidationDice(candidate),
        }))
        : [],
      history: run.history.map(({ epoch, trainLoss, valDice, valIou, seconds }) => ({
        epoch,
        trainLoss,
        valDice,
        valIou,
        seconds,
      })),
      epsilons: summarizeEpsilons(run.epsilons),
      calibration: [best.calibration, last.calibration],
      uncertainty: [best.uncertainty, last.uncertainty],
      test: [...best.test, ...last.test],
    };
  } finally {
    estimate.dispose();
  }
}

/** What the network with one of its weights says of the test images. */
async function inspectTest(
  estimate: EstimateUncertainty,
  run: Run,
  { dataset, split }: RunData,
  runsDirectory: string,
  which: WeightsName,
): Promise<{ test: TestRecord[]; calibration: CalibrationBins; uncertainty: UncertaintyBins }> {
  const { dropoutRate: rate, passes, seed, batchSize } = run.experiment;
  const pixels = dataset.size ** 2;
  const metrics = new Map(run.test.filter(({ weights }) => weights === which).map((row) => [row.id, row]));
  const zeros = (bins: number) => new Array<number>(bins).fill(0);
  const calibration = { weights: which, counts: zeros(PROBABILITY_BINS), probability: zeros(PROBABILITY_BINS) };
  const lesion = zeros(PROBABILITY_BINS);
  const uncertainty = { weights: which, counts: zeros(ENTROPY_BINS), errors: zeros(ENTROPY_BINS) };
  const test: TestRecord[] = [];
  const weights = await loadWeights(runsDirectory, run.hash, which);
  const selection = { dataset, indices: split.test, batchSize };
  const settings = { passes, rate, seed, labels: ["record", which] };
  await estimateUncertainty(estimate, weights, selection, settings, async (batch, indices) => {
    const probability = await batch.mean.data<"float32">();
    const entropy = await batch.predictiveEntropy.data<"float32">();
    const difficulty = await batch.difficulty.data<"float32">();
    indices.forEach((image, position) => {
      let foreground = 0, entropySum = 0;
      for (let pixel = 0; pixel < pixels; pixel++) {
        const [p, h] = [probability[position * pixels + pixel], entropy[position * pixels + pixel]];
        const y = dataset.masks[image * pixels + pixel];
        const probabilityBin = Math.min(PROBABILITY_BINS - 1, Math.floor(PROBABILITY_BINS * p));
        calibration.counts[probabilityBin]++;
        calibration.probability[probabilityBin] += p;
        lesion[probabilityBin] += y;
        const entropyBin = Math.min(ENTROPY_BINS - 1, Math.floor(ENTROPY_BINS * h / Math.LN2));
        uncertainty.counts[entropyBin]++;
        uncertainty.errors[entropyBin] += Number(p > 0.5) === y ? 0 : 1;
        foreground += y;
        entropySum += h;
      }
      const { dice, iou, precision, recall } = metrics.get(dataset.ids[image])!;
      test.push({
        id: dataset.ids[image],
        weights: which,
        dice,
        iou,
        precision,
        recall,
        foreground: foreground / pixels,
        difficulty: difficulty[position],
        entropy: entropySum / pixels,
      });
    });
  });
  disposeTree(weights);
  return { test, calibration: { ...calibration, lesion }, uncertainty };
}

function summarizeEpsilons(rows: readonly EpsilonRow[]): EpsilonRecord[] {
  return [...Map.groupBy(rows, ({ epoch }) => epoch)].map(([epoch, group]) => {
    const epsilons = group.map(({ epsilon }) => epsilon);
    return {
      epoch,
      mean: mean(epsilons),
      deviation: populationStandardDeviation(epsilons),
      min: Math.min(...epsilons),
      max: Math.max(...epsilons),
    };
  });
}
