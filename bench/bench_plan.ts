/**
 * What a bench measures, in which sizes, and how long that takes.
 *
 * @module
 */
import type { AlternationPlan } from "./alternate.ts";
import { workArithmetic } from "./arithmetic.ts";
import type { Precision, Work, WorkSettings } from "./messages.ts";

/** A U-Net's base width, the height = width of its images in pixels, and the number of images in a batch. */
export interface WorkSize {
  readonly baseWidth: number;
  readonly imageSize: number;
  readonly batch: number;
}

/** The sizes that the bench measures by default: from a quick trial's to the thesis' network and images. */
export const DEFAULT_SIZES = ["8/64/16", "16/96/8", "32/128/8", "64/224/2"] as const;

/** The U-Net halves its images four times. */
const IMAGE_SIZE_UNIT = 16;

/**
 * Reads a size.
 *
 * @throws {RangeError} saying what is wrong with it
 */
export function parseWorkSize(text: string): WorkSize {
  const match = /^([1-9]\d{0,4})\/([1-9]\d{0,4})\/([1-9]\d{0,4})$/.exec(text);
  if (!match) throw new RangeError(`expected base width/image size/batch as in 16/96/8, found "${text}"`);
  const [baseWidth, imageSize, batch] = match.slice(1).map(Number);
  if (imageSize % IMAGE_SIZE_UNIT !== 0) {
    throw new RangeError(
      `expected an image size that is a multiple of ${IMAGE_SIZE_UNIT}, found ${imageSize} in "${text}"`,
    );
  }
  if (baseWidth % 2 !== 0) throw new RangeError(`expected an even base width, found ${baseWidth} in "${text}"`);
  return { baseWidth, imageSize, batch };
}

/** The size as it is written. */
export function formatWorkSize({ baseWidth, imageSize, batch }: WorkSize): string {
  return `${baseWidth}/${imageSize}/${batch}`;
}

/** What is varied. */
export const GROWTH_AXES = ["images", "passes", "imageSize"] as const;
export type GrowthAxis = typeof GROWTH_AXES[number];

/** One piece of work on an axis. */
export interface GrowthPoint {
  readonly axis: GrowthAxis;
  readonly value: number;
  readonly settings: WorkSettings;
}

/** What is held while one thing is varied. */
const CENTRE: WorkSettings = {
  work: "mc",
  precision: "float32",
  baseWidth: 16,
  imageSize: 96,
  batch: 8,
  images: 8,
  passes: 10,
  dropoutRate: 0.5,
};

const AXES: readonly [work: Work, axis: GrowthAxis, values: readonly number[]][] = [
  ["mc", "images", [8, 24, 72]],
  ["mc", "passes", [3, 10, 30]],
  ["mc", "imageSize", [48, 96, 192]],
  ["train", "imageSize", [48, 96, 192]],
];

/** All points; the centre of the axes stands in each of them. */
export function growthPoints(): GrowthPoint[] {
  return AXES.flatMap(([work, axis, values]) =>
    values.map((value) => ({ axis, value, settings: { ...CENTRE, work, [axis]: value } }))
  );
}

/**
 * The exponent p of y ∝ xᵖ between the first and the last point of an axis.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * assertAlmostEquals(growthExponent([[1, 5], [3, 100], [10, 500]]), 2);
 * ```
 */
export function growthExponent(points: readonly (readonly [x: number, y: number])[]): number {
  const [[x0, y0], [x1, y1]] = [points[0], points.at(-1)!];
  return Math.log(y1 / y0) / Math.log(x1 / x0);
}

/** What to measure. */
export interface BenchPlan extends AlternationPlan {
  readonly sizes: readonly WorkSize[];
  readonly works: readonly Work[];
  readonly precisions: readonly Precision[];
  /** Whether precisions are left out that the device has no instructions for, with which everything takes minutes. */
  readonly nativePrecisionsOnly: boolean;
  readonly compile: boolean;
  readonly growth: boolean;
  readonly profile: boolean;
}

