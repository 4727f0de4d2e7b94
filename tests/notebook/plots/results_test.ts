import { assertEquals, assertStringIncludes } from "@std/assert";
import { perImageComparison } from "../../../lib/notebook/plots/per_image_comparison.ts";
import { type MethodResult, resultsComparison } from "../../../lib/notebook/plots/results_comparison.ts";
import { captionOf, type Layer, layersOf } from "./chart_layers.ts";

const OURS = { dice: { mean: 0.7 }, iou: { mean: 0.6 }, precision: { mean: 0.8 }, recall: { mean: 0.9 } };
const THESIS = { dice: 0.8, iou: 0.7, precision: 0.8, recall: 0.8 };

function panels(results: MethodResult[]) {
  const chart = resultsComparison(results, { caption: [] }) as unknown as {
    data: { values: Record<string, unknown>[] };
    spec: { layer: Layer[] };
  };
  return { rows: chart.data.values, layers: chart.spec.layer };
}

Deno.test("resultsComparison() has a mark of ours and of the thesis' for each method and metric", () => {
  const { rows } = panels([{ method: "dice", ours: OURS, thesis: THESIS }, { method: "adaptive", ours: OURS }]);
  assertEquals(rows.filter(({ source }) => source === "ours").length, 8);
  assertEquals(rows.filter(({ source }) => source === "thesis").map(({ metric }) => metric), [
    "Dice",
    "IoU",
    "Precision",
    "Recall",
  ]);
});

Deno.test("resultsComparison() draws intervals only where there are some", () => {
  assertEquals(panels([{ method: "dice", ours: OURS }]).layers.length, 1);
  const interval = { ...OURS, dice: { mean: 0.7, low: 0.6, high: 0.8 } };
  const { layers } = panels([{ method: "dice", ours: interval }]);
  assertEquals([layers[0].encoding?.x.field, layers[0].encoding?.x2.field], ["low", "high"]);
});

Deno.test("resultsComparison() tells ours and the thesis' apart by shape as well as by colour", () => {
  const { layers } = panels([{ method: "dice", ours: OURS, thesis: THESIS }]);
  assertEquals(layers[0].encoding?.shape.scale?.range, ["circle", "diamond"]);
});

Deno.test("perImageComparison() counts wins, losses and ties, and draws the diagonal", () => {
  const scores = [[0.5, 0.6], [0.5, 0.4], [0.5, 0.502], [0.1, 0.9]];
  const rows = scores.map(([first, second], i) => ({ id: `image-${i}`, first, second }));
  const chart = perImageComparison(rows, { first: { method: "dice" }, second: { method: "adaptive" } });
  assertStringIncludes(captionOf(chart), "4 images: Adaptive PolyDice-1 is better on 2, worse on 1");
  assertStringIncludes(captionOf(chart), "equal (within 0.005) on 1");
  const [diagonal, points] = layersOf(chart);
  assertEquals(diagonal.data?.values, [{ first: 0, second: 0 }, { first: 1, second: 1 }]);
  assertEquals([points.encoding?.x.title, points.encoding?.y.title], [
    "Dice, trained with Dice",
    "Dice, trained with Adaptive PolyDice-1",
  ]);
});

Deno.test("resultsComparison() has a legend only where there are two sources", () => {
  const legends = (results: MethodResult[]) =>
    ["stroke", "fill", "shape"].map((channel) => panels(results).layers.at(-1)?.encoding?.[channel].legend);
  assertEquals(legends([{ method: "dice", ours: OURS }]), [null, null, null]);
  assertEquals(legends([{ method: "dice", ours: OURS, thesis: THESIS }]), Array(3).fill({ orient: "bottom" }));
});
