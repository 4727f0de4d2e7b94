/**
 * One chart of every plot, from small made-up rows, and each plot again from the least that it can be given; and what tests
 * look at in a chart.
 *
 * @module
 */
import {
  difficultyDistribution,
  difficultyVsError,
  difficultyVsTruth,
} from "../../../lib/notebook/plots/difficulty.ts";
import { forest, pairedDifferences, perImageComparison } from "../../../lib/notebook/plots/differences.ts";
import { controllerCurve, epsilonDistribution, epsilonTrajectories } from "../../../lib/notebook/plots/epsilon.ts";
import { learningCurves } from "../../../lib/notebook/plots/learning_curves.ts";
import {
  approximationError,
  decompositionResidual,
  diceApproximations,
  gradientAgainstAngle,
  gradientAgainstEpsilon,
  lossAgainstAngle,
} from "../../../lib/notebook/plots/loss_geometry.ts";
import { methodResults, resultsComparison } from "../../../lib/notebook/plots/method_results.ts";
import { epsilonResponse, signalError } from "../../../lib/notebook/plots/signal.ts";
import type { Chart } from "../../../lib/notebook/vega_lite.ts";

const ANGLES = [0, 0.5, 1, 1.5];
const EPSILONS = [-0.3, 0, 0.5];
const METHODS = ["dice", "focal", "polydice1", "polydice1-fixed", "adaptive"];
const SCALE = 0.1;

const dice = ANGLES.map((angle) => ({ angle, loss: 1 - SCALE * Math.cos(angle) }));
const shapes = EPSILONS.flatMap((epsilon) =>
  ANGLES.map((angle) => ({
    epsilon,
    angle,
    loss: 1 - SCALE + SCALE * (0.5 + epsilon) * angle ** 2,
    gradient: SCALE * (1 + 2 * epsilon) * angle,
  }))
);
const orders = [1, 2].flatMap((order) => dice.map(({ angle, loss }) => ({ order, angle, loss: loss + 0.01 / order })));
const images = Array.from({ length: 12 }, (_, i) => ({
  id: `image-${i}`,
  difficulty: 0.01 * i,
  dice: 1 - 0.05 * i,
  trueDifficulty: i / 12,
  normalized: i / 4 - 1,
  epsilon: i / 24,
}));
const updates = [10, 20].flatMap((epoch) => images.map(({ id, epsilon }) => ({ epoch, id, epsilon })));
const history = [1, 2, 3].map((epoch) => ({ epoch, trainLoss: 1 / epoch, valDice: 0.2 * epoch }));
const curve = [-1, 0, 1].flatMap((normalized) => [1, 2].map((slope) => ({ slope, normalized, epsilon: 0.25 })));
const result = (mean: number) => ({ dice: { mean }, iou: { mean }, precision: { mean }, recall: { mean } });
const RANGE = [0, 0.5] as const;
const difference = (mean: number) => ({
  bySeed: { mean },
  overImages: { lower: mean - 0.01, upper: mean + 0.01 },
  overSeeds: { lower: mean - 0.02, upper: mean + 0.02 },
});
const lone = { bySeed: { mean: 0 }, overImages: { lower: 0, upper: 0 } };
const responses = ["polydice1", "polydice1-0.5", "mean", "random", "adaptive"].flatMap((method, i) =>
  [1, 2].map((seed) => ({ method, seed, epsilon: 0.1 * i, dice: 0.7 + 0.01 * i - 0.005 * seed, uniform: i < 3 }))
);
const signalUpdates = ["adaptive", "image-entropy", "bottleneck", "disagreement", "dice-loss"].flatMap((method, i) =>
  [3, 6, 9].map((epoch) => ({ method, seed: 1, epoch, correlation: 0.1 * i, worstBelowMedian: 0.5 - 0.01 * epoch }))
);
const caption = ["Kvasir-SEG, grouped split, 100 test images."];
/** Every plot as notebooks use it. */
export const CHARTS: Readonly<Record<string, Chart>> = {
  methodResults: methodResults(
    METHODS.map((method, i) => ({
      method,
      seeds: i === 1 ? "3 of 5" : "5",
      best: { dice: { mean: 0.8 + 0.01 * i, deviation: 0.01 } },
      last: { dice: { mean: 0.79 + 0.01 * i, deviation: 0.02 } },
      thesis: { dice: 0.81 },
    })),
    { caption },
  ),
  pairedDifferences: pairedDifferences(
    // As many as the ablations have.
    [...METHODS.slice(0, 4), ...Array.from({ length: 20 }, (_, i) => `k-${i}`)]
      .map((method, i) => ({ method, ...difference(0.002 * i - 0.02) })),
    { caption },
  ),
  forest: forest(
    ["Kvasir-SEG: adaptive − mean", "Kvasir-SEG: adaptive − random", "synthetic: adaptive − mean"].map((label, i) => {
      const { bySeed, ...intervals } = difference(0.005 * i);
      return { label, bySeed: { ...bySeed, values: [0.005 * i - 0.01, 0.005 * i + 0.01] }, ...intervals };
    }),
    { title: "Adaptive ε against its controls", caption, margin: 0.01 },
  ),
  epsilonResponse: epsilonResponse(responses, { caption }),
  signalError: signalError(signalUpdates, { caption }),
  lossAgainstAngle: lossAgainstAngle(shapes, { scale: SCALE, dice }),
  gradientAgainstAngle: gradientAgainstAngle(shapes, { scale: SCALE }),
  gradientAgainstEpsilon: gradientAgainstEpsilon(shapes, { scale: SCALE }),
  diceApproximations: diceApproximations(orders, { scale: SCALE, dice }),
  approximationError: approximationError([1, 2, 3].map((order) => ({ order, error: 10 ** -(3 * order) }))),
  decompositionResidual: decompositionResidual([
    { form: "printed", dice: 0.4, residual: 0.2 },
    { form: "corrected", dice: 0.4, residual: 0 },
  ]),
  learningCurves: learningCurves(METHODS.flatMap((method) => [1, 2].map((seed) => ({ method, seed, history })))),
  difficultyDistribution: difficultyDistribution(images, { percentile: 25, percentileDifficulty: 0.03, epoch: 10 }),
  difficultyVsError: difficultyVsError(images, { spearman: 1, images: "test" }),
  difficultyVsTruth: difficultyVsTruth(images, { spearman: 1 }),
  controllerCurve: controllerCurve(curve, { images }),
  epsilonTrajectories: epsilonTrajectories(updates, { range: RANGE }),
  epsilonDistribution: epsilonDistribution(updates, { range: RANGE }),
  resultsComparison: resultsComparison(
    METHODS.map((method) => ({
      method,
      ours: { ...result(0.7), dice: { mean: 0.7, low: 0.68, high: 0.72 } },
      thesis: { dice: 0.8, iou: 0.7, precision: 0.8, recall: 0.8 },
    })),
    { caption: ["Kvasir-SEG, 100 test images, 1 seed."] },
  ),
  perImageComparison: perImageComparison(
    images.map(({ id, dice }, i) => ({ id, first: dice, second: dice + 0.01 * (i % 3 - 1) })),
    { first: { method: "polydice1" }, second: { method: "adaptive" } },
  ),
};

