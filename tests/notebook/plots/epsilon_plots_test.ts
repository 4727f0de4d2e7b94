import { assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { difficultyDistribution, difficultyVsError, signed } from "../../../lib/notebook/plots/difficulty.ts";
import {
  controllerCurve,
  EPSILON_BINS,
  epsilonDistribution,
  epsilonHistogram,
  epsilonTrajectories,
  MOST_LINES,
  quartilesByEpoch,
} from "../../../lib/notebook/plots/epsilon.ts";
import {
  approximationError,
  decompositionResidual,
  diceApproximations,
  lossAgainstAngle,
  SMALLEST_ERROR,
} from "../../../lib/notebook/plots/loss_geometry.ts";
import { epsilonResponse } from "../../../lib/notebook/plots/signal.ts";
import type { Chart } from "../../../lib/notebook/vega_lite.ts";
import { captionOf, CHARTS, layersOf, panelsOf } from "./sample_charts.ts";

const RANGE = [0, 0.5] as const;
const SHAPES = [0.5, -0.3].flatMap((epsilon) => [0, 1].map((angle) => ({ epsilon, angle, loss: 1, gradient: 0.1 })));
const DICE = [{ angle: 1, loss: 0.9 }];

/** Of each layer of some plots, which fields lie on which channels. */
const CHANNELS: [name: string, chart: Chart, layers: Record<string, string>[]][] = [
  ["lossAgainstAngle", lossAgainstAngle(SHAPES, { scale: 0.1 }), [{ x: "angle", y: "loss", color: "epsilon" }]],
  ["gradientAgainstAngle", CHARTS.gradientAgainstAngle, [{ x: "angle", y: "gradient", color: "epsilon" }]],
  ["gradientAgainstEpsilon", CHARTS.gradientAgainstEpsilon, [{ x: "epsilon", y: "gradient", color: "angle" }]],
  ["decompositionResidual", CHARTS.decompositionResidual, [
    { x: "dice", y: "residual", color: "reading", shape: "reading" },
  ]],
  ["difficultyVsError", CHARTS.difficultyVsError, [{ x: "difficulty", y: "error" }]],
  ["difficultyVsTruth", CHARTS.difficultyVsTruth, [{ x: "trueDifficulty", y: "difficulty" }]],
  ["epsilonDistribution", CHARTS.epsilonDistribution, [{ x: "epoch", y: "from", y2: "to", color: "share" }]],
  ["epsilonTrajectories", CHARTS.epsilonTrajectories, [
    { x: "epoch", y: "epsilon", detail: "id" },
    { x: "epoch", y: "lower", y2: "upper" },
    { x: "epoch", y: "median" },
  ]],
];

for (const [name, chart, expected] of CHANNELS) {
  Deno.test(`${name}() puts ${expected.map((fields) => Object.values(fields).join(", ")).join("; ")} on its axes`, () => {
    const fields = layersOf(chart).map(({ encoding = {} }) =>
      Object.fromEntries(
        Object.entries(encoding).flatMap(([channel, { field }]) => field === undefined ? [] : [[channel, field]]),
      )
    );
    assertEquals(fields, expected);
  });
}

Deno.test("losses over θ are coloured in order of their parameter, the Dice loss dashed over them where it is given", () => {
  const [lines, ...others] = layersOf(lossAgainstAngle(SHAPES, { scale: 0.1 }));
  assertEquals([others, lines.encoding?.x.title, lines.data?.values.length], [[], "angle θ (rad)", 4]);
  assertEquals(lines.encoding?.color.scale?.domain, [-0.3, 0.5]);
  const [orders, reference] = layersOf(
    diceApproximations([1, 2].map((order) => ({ order, angle: 1, loss: 1 })), { scale: 0.1, dice: DICE }),
  );
  assertEquals(orders.encoding?.color.scale?.domain, [1, 2]);
  for (const layer of [reference, layersOf(lossAgainstAngle(SHAPES, { scale: 0.1, dice: DICE }))[1]]) {
    assertEquals([layer.mark?.strokeDash, layer.data?.values], [[4, 4], DICE]);
  }
});

Deno.test("errors and residuals of zero stand on the floor of their logarithmic axes", () => {
  const [errors] = layersOf(approximationError([{ order: 1, error: 0 }]));
  assertEquals(errors.data?.values, [{ order: 1, error: SMALLEST_ERROR }]);
  const [residuals] = layersOf(decompositionResidual([{ form: "corrected", dice: 0.5, residual: 0 }]));
  assertEquals(residuals.data?.values, [{ reading: "corrected", dice: 0.5, residual: SMALLEST_ERROR }]);
});

Deno.test("difficultyDistribution() counts images by D and marks the percentile", () => {
  const chart = difficultyDistribution([{ id: "a", difficulty: 0.01 }], {
    percentile: 25,
    percentileDifficulty: 0.005,
  });
  const [bars, rule, label] = layersOf(chart);
  assertEquals([bars.encoding?.x.field, bars.encoding?.x.title], ["difficulty", "difficulty D (nats)"]);
  assertEquals([rule.data?.values[0].difficulty, label.data?.values[0].label], [0.005, "25th percentile"]);
  assertStringIncludes(captionOf(chart), "1 images");
});

Deno.test("difficultyVsError() draws 1 − Dice and states the correlation and n", () => {
  const chart = difficultyVsError([{ id: "a", difficulty: 0.01, dice: 0.9 }], { spearman: 0.617, images: "test" });
  const [points] = layersOf(chart);
  assertEquals(points.data?.values, [{ id: "a", difficulty: 0.01, error: 0.1 }]);
  assertEquals(points.encoding?.x.scale, { zero: false }); // D of one network lies close together, far from 0
  assertStringIncludes(captionOf(chart), "+0.62; 1 test images");
  assertEquals([signed(0), signed(-1), signed(NaN)], ["+0.00", "−1.00", "not defined"]);
});

Deno.test("controllerCurve() draws a line for each slope, and the images of an update where they are given", () => {
  const rows = [1, 2].map((slope) => ({ slope, normalized: 0, epsilon: 0.25 }));
  assertEquals(layersOf(controllerCurve(rows)).length, 1);
  const [lines, dots] = layersOf(controllerCurve(rows, { images: [{ normalized: 1, epsilon: 0.4 }] }));
  assertEquals(lines.encoding?.color.scale?.domain, [1, 2]);
  assertEquals(dots.data?.values, [{ normalized: 1, epsilon: 0.4 }]);
});

function updates(images: number, epochs: number[]) {
  return epochs.flatMap((epoch) =>
    Array.from({ length: images }, (_, i) => ({ epoch, id: `image-${i}`, epsilon: 0.5 * i / Math.max(images - 1, 1) }))
  );
}

Deno.test("quartilesByEpoch() is of all images, epochs in order", () => {
  const quartiles = { lower: 0.125, median: 0.25, upper: 0.375 };
  assertEquals(quartilesByEpoch(updates(5, [20, 10])), [{ epoch: 10, ...quartiles }, { epoch: 20, ...quartiles }]);
});

Deno.test("epsilonTrajectories() draws whole trajectories: all of a small set, a sample of a large one, which it says", () => {
  const [small] = layersOf(epsilonTrajectories(updates(5, [10, 20]), { range: RANGE }));
  assertEquals([small.data?.values.length, small.encoding?.y.scale?.domain], [10, [0, 0.5]]);
  const large = epsilonTrajectories(updates(880, [10, 20, 30]), { range: RANGE });
  assertEquals(layersOf(large)[0].data?.values.length, 3 * MOST_LINES);
  assertStringIncludes(captionOf(large), `${MOST_LINES} of 880`);
});

Deno.test("epsilonTrajectories() shows a single update as ticks, since there is no line to draw", () => {
  const [images, band] = layersOf(epsilonTrajectories(updates(5, [10]), { range: RANGE }));
  assertEquals([images.mark?.type, band.mark?.type], ["tick", "rule"]);
});

Deno.test("epsilonHistogram() counts every image once, both ends of the range included", () => {
  const cells = epsilonHistogram(updates(41, [10, 20]), RANGE);
  assertEquals(cells.length, 2 * EPSILON_BINS);
  for (const epoch of [10, 20]) {
    const column = cells.filter((cell) => cell.epoch === epoch);
    assertEquals(column.reduce((sum, { images }) => sum + images, 0), 41);
    assertAlmostEquals(column.reduce((sum, { share }) => sum + share, 0), 1);
    assertAlmostEquals(column.at(-1)!.to, 0.5);
  }
  const narrow = epsilonHistogram([{ epoch: 1, id: "a", epsilon: 0.2 }], [0.2, 0.2]); // all in one interval
  assertEquals(narrow.map(({ images }) => images).filter((images) => images > 0), [1]);
  const [drawn] = layersOf(epsilonDistribution(updates(5, [10]), { range: RANGE }));
  assertEquals(drawn.encoding?.y.scale?.domain, [0, 0.5]);
});

Deno.test("epsilonResponse() joins the means of methods with one ε for all images, in the order of ε", () => {
  const run = (method: string, epsilon: number, dice: number, uniform: boolean) => ({
    ...{ method, epsilon, dice, uniform, seed: 1 },
  });
  const layers = layersOf(epsilonResponse([
    run("polydice1-0.5", 0.5, 0.6, true),
    run("polydice1", 0, 0.7, true),
    run("polydice1", 0, 0.8, true),
    run("adaptive", 0.3, 0.9, false),
  ], { caption: [] }));
  assertEquals(layers[0].data?.values.map(({ epsilon, dice }) => [epsilon, dice]), [[0, 0.75], [0.5, 0.6]]);
  assertEquals(layers[1].data?.values.length, 4);
  const titles = ["PolyDice-1 (ε = 0)", "Adaptive PolyDice-1", "PolyDice-1 (ε = 0.5)"];
  assertEquals(layers[2].data?.values.map(({ method }) => method), titles);
});

Deno.test("signalError() holds ρ against 0, and the worst tenth against a half", () => {
  const panels = panelsOf(CHARTS.signalError);
  assertEquals(panels.map(([chance]) => chance.data?.values), [[{ chance: 0 }], [{ chance: 0.5 }]]);
  assertEquals(panels.map(([, line]) => line.encoding?.y.field), ["correlation", "worstBelowMedian"]);
});
