import { assertEquals, assertStringIncludes } from "@std/assert";
import { learningCurves } from "../../../lib/notebook/plots/learning_curves.ts";
import { captionOf, layersOf } from "./chart_layers.ts";

const HISTORY = [0.4, 0.7, 0.7, 0.6].map((valDice, i) => ({ epoch: i + 1, trainLoss: 1 - valDice, valDice }));

function panels(runs: Parameters<typeof learningCurves>[0]) {
  return (learningCurves(runs) as unknown as { hconcat: object[] }).hconcat.map(layersOf);
}

Deno.test("learningCurves() has the loss on the left and validation Dice on the right", () => {
  const [[loss], [dice]] = panels([{ method: "dice", seed: 1, history: HISTORY }]);
  assertEquals([loss.encoding?.y.field, dice.encoding?.y.field], ["trainLoss", "valDice"]);
  assertEquals([loss.encoding?.x.field, dice.encoding?.x.field], ["epoch", "epoch"]);
});

Deno.test("learningCurves() marks the first of the best validation epochs of each run", () => {
  const [, dice] = panels([{ method: "dice", seed: 1, history: HISTORY }, { method: "focal", seed: 1, history: [] }]);
  assertEquals(dice.at(-1)?.data?.values, [{ method: "Dice", seed: 1, epoch: 2, valDice: 0.7 }]);
});

Deno.test("learningCurves() adds the mean over seeds where there are several", () => {
  const run = (seed: number) => ({ method: "dice", seed, history: HISTORY });
  assertEquals(panels([run(1)]).map((layers) => layers.length), [1, 2]);
  assertEquals(panels([run(1), run(2)]).map((layers) => layers.length), [2, 3]);
  assertStringIncludes(captionOf(learningCurves([run(1), run(2)])), "mean of 2 seeds");
});

Deno.test("learningCurves() orders methods as Table 2 does", () => {
  const [[loss]] = panels(["adaptive", "dice"].map((method) => ({ method, seed: 1, history: HISTORY })));
  assertEquals(loss.encoding?.color.scale?.domain, ["Dice", "Adaptive PolyDice-1"]);
});
