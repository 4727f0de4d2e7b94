import { assertAlmostEquals, assertEquals } from "@std/assert";
import { join } from "@std/path";
import {
  readMeasuredSeconds,
  timeLeft,
  updateMeasuredSeconds,
  writeMeasuredSeconds,
} from "../../../tasks/notebooks/time_left.ts";

const names = ["1_a", "2_b", "3_c"];
const measured = { "1_a": [1, 4], "2_b": [1, 9], "3_c": [20] };

Deno.test("timeLeft() is the measured time at the start and none at the end", () => {
  const start = { names, current: 0, finished: [], parts: [], inPart: 0 };
  assertEquals(timeLeft(measured, start), { notebook: 5, all: 35 });
  const end = { names, current: 2, finished: [5, 10], parts: [20], inPart: 0 };
  assertEquals(timeLeft(measured, end), { notebook: 0, all: 0 });
});

Deno.test("timeLeft() follows the pace of this run", () => {
  const twiceAsSlow = { names, current: 2, finished: [100, 200], parts: [], inPart: 0 };
  const { all } = timeLeft({ "1_a": [50], "2_b": [100], "3_c": [20] }, twiceAsSlow);
  assertAlmostEquals(all!, 20 * (300 + 5) / (150 + 5));
});

Deno.test("timeLeft() is never negative, however long a part takes", () => {
  const late = { names, current: 1, finished: [5], parts: [1], inPart: 60 };
  assertEquals(timeLeft(measured, late), { notebook: 0, all: 20 });
});

Deno.test("timeLeft() says nothing of notebooks that were never measured", () => {
  const state = { names, current: 1, finished: [5], parts: [], inPart: 0 };
  assertEquals(timeLeft({}, state), {});
  assertEquals(timeLeft({ "2_b": [1, 9] }, state), { notebook: 10 });
});

Deno.test("updateMeasuredSeconds() keeps the longer time of a notebook that loaded what was trained before", () => {
  const known = { "1_a": [10], "2_b": [20], "3_c": [1] };
  assertEquals(updateMeasuredSeconds(known, { "1_a": [2, 2], "2_b": [11], "4_d": [5] }), {
    "1_a": [10],
    "2_b": [11],
    "3_c": [1],
    "4_d": [5],
  });
});

Deno.test("readMeasuredSeconds() prefers what was measured here to the reference, and keeps kinds apart", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const kind = { profile: "quick", dataset: "synthetic", backend: "cpu" };
    const reference = join(folder, "reference");
    await Deno.mkdir(reference);
    await Deno.writeTextFile(join(reference, "quick.json"), JSON.stringify({ "1_a": [7], "2_b": [8] }));
    await writeMeasuredSeconds(folder, kind, { "1_a": [3] });
    assertEquals(await readMeasuredSeconds(folder, kind, reference), { "1_a": [3], "2_b": [8] });
    assertEquals(await readMeasuredSeconds(folder, { ...kind, profile: "smoke" }, reference), {});
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