/** Plots of one row, one update, one run, values that are all equal: what the smallest profile gives. */
export const LEAST_CHARTS: Readonly<Record<string, Chart>> = {
  methodResults: methodResults([
    { method: "dice", seeds: "1 of 5", best: { dice: { mean: 0.5 } }, last: { dice: { mean: 0.5 } } },
    { method: "mine", seeds: "0 of 5" },
  ], { caption: [] }),
  pairedDifferences: pairedDifferences([{ method: "mine", ...lone }], {
    caption: [],
  }),
  forest: forest([{ label: "mine", ...lone }], { title: "One comparison", caption: [] }),
  epsilonResponse: epsilonResponse(responses.slice(0, 1), { caption: [] }),
  signalError: signalError(signalUpdates.slice(0, 1), { caption: [] }),
  lossAgainstAngle: lossAgainstAngle(shapes, { scale: SCALE }),
  approximationError: approximationError([{ order: 1, error: 0 }]),
  learningCurves: learningCurves([{ method: "mine", seed: 1, history: history.slice(0, 1) }]),
  difficultyDistribution: difficultyDistribution([{ id: "a", difficulty: 0 }, { id: "b", difficulty: 0 }], {
    percentile: 25,
    percentileDifficulty: 0,
  }),
  difficultyVsError: difficultyVsError(images.slice(0, 1), { spearman: NaN }),
  difficultyVsTruth: difficultyVsTruth(images.slice(0, 1), { spearman: NaN }),
  controllerCurve: controllerCurve(curve.filter(({ slope }) => slope === 1)),
  epsilonTrajectories: epsilonTrajectories(updates.slice(0, 1), { range: RANGE }),
  epsilonDistribution: epsilonDistribution(updates.slice(0, 1), { range: RANGE }),
  resultsComparison: resultsComparison([{ method: "dice", ours: result(0) }], { caption: [] }),
  perImageComparison: perImageComparison([{ id: "a", first: 1, second: 1 }], {
    first: { method: "dice" },
    second: { method: "mine" },
  }),
};

/** What tests look at in one layer of a chart. */
export interface Layer {
  readonly data?: { readonly values: Record<string, unknown>[] };
  readonly mark?: Record<string, unknown>;
  readonly encoding?: Record<
    string,
    {
      field?: string;
      title?: string | null;
      scale?: { zero?: boolean; domain?: unknown[]; range?: unknown[] };
      legend?: unknown;
    }
  >;
}

/** The layers of a chart, or of one of its panels; a chart without layers is one itself. */
export function layersOf(chart: Chart | object): Layer[] {
  return "layer" in chart ? chart.layer as Layer[] : [chart as Layer];
}

/** The layers of each panel of a chart of panels. */
export function panelsOf(chart: Chart): Layer[][] {
  return (chart as unknown as { hconcat: object[] }).hconcat.map(layersOf);
}

/** The caption's lines in one. */
export function captionOf(chart: Chart): string {
  const { title } = chart as { title: { subtitle?: string[] } };
  return (title.subtitle ?? []).join(" ");
}
