import { assertEquals, assertStringIncludes } from "@std/assert";
import { epsilonResponse } from "../../../lib/notebook/plots/epsilon_response.ts";
import { forest } from "../../../lib/notebook/plots/forest.ts";
import { signalError } from "../../../lib/notebook/plots/signal_error.ts";
import { captionOf, type Layer, layersOf } from "./chart_layers.ts";

const OPTIONS = { caption: ["Made rows."] };

Deno.test("forest() draws the margin, both intervals, the mean and every seed", () => {
  const row = {
    label: "adaptive − mean",
    bySeed: { mean: 0.01, values: [0, 0.02] },
    overImages: { lower: 0, upper: 0.02 },
    overSeeds: { lower: -0.01, upper: 0.03 },
  };
  const chart = forest([row], { ...OPTIONS, title: "Made", margin: 0.01 });
  const layers = layersOf(chart);
  assertEquals(layers[0].data?.values, [{ from: -0.01, to: 0.01 }]);
  assertEquals(layers.at(-1)?.data?.values.map(({ value }) => value), [0, 0.02]);
  assertStringIncludes(captionOf(chart), "within ±0.01");
  assertEquals(layersOf(forest([row], { ...OPTIONS, title: "Made" })).length, layers.length - 1);
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
  ], OPTIONS));
  assertEquals(layers[0].data?.values.map(({ epsilon, dice }) => [epsilon, dice]), [[0, 0.75], [0.5, 0.6]]);
  assertEquals(layers[1].data?.values.length, 4);
  assertEquals(layers[2].data?.values.map(({ method }) => method), [
    "PolyDice-1 (ε = 0)",
    "Adaptive PolyDice-1",
    "PolyDice-1 (ε = 0.5)",
  ]);
});

Deno.test("signalError() holds ρ against 0, and the worst tenth against a half", () => {
  const chart = signalError(
    [{ method: "adaptive", seed: 1, epoch: 3, correlation: 0.2, worstBelowMedian: 0.7 }],
    OPTIONS,
  );
  const panels = (chart as unknown as { hconcat: { layer: Layer[] }[] }).hconcat;
  assertEquals(panels.map(({ layer }) => layer[0].data?.values), [[{ chance: 0 }], [{ chance: 0.5 }]]);
  assertEquals(panels.map(({ layer }) => layer[1].encoding?.y.field), ["correlation", "worstBelowMedian"]);
});
