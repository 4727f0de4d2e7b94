/**
 * Studies and records of runs that nobody trained: consistent, small, and the same at every call.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { type Experiment, runHash } from "../../lib/experiment/experiment.ts";
import { resolveExperiment } from "../../lib/experiment/resolve_experiment.ts";
import { METHODS } from "../../lib/experiment/methods.ts";
import { parseStudy, type Study } from "../../lib/experiment/study.ts";
import { runsOf } from "../../lib/experiment/study_runs.ts";
import { randomStream } from "../../lib/random/random_stream.ts";
import type { RunRecord, TestRecord, WeightsName } from "../../lib/results/run_record.ts";

/** Settings of all made experiments: images of 8 × 8 pixels, 3 epochs. */
const SET = { imageSize: 8, epochs: 3 } as const;

/** Methods of a made study and how much better than the first each is. */
export const MADE_GAINS: Readonly<Record<string, number>> = {
  "dice": 0,
  "focal": -0.15,
  "polydice1": 0.01,
  "polydice1-0.25": 0.01,
  "adaptive": 0.02,
};

/** The thesis' five methods on one data set with three seeds; its best ε is 0.25 by {@linkcode madeRecords}. */
export function madeStudy(changes: Record<string, unknown> = {}, path = "studies/made.json"): Study {
  return parseStudy(
    JSON.stringify({
      title: "Made runs",
      profile: "smoke",
      set: SET,
      runs: [{
        data: [{ dataset: "kvasir-seg" }],
        methods: ["dice", "focal", "polydice1", "polydice1-fixed", "adaptive"],
        seeds: [1, 2, 3],
      }],
      choices: { "polydice1-fixed": { title: "PolyDice-1 (best ε)", from: ["polydice1", "polydice1-0.25"] } },
      compare: { method: "adaptive" },
      ...changes,
    }),
    path,
  );
}

/** What a made record is about. */
export interface MadeRun {
  readonly method?: string;
  readonly dataset?: string;
  readonly split?: string;
  readonly seed?: number;
  readonly images?: number;
  /** Added to every image's precision and recall, before they are held in [0, 1]. */
  readonly gain?: number;
  /** Dice of the images under the best weights, in the order of their names. */
  readonly dice?: readonly number[];
  /** Validation Dice of the best epoch. */
  readonly valDice?: number;
  /** Changes of the experiment. */
  readonly set?: Partial<Experiment>;
  /** Take the place of made ones: the names of the test images. */
  readonly ids?: readonly string[];
}

/** A record whose images are the same for every method and seed, and whose metrics are noise around an image's own. */
export function madeRecord(made: MadeRun = {}): RunRecord {
  const { method = "polydice1", dataset = "kvasir-seg", split = "grouped", seed = 1 } = made;
  const known = METHODS[method];
  const experiment = resolveExperiment({
    profile: "smoke",
    method: known,
    dataset,
    split,
    seed,
    set: { ...SET, ...made.set },
  });
  return recordOf(experiment, method, made);
}

/** A record for every run of a study, those of chosen methods as well. */
export function madeRecords(study: Study, made: Omit<MadeRun, "method" | "seed"> = {}): RunRecord[] {
  let records: RunRecord[] = [];
  for (let found = -1; found < records.length;) {
    found = records.length;
    records = runsOf(study, records).map(({ method, experiment }) =>
      recordOf(experiment, method, {
        gain: MADE_GAINS[method],
        valDice: method === "polydice1-0.25" ? 0.8 : 0.7,
        ...made,
      })
    );
    if (records.length === found) break;
  }
  return records;
}

function recordOf(experiment: Experiment, method: string, made: MadeRun): RunRecord {
  const { dataset, split, seed, imageSize } = experiment;
  const { gain = 0, dice, valDice = 0.7 } = made;
  const count = made.ids?.length ?? dice?.length ?? made.images ?? 12;
  const imageStream = randomStream(1, dataset, split, "images");
  const shapes = Array.from({ length: count }, (_, index) => ({
    id: made.ids?.[index] ?? `${dataset}-${String(index).padStart(3, "0")}`,
    foreground: rounded(0.02 + 0.3 * imageStream.uniform()),
    hardness: imageStream.uniform(),
  }));
  const rows = (weights: WeightsName): TestRecord[] => {
    const stream = randomStream(seed, method, dataset, split, weights);
    return shapes.map(({ id, foreground, hardness }, index) => {
      const ratio = () => Math.min(1, Math.max(0.01, 0.95 - 0.4 * hardness + gain + 0.05 * stream.normal()));
      const given = weights === "best" ? dice?.[index] : undefined;
      const [precision, recall] = [given ?? ratio(), given ?? ratio()];
      const score = precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
      return {
        id,
        weights,
        dice: rounded(score),
        iou: rounded(score / (2 - score)),
        precision: rounded(precision),
        recall: rounded(recall),
        foreground,
        difficulty: rounded(0.1 * hardness + 0.02 * stream.uniform()),
        entropy: rounded(0.2 * hardness + 0.05 * stream.uniform()),
      };
    });
  };
  const pixels = count * imageSize ** 2;
  const bins = (weights: WeightsName) => {
    const stream = randomStream(seed, method, dataset, split, weights, "bins");
    const counts = Array.from({ length: 10 }, (_, bin) => bin === 0 ? 0 : Math.floor(pixels / 30));
    counts[0] = pixels - counts.reduce((sum, count) => sum + count, 0);
    const probability = counts.map((count, bin) => rounded(count * (bin + 0.5) / 10));
    const lesion = counts.map((count, bin) => Math.round(count * (bin + stream.uniform()) / 10));
    const errors = counts.map((count, bin) => Math.round(count * (bin + stream.uniform()) / 30));
    return { calibration: { weights, counts, probability, lesion }, uncertainty: { weights, counts, errors } };
  };
  const [best, last] = [bins("best"), bins("last")];
  const data = {
    pixels: hash(`${dataset} pixels`),
    groups: hash(`${dataset} groups`),
    members: hash(`${dataset} ${split}`),
  };
  return {
    run: runHash(experiment, data, "tensorflow"),
    experiment,
    backend: "tensorflow",
    data,
    counts: { train: 8 * count, validation: count, test: count },
    bestEpoch: 2,
    seconds: 60 + seed,
    environment: {
      backend: "tensorflow 2.21.0",
      device: "CPU",
      deno: "2.9.6",
      platform: "linux x86_64",
      finishedAt: "2026-01-02T03:04:05.000Z",
    },
    history: [valDice - 0.2, valDice, valDice - 0.1].map((valDice, index) => ({
      epoch: index + 1,
      trainLoss: rounded(1 / (index + 2)),
      valDice: rounded(valDice),
      valIou: rounded(valDice / (2 - valDice)),
      seconds: 20,
    })),
    epsilons: experiment.epsilonControl === "adaptive"
      ? [{ epoch: 2, mean: 0.25, deviation: 0.1, min: 0.01, max: 0.49, errorCorrelation: -0.5, worstBelowMedian: null }]
      : [],
    signals: [{ weights: "best", signal: "entropy", correlation: null, worstBelowMedian: 0.5 }],
    calibration: [best.calibration, last.calibration],
    uncertainty: [best.uncertainty, last.uncertainty],
    test: [...rows("best"), ...rows("last")],
    native: [],
    external: [],
  };
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
