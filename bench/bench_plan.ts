/**
 * What a bench measures, and how long that takes.
 *
 * @module
 */
import type { AlternationPlan } from "./alternate.ts";
import { workArithmetic } from "./arithmetic.ts";
import { growthPoints } from "./growth_points.ts";
import type { Precision, Work, WorkSettings } from "./messages.ts";
import type { WorkSize } from "./work_size.ts";

/** What to measure. */
export interface BenchPlan extends AlternationPlan {
  readonly sizes: readonly WorkSize[];
  readonly works: readonly Work[];
  readonly precisions: readonly Precision[];
  /** Whether precisions are left out that the device has no instructions for, with which everything takes minutes. */
  readonly nativePrecisionsOnly: boolean;
  /** Whether torch.compile is among PyTorch's settings. */
  readonly compile: boolean;
  /** Whether growth is measured. */
  readonly growth: boolean;
  /** Whether it is measured where the time goes. */
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
