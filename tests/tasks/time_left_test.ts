import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { join } from "@std/path";
import {
  type MeasuredSeconds,
  readKnownSeconds,
  type RunState,
  timeLeft as timeLeftOf,
  updateMeasuredSeconds,
  writeMeasuredSeconds,
} from "../../tasks/notebooks/time_left.ts";
import { findNotebooks, notebookName, readNotebookCells } from "../../tasks/notebooks/cells.ts";
import { projectFolder } from "../../tasks/setup/project_folder.ts";

const names = ["1_a", "2_b", "3_c"];
const timeLeft = (here: MeasuredSeconds, state: RunState, elsewhere: MeasuredSeconds = {}) =>
  timeLeftOf({ here, elsewhere }, state);
const measured = { "1_a": [1, 4], "2_b": [1, 9], "3_c": [20] };

Deno.test("timeLeft() is the measured time at the start and none at the end", () => {
  const start = { names, current: 0, finished: [], parts: [], inPart: 0 };
  assertEquals(timeLeft(measured, start), { notebook: 5, all: 35, elsewhere: false });
  const end = { names, current: 2, finished: [5, 10], parts: [20], inPart: 0 };
  assertEquals(timeLeft(measured, end), { notebook: 0, all: 0, elsewhere: false });
});

Deno.test("timeLeft() follows the pace of this run", () => {
  const twiceAsSlow = { names, current: 2, finished: [100, 200], parts: [], inPart: 0 };
  const { all } = timeLeft({ "1_a": [50], "2_b": [100], "3_c": [20] }, twiceAsSlow);
  assertAlmostEquals(all!, 20 * (300 + 5) / (150 + 5));
});

Deno.test("timeLeft() is never negative, and a part that takes longer than expected tells of those to come", () => {
  const late = { names, current: 1, finished: [5], parts: [1], inPart: 60 };
  const pace = (5 + 1 + 60 + 5) / (5 + 1 + 9 + 5);
  const { notebook, all } = timeLeft(measured, late);
  assertEquals(notebook, 0);
  assertAlmostEquals(all!, 20 * pace);
});

Deno.test("timeLeft() says nothing of notebooks that were never measured", () => {
  const state = { names, current: 1, finished: [5], parts: [], inPart: 0 };
  assertEquals(timeLeft({}, state), { elsewhere: false });
  assertEquals(timeLeft({ "2_b": [1, 9] }, state), { notebook: 10, elsewhere: false });
});

Deno.test("timeLeft() takes another machine's times at this one's pace, which is told by what ran here", () => {
  const start = { names, current: 0, finished: [], parts: [], inPart: 0 };
  assertEquals(timeLeft({}, start, measured), { notebook: 5, all: 35, elsewhere: true });
  // This machine takes three times as long: within 30 % from the second notebook on.
  for (const state of [{ ...start, current: 1, finished: [15] }, { ...start, current: 2, finished: [15, 30] }]) {
    const { all, elsewhere } = timeLeft({}, state, measured);
    const truth = state.current === 1 ? 90 : 60;
    assert(Math.abs(all! / truth - 1) < 0.3, `${all} of ${truth} s`);
    assert(!elsewhere);
  }
  // The first two have run here before.
  const before = { "1_a": [3, 12], "2_b": [3, 27] };
  const { all, elsewhere } = timeLeft(before, start, measured);
  assertAlmostEquals(all!, 45 + 20 * (45 + 1) / (15 + 1));
  assert(!elsewhere);
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

Deno.test("readKnownSeconds() tells this machine's times from the reference's, and keeps kinds apart", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const kind = { profile: "quick", dataset: "synthetic", backend: "cpu" };
    const reference = join(folder, "reference");
    await Deno.mkdir(reference);
    const elsewhere = { "1_a": [7], "2_b": [8] };
    await Deno.writeTextFile(join(reference, "quick.json"), JSON.stringify(elsewhere));
    await writeMeasuredSeconds(folder, kind, { "1_a": [3] });
    assertEquals(await readKnownSeconds(folder, kind, reference), { here: { "1_a": [3] }, elsewhere });
    assertEquals(await readKnownSeconds(folder, { ...kind, profile: "smoke" }, reference), { here: {}, elsewhere: {} });
    const photographs = { ...kind, dataset: "cvc-clinicdb" };
    assertEquals(await readKnownSeconds(folder, photographs, reference), { here: {}, elsewhere });
    await Deno.writeTextFile(join(reference, "quick-kvasir-seg.json"), JSON.stringify({ "1_a": [9] }));
    assertEquals(await readKnownSeconds(folder, photographs, reference), { here: {}, elsewhere: { "1_a": [9] } });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a first run knows the time of every notebook and cell, from the machine that was measured", async () => {
  const { notebooks } = projectFolder();
  const found = await findNotebooks(notebooks);
  for (const [profile, dataset] of [["smoke", "synthetic"], ["quick", "synthetic"], ["quick", "kvasir-seg"]]) {
    const { elsewhere } = await readKnownSeconds("no cache", { profile, dataset, backend: "tensorflow" });
    assertEquals(Object.keys(elsewhere).sort(), found.map(notebookName).sort(), `${profile} ${dataset}`);
    for (const path of found) {
      const cells = (await readNotebookCells(path)).length;
      assertEquals(elsewhere[notebookName(path)].length, 1 + cells, `${profile} ${dataset} ${path}`);
    }
  }
});
