import { assertEquals, assertStringIncludes } from "@std/assert";
import { diceByGroup } from "../../../lib/notebook/plots/dice_by_group.ts";
import { errorKept } from "../../../lib/notebook/plots/error_kept.ts";
import { methodResults } from "../../../lib/notebook/plots/method_results.ts";
import { pairedDifferences } from "../../../lib/notebook/plots/paired_differences.ts";
import { reliability } from "../../../lib/notebook/plots/reliability.ts";
import { captionOf, type Layer, layersOf } from "./chart_layers.ts";

const IMAGES = { lower: -0.01, upper: 0.02 };
const SEEDS = { lower: -0.03, upper: 0.04 };
const DIFFERENCE = { bySeed: { mean: 0.005 }, overImages: IMAGES };
const OPTIONS = { caption: ["Made rows."] };

function domainOf(layer: Layer, channel: string): unknown[] | undefined {
  return layer.encoding?.[channel].scale?.domain;
}

Deno.test("methodResults() keeps the line of a method that has no run yet, and says how many seeds there are", () => {
  const spread = { dice: { mean: 0.8, deviation: 0.01 } };
  const chart = methodResults([
    { method: "adaptive", seeds: "0 of 5" },
    { method: "dice", seeds: "5", best: spread, last: spread, thesis: { dice: 0.79 } },
  ], OPTIONS) as unknown as { layer: { layer: Layer[] }[]; data: { values: Record<string, unknown>[] } };
  assertEquals(chart.data.values.map(({ weights, low }) => [weights, low]), [
    ["best validation epoch", 0.79],
    ["last epoch", 0.79],
    ["thesis", undefined],
  ]);
  assertEquals(domainOf(chart.layer[0].layer[0], "y"), ["Dice (n = 5)", "Adaptive PolyDice-1 (n = 0 of 5)"]);
});

Deno.test("methodResults() draws every seed beside the mean of its weights", () => {
  const chart = methodResults([{
    method: "dice",
    seeds: "2",
    best: { dice: { mean: 0.8, deviation: 0.1, values: [0.7, 0.9] } },
    last: { dice: { mean: 0.6, values: [0.6] } },
  }], OPTIONS) as unknown as { layer: { layer: Layer[] }[] };
  const dots = chart.layer.map(({ layer }) => layer[1].data?.values.map(({ value }) => value));
  assertEquals(dots, [[0.7, 0.9], [0.6]]);
});

Deno.test("pairedDifferences() draws zero, both intervals and the mean; the interval over seeds only where there is one", () => {
  const rows = [{ method: "focal", ...DIFFERENCE }, { method: "dice", ...DIFFERENCE, overSeeds: SEEDS }];
  const layers = layersOf(pairedDifferences(rows, OPTIONS));
  assertEquals(layers.map(({ data }) => data?.values.length), [1, 1, 2, 2]);
  assertEquals(layers[1].data?.values[0].lowest, -0.03);
  assertEquals(layers[3].data?.values.map(({ label }) => label), ["against Dice", "against Focal (γ = 2)"]);
  assertEquals(layersOf(pairedDifferences(rows.slice(0, 1), OPTIONS)).length, 3);
});

Deno.test("pairedDifferences() calls the compared method and the others by their titles", () => {
  const chart = pairedDifferences([{ method: "k-9", title: "k = 9", ...DIFFERENCE }], {
    ...OPTIONS,
    method: { method: "mine", title: "Mine" },
  });
  assertEquals(layersOf(chart).at(-1)?.data?.values.map(({ label }) => label), ["against k = 9"]);
  assertStringIncludes(JSON.stringify(chart), "right: Mine is ahead");
});

Deno.test("diceByGroup() orders groups by their number, and names their bounds and sizes", () => {
  const row = (group: number) => ({
    ...{
      method: "dice",
      grouping: "size" as const,
      group,
      from: 0.1 * group,
      to: 0.1 * group + 0.1,
      images: 30 + group,
    },
    dice: { mean: 0.5, deviation: 0.1 },
  });
  const chart = diceByGroup([row(2), row(1)], OPTIONS) as unknown as { data: { values: Record<string, unknown>[] } };
  const [rule] = layersOf(chart) as unknown as { encoding: { x: { sort: string[] } } }[];
  assertEquals(rule.encoding.x.sort, ["10.0 % to 20.0 %; n = 31", "20.0 % to 30.0 %; n = 32"]);
  assertEquals(chart.data.values.map(({ low, high }) => [low, high]), [[0.4, 0.6], [0.4, 0.6]]);
});

Deno.test("reliability() holds the bins against the diagonal", () => {
  const bins = [{ probability: 0.1, frequency: 0.2, share: 1 }];
  const layers = layersOf(reliability([{ method: "adaptive", reliability: bins }], OPTIONS));
  assertEquals(layers[0].data?.values.map(({ probability, frequency }) => probability === frequency), [true, true]);
  assertEquals(layers[2].data?.values, [{ ...bins[0], method: "Adaptive PolyDice-1" }]);
});

Deno.test("errorKept() leaves out what lies beyond the shares that are drawn", () => {
  const retention = [0, 0.2, 0.4].map((rejected) => ({ rejected, error: 0.1 }));
  const [line] = layersOf(errorKept([{ method: "dice", retention }], { ...OPTIONS, until: 0.3 }));
  assertEquals(line.data?.values.map(({ rejected }) => rejected), [0, 0.2]);
  assertStringIncludes(captionOf(errorKept([{ method: "dice", retention }], OPTIONS)), "Made rows.");
});