/** How a point of growth is measured. */
export const GROWTH_PLAN: AlternationPlan = { rounds: 3, seconds: 6, patience: 5 };

/** N of the comparison, the thesis'. */
const PASSES = 10;
/** Batches of the data set whose difficulty is computed. */
const BATCHES = 2;
const DROPOUT_RATE = 0.5;

/** The cases of a plan, in the order in which they are measured. */
export function plannedCases({ sizes, works, precisions }: BenchPlan): WorkSettings[] {
  return sizes.flatMap((size) =>
    precisions.flatMap((precision) =>
      works.map((work) => ({
        ...size,
        work,
        precision,
        images: BATCHES * size.batch,
        passes: PASSES,
        dropoutRate: DROPOUT_RATE,
      }))
    )
  );
}

/** Multiply-accumulates a second that are expected of PyTorch. */
const EXPECTED_RATE = 6e10;
/** Seconds of starting processes and writing inputs: for the machine, a case's trials, a measurement. */
const EXPECTED_START = { machine: 25, trials: 12, measurement: 8 };
/** Seconds of a trial beside its repetitions, and of one compilation by torch.compile. */
const EXPECTED_TRIAL = 2, EXPECTED_COMPILATION = 40;
/** Trials, and repetitions of each. */
const TRIALS = 6, REPETITIONS = 5;
/** Repetitions of a side where it is measured where the time goes. */
const PROFILE_REPETITIONS = 8;

/** A guess at the seconds of a plan's parts: of the machine, of each case, of each point of growth. */
export function expectedSeconds(plan: BenchPlan): number[] {
  const measurement = (settings: WorkSettings, { seconds, rounds }: AlternationPlan) => {
    const repetition = workArithmetic(settings, false) / EXPECTED_RATE;
    return EXPECTED_START.measurement + 2 * repetition + Math.max(3 * repetition, Math.min(seconds, 1.5 * rounds));
  };
  const trials = (settings: WorkSettings) => {
    const repetition = workArithmetic({ ...settings, images: settings.batch, passes: 2 }, false) / EXPECTED_RATE;
    const compilation = plan.compile ? EXPECTED_COMPILATION : 0;
    return EXPECTED_START.trials + TRIALS * (EXPECTED_TRIAL + REPETITIONS * repetition) + compilation;
  };
  const profile = (settings: WorkSettings) =>
    EXPECTED_START.measurement + 2 * PROFILE_REPETITIONS * workArithmetic(settings, false) / EXPECTED_RATE;
  return [
    EXPECTED_START.machine,
    ...plannedCases(plan).map((settings) => trials(settings) + measurement(settings, plan)),
    ...(plan.profile ? plannedCases(plan).map(profile) : []),
    ...(plan.growth ? growthPoints().map(({ settings }) => measurement(settings, GROWTH_PLAN)) : []),
  ];
}

/** Seconds of pace 1 that are assumed before the first piece, so that a quick one counts for little. */
const PRIOR = 30;

/**
 * Keeps the time.
 *
 * @param expected seconds of the pieces of work, in their order
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * let now = 0;
 * const time = timeLeft([30, 60], () => now);
 * assertEquals(time.left(), 90);
 * now = 90;
 * time.next();
 * assertEquals(time.left(), 120); // twice as long as expected, half of the expectation being prior
 * ```
 */
export function timeLeft(expected: readonly number[], now: () => number = () => performance.now() / 1000) {
  const started = now();
  let finished = 0;
  let [spent, began] = [0, started];
  const sum = (seconds: readonly number[]) => seconds.reduce((total, value) => total + value, 0);
  return {
    /** The next piece of work has ended. */
    next() {
      finished++;
      spent = now() - started;
      began = now();
    },
    /** Seconds. */
    left() {
      const pace = (spent + PRIOR) / (sum(expected.slice(0, finished)) + PRIOR);
      return Math.max(0, sum(expected.slice(finished)) * pace - (now() - began));
    },
  };
}
