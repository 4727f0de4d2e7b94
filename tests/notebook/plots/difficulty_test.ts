import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  difficultyDistribution,
  difficultyVsError,
  difficultyVsTruth,
  signed,
} from "../../../lib/notebook/plots/difficulty.ts";
import { captionOf, layersOf } from "./chart_layers.ts";

const ROWS = [{ id: "a", difficulty: 0.01, dice: 0.9, trueDifficulty: 0.2 }];

Deno.test("difficultyDistribution() counts images by D and marks the percentile", () => {
  const chart = difficultyDistribution(ROWS, { percentile: 25, percentileDifficulty: 0.005 });
  const [bars, rule, label] = layersOf(chart);
  assertEquals(bars.encoding?.x.field, "difficulty");
  assertEquals(bars.encoding?.x.title, "difficulty D (nats)");
  assertEquals(rule.data?.values[0].difficulty, 0.005);
  assertEquals(label.data?.values[0].label, "25th percentile");
  assertStringIncludes(captionOf(chart), "1 images");
});

Deno.test("difficultyVsError() draws 1 − Dice against D and states the correlation and n", () => {
  const chart = difficultyVsError(ROWS, { spearman: 0.617, images: "test" });
  const [points] = layersOf(chart);
  assertEquals(points.data?.values, [{ id: "a", difficulty: 0.01, error: 0.1 }]);
  assertEquals([points.encoding?.x.field, points.encoding?.y.field], ["difficulty", "error"]);
  assertEquals(points.encoding?.x.scale, { zero: false }); // D of one network lies close together, far from 0
  assertStringIncludes(captionOf(chart), "+0.62; 1 test images");
});

Deno.test("difficultyVsTruth() draws D against the difficulty that images were made with", () => {
  const [points] = layersOf(difficultyVsTruth(ROWS, { spearman: -0.5 }));
  assertEquals([points.encoding?.x.field, points.encoding?.y.field], ["trueDifficulty", "difficulty"]);
});

Deno.test("signed() writes a correlation that is not defined as such", () => {
  assertEquals([signed(0), signed(-1), signed(NaN)], ["+0.00", "−1.00", "not defined"]);
});
