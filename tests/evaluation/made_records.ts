/**
 * Records of runs that nobody trained: consistent, small, and the same at every call.
 *
 * @module
 */
import type { RecordedWeights, RunRecord, TestRecord } from "../../lib/evaluation/run_record.ts";
import { randomStream } from "../../lib/random/random_stream.ts";

/** What a made record is about. */
export interface MadeRun {
  readonly method?: string;
  readonly title?: string;
  readonly profile?: string;
  readonly dataset?: string;
  readonly split?: string;
  readonly seed?: number;
  readonly images?: number;
  /** Added to every image's precision and recall, before they are held in [0, 1]. */
  readonly gain?: number;
  /** Changes of the experiment. */
  readonly experiment?: Record<string, string | number | boolean>;
}

const SIZE = 8;
const EPOCHS = 3;

/** A record whose images are the same for every method and seed, and whose metrics are noise around an image's own. */
export function madeRecord(made: MadeRun = {}): RunRecord {
  const { method = "polydice1", profile = "small", dataset = "kvasir-seg", split = "grouped", seed = 1 } = made;
  const { title = method, images = 12, gain = 0 } = made;
  const imageStream = randomStream(1, dataset, split, "images");
  const shapes = Array.from({ length: images }, (_, index) => ({
    id: `${dataset}-${String(index).padStart(3, "0")}`,
    foreground: rounded(0.02 + 0.3 * imageStream.uniform()),
    hardness: imageStream.uniform(),
  }));
  const rows = (weights: RecordedWeights): TestRecord[] => {
    const stream = randomStream(seed, method, dataset, split, weights);
    return shapes.map(({ id, foreground, hardness }) => {
      const ratio = () => Math.min(1, Math.max(0.01, 0.95 - 0.4 * hardness + gain + 0.05 * stream.normal()));
      const [precision, recall] = [ratio(), ratio()];
      const dice = 2 * precision * recall / (precision + recall);
      return {
        id,
        weights,
        dice: rounded(dice),
        iou: rounded(dice / (2 - dice)),
        precision: rounded(precision),
        recall: rounded(recall),
        foreground,
        difficulty: rounded(0.1 * hardness + 0.02 * stream.uniform()),
        entropy: rounded(0.2 * hardness + 0.05 * stream.uniform()),
      };
    });
  };
  const pixels = images * SIZE ** 2;
  const bins = (weights: RecordedWeights) => {
    const stream = randomStream(seed, method, dataset, split, weights, "bins");
    const counts = Array.from({ length: 10 }, (_, bin) => bin === 0 ? 0 : Math.floor(pixels / 30));
    counts[0] = pixels - counts.reduce((sum, count) => sum + count, 0);
    const probability = counts.map((count, bin) => rounded(count * (bin + 0.5) / 10));
    const lesion = counts.map((count, bin) => Math.round(count * (bin + stream.uniform()) / 10));
    const errors = counts.map((count, bin) => Math.round(count * (bin + stream.uniform()) / 30));
    return { calibration: { weights, counts, probability, lesion }, uncertainty: { weights, counts, errors } };
  };
  const [best, last] = [bins("best"), bins("last")];
  const adaptive = method === "adaptive";
  return {
    method,
    title,
    profile,
    hash: hashOf(`${method} ${seed}`),
    experiment: {
      dataset,
      split,
      imageSize: SIZE,
      epochs: EPOCHS,
      loss: ["polydice1", "polydice1-fixed", "adaptive"].includes(method) ? "polydice1" : method,
      epsilon: method === "polydice1-fixed" ? 0.25 : 0,
      epsilonControl: adaptive ? "adaptive" : "fixed",
      seed,
      ...made.experiment,
    },
    fingerprint: "f00d",
    counts: { train: 8 * images, validation: images, test: images },
    bestEpoch: 2,
    seconds: 60 + seed,
    environment: { backend: "tensorflow 2.21.0", device: "CPU", deno: "2.9.6" },
    candidates: method === "polydice1-fixed"
      ? [{ hash: "a0", epsilon: 0, validationDice: 0.6 }, { hash: "a1", epsilon: 0.25, validationDice: 0.7 }]
      : [],
    history: [0.5, 0.7, 0.6].map((valDice, index) => ({
      epoch: index + 1,
      trainLoss: rounded(1 / (index + 2)),
      valDice,
      valIou: rounded(valDice / (2 - valDice)),
      seconds: 20,
    })),
    epsilons: adaptive ? [{ epoch: 2, mean: 0.25, deviation: 0.1, min: 0.01, max: 0.49 }] : [],
    calibration: [best.calibration, last.calibration],
    uncertainty: [best.uncertainty, last.uncertainty],
    test: [...rows("best"), ...rows("last")],
  };
}

/** Methods of a made protocol and how much better than the first each is. */
export const MADE_GAINS: Readonly<Record<string, number>> = {
  "dice": 0,
  "focal": -0.15,
  "polydice1": 0.01,
  "polydice1-fixed": 0.01,
  "adaptive": 0.02,
};

/** One record for each method and seed. */
export function madeProtocol(seeds: readonly number[] = [1, 2, 3], made: MadeRun = {}): RunRecord[] {
  return Object.entries(MADE_GAINS).flatMap(([method, gain]) =>
    seeds.map((seed) => madeRecord({ method, title: `Method ${method}`, gain, seed, ...made }))
  );
}

/** As long as a run's hash; another one for another text. */
function hashOf(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return bytes.reduce((hash, byte) => (hash * 31 + byte) % 2 ** 40, 1).toString(16);
}

function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
