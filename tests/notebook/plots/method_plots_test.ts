import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { METHODS } from "../../../lib/experiment/methods.ts";
import { forest, pairedDifferences, perImageComparison } from "../../../lib/notebook/plots/differences.ts";
import { learningCurves } from "../../../lib/notebook/plots/learning_curves.ts";
import { type MethodResult, methodResults, resultsComparison } from "../../../lib/notebook/plots/method_results.ts";
import {
  METHOD_STYLES,
  methodLabel,
  methodsInOrder,
  orderedColours,
  plotData,
} from "../../../lib/notebook/plots/theme.ts";
import { captionOf, layersOf, panelsOf } from "./sample_charts.ts";

const OPTIONS = { caption: [] };

Deno.test("plots call a method by its title, or as the library does, or by its own name", () => {
  for (const [method, { title }] of Object.entries(METHODS)) assertEquals(methodLabel({ method }), title);
  assertEquals([methodLabel({ method: "mine" }), methodLabel({ method: "dice", title: "Mine" })], ["mine", "Mine"]);
});

Deno.test("no two methods share a colour, and steps of an ordered quantity do not", () => {
  const styles = Object.values(METHOD_STYLES);
  assertEquals(new Set(styles.map(({ colour }) => colour)).size, styles.length);
  for (const count of [0, 1, 2, 5, 12]) {
    const colours = orderedColours(count);
    assertEquals(new Set(colours).size, count);
    assert(colours.every((colour) => /^#[0-9a-f]{6}$/.test(colour)));
  }
});

Deno.test("methodsInOrder() takes each method once", () => {
  const rows = ["focal", "mine", "focal", "dice"].map((method) => ({ method }));
  assertEquals(methodsInOrder(rows).map(({ method }) => method), ["dice", "focal", "mine"]);
  assertEquals(methodsInOrder([]), []);
});

Deno.test("plotData() keeps only the fields that are plotted, numbers with six digits, the rest as it is", () => {
  const rows = [{ x: Math.PI, y: 1e-9 / 3, id: "a", none: undefined, nothing: null, note: "left out" }];
  assertEquals(plotData(rows, ["x", "y", "id", "none", "nothing"]), {
    values: [{ x: 3.14159, y: 3.33333e-10, id: "a", none: undefined, nothing: null }],
  });
});

const HISTORY = [0.4, 0.7, 0.7, 0.6].map((valDice, i) => ({ epoch: i + 1, trainLoss: 1 - valDice, valDice }));

Deno.test("learningCurves() has the loss on the left and validation Dice on the right, methods in Table 2's order", () => {
  const runs = ["adaptive", "dice"].map((method) => ({ method, seed: 1, history: HISTORY }));
  const [[loss], [dice]] = panelsOf(learningCurves(runs));
  assertEquals([loss.encoding?.y.field, dice.encoding?.y.field], ["trainLoss", "valDice"]);
  assertEquals([loss.encoding?.x.field, dice.encoding?.x.field], ["epoch", "epoch"]);
  assertEquals(loss.encoding?.color.scale?.domain, ["Dice", "Adaptive PolyDice-1"]);
});

Deno.test("learningCurves() marks the first of the best validation epochs, and adds the mean over several seeds", () => {
  const run = (seed: number, method = "dice", history = HISTORY) => ({ method, seed, history });
  const [, dice] = panelsOf(learningCurves([run(1), run(1, "focal", [])]));
  assertEquals(dice.at(-1)?.data?.values, [{ method: "Dice", seed: 1, epoch: 2, valDice: 0.7 }]);
  assertEquals(panelsOf(learningCurves([run(1)])).map((layers) => layers.length), [1, 2]);
  assertEquals(panelsOf(learningCurves([run(1), run(2)])).map((layers) => layers.length), [2, 3]);
  assertStringIncludes(captionOf(learningCurves([run(1), run(2)])), "mean of 2 seeds");
});

const OURS = { dice: { mean: 0.7 }, iou: { mean: 0.6 }, precision: { mean: 0.8 }, recall: { mean: 0.9 } };
const THESIS = { dice: 0.8, iou: 0.7, precision: 0.8, recall: 0.8 };

function comparison(results: MethodResult[]) {
  const { data, spec } = resultsComparison(results, OPTIONS) as unknown as {
    data: { values: Record<string, unknown>[] };
    spec: object;
  };
  return { rows: data.values, layers: layersOf(spec) };
}

Deno.test("resultsComparison() has a mark of ours and of the thesis' for each method and metric", () => {
  const { rows } = comparison([{ method: "dice", ours: OURS, thesis: THESIS }, { method: "adaptive", ours: OURS }]);
  assertEquals(rows.filter(({ source }) => source === "ours").length, 8);
  const theirs = rows.filter(({ source }) => source === "thesis").map(({ metric }) => metric);
  assertEquals(theirs, ["Dice", "IoU", "Precision", "Recall"]);
});

Deno.test("resultsComparison() draws intervals only where there are some, and a legend only for two sources", () => {
  const [alone, ...none] = comparison([{ method: "dice", ours: OURS }]).layers;
  const interval = { ...OURS, dice: { mean: 0.7, low: 0.6, high: 0.8 } };
  const [lines, both] = comparison([{ method: "dice", ours: interval, thesis: THESIS }]).layers;
  assertEquals([none, lines.encoding?.x.field, lines.encoding?.x2.field], [[], "low", "high"]);
  for (const channel of ["stroke", "fill", "shape"]) {
    assertEquals([alone, both].map((marks) => marks.encoding?.[channel].legend), [null, { orient: "bottom" }]);
  }
  assertEquals(both.encoding?.shape.scale?.range, ["circle", "diamond"]); // not by colour alone
});

Deno.test("methodResults() keeps the line of a method that has no run yet, and says how many seeds there are", () => {
  const spread = { dice: { mean: 0.8, deviation: 0.01 } };
  const chart = methodResults([
    { method: "adaptive", seeds: "0 of 5" },
    { method: "dice", seeds: "5", best: spread, last: spread, thesis: { dice: 0.79 } },
  ], OPTIONS);
  const { values } = (chart as unknown as { data: { values: Record<string, unknown>[] } }).data;
  assertEquals(values.map(({ weights, low }) => [weights, low]), [
    ["best validation epoch", 0.79],
    ["last epoch", 0.79],
    ["thesis", undefined],
  ]);
  const [[rule]] = layersOf(chart).map(layersOf);
  assertEquals(rule.encoding?.y.scale?.domain, ["Dice (n = 5)", "Adaptive PolyDice-1 (n = 0 of 5)"]);
});

Deno.test("methodResults() draws every seed beside the mean of its weights", () => {
  const chart = methodResults([{
    method: "dice",
    seeds: "2",
    best: { dice: { mean: 0.8, deviation: 0.1, values: [0.7, 0.9] } },
    last: { dice: { mean: 0.6, values: [0.6] } },
  }], OPTIONS);
  const dots = layersOf(chart).map((layer) => layersOf(layer)[1].data?.values.map(({ value }) => value));
  assertEquals(dots, [[0.7, 0.9], [0.6]]);
});

const DIFFERENCE = { bySeed: { mean: 0.005 }, overImages: { lower: -0.01, upper: 0.02 } };
const SEEDS = { lower: -0.03, upper: 0.04 };

Deno.test("pairedDifferences() draws zero, both intervals and the mean; the interval over seeds only where there is one", () => {
  const rows = [{ method: "focal", ...DIFFERENCE }, { method: "dice", ...DIFFERENCE, overSeeds: SEEDS }];
  const layers = layersOf(pairedDifferences(rows, OPTIONS));
  assertEquals(layers.map(({ data }) => data?.values.length), [1, 1, 2, 2]);
  assertEquals(layers[1].data?.values[0].lowest, -0.03);
  assertEquals(layers[3].data?.values.map(({ label }) => label), ["against Dice", "against Focal (γ = 2)"]);
  assertEquals(layersOf(pairedDifferences(rows.slice(0, 1), OPTIONS)).length, 3);
});

Deno.test("pairedDifferences() calls the compared method and the others by their titles", () => {
  const about = { ...OPTIONS, method: { method: "mine", title: "Mine" } };
  const chart = pairedDifferences([{ method: "k-9", title: "k = 9", ...DIFFERENCE }], about);
  assertEquals(layersOf(chart).at(-1)?.data?.values.map(({ label }) => label), ["against k = 9"]);
  assertStringIncludes(JSON.stringify(chart), "right: Mine is ahead");
});

Deno.test("forest() draws the margin, both intervals, the mean and every seed", () => {
  const bySeed = { mean: 0.01, values: [0, 0.02] };
  const row = { label: "adaptive − mean", bySeed, overImages: { lower: 0, upper: 0.02 }, overSeeds: SEEDS };
  const chart = forest([row], { ...OPTIONS, title: "Made", margin: 0.01 });
  const layers = layersOf(chart);
  assertEquals(layers[0].data?.values, [{ from: -0.01, to: 0.01 }]);
  assertEquals(layers.at(-1)?.data?.values.map(({ value }) => value), [0, 0.02]);
  assertStringIncludes(captionOf(chart), "within ±0.01");
  assertEquals(layersOf(forest([row], { ...OPTIONS, title: "Made" })).length, layers.length - 1);
});

Deno.test("perImageComparison() counts wins, losses and ties, and draws the diagonal", () => {
  const scores = [[0.5, 0.6], [0.5, 0.4], [0.5, 0.502], [0.1, 0.9]];
  const rows = scores.map(([first, second], i) => ({ id: `image-${i}`, first, second }));
  const chart = perImageComparison(rows, { first: { method: "dice" }, second: { method: "adaptive" } });
  assertStringIncludes(captionOf(chart), "4 images: Adaptive PolyDice-1 is better on 2, worse on 1");
  assertStringIncludes(captionOf(chart), "equal (within 0.005) on 1");
  const [diagonal, points] = layersOf(chart);
  assertEquals(diagonal.data?.values, [{ first: 0, second: 0 }, { first: 1, second: 1 }]);
  const titles = ["Dice, trained with Dice", "Dice, trained with Adaptive PolyDice-1"];
  assertEquals([points.encoding?.x.title, points.encoding?.y.title], titles);
});
