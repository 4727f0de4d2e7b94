import { assert, assertAlmostEquals, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { THESIS_EXPERIMENT } from "../../lib/training/experiment.ts";
import { scheduleLength } from "../../tasks/list_schedule.ts";
import { costTable, recordedRate, thesisJobs, trainingArithmetic } from "../../tasks/study_cost.ts";
import { madeRecord } from "../evaluation/made_records.ts";

const SIZES = () => ({ train: 800, validation: 100 });

Deno.test("scheduleLength() waits for what a job needs, and takes the longest job first", () => {
  const jobs = [
    { seconds: 1, needs: [] },
    { seconds: 5, needs: [0] },
    { seconds: 4, needs: [] },
    { seconds: 2, needs: [1] },
  ];
  assertEquals([1, 2, 64].map((workers) => scheduleLength(jobs, workers)), [12, 8, 8]);
  assertEquals(scheduleLength([], 3), 0);
  assertThrows(() => scheduleLength([{ seconds: 1, needs: [0] }], 1), RangeError, "job 0 waits for one that");
  assertThrows(() => scheduleLength(jobs, 0), RangeError, "whole number of workers from 1, found 0");
});

Deno.test("thesisJobs() are the protocol's, the search for ε trains four networks, and no network is paid twice", () => {
  const jobs = thesisJobs(SIZES, 1);
  const fixed = trainingArithmetic(THESIS_EXPERIMENT, SIZES(), 200);
  const adaptive = trainingArithmetic({ ...THESIS_EXPERIMENT, epsilonControl: "adaptive" }, SIZES(), 200);
  const networks = new Map<number, number>();
  for (const { seconds } of jobs) {
    if (seconds !== adaptive) networks.set(seconds / fixed, (networks.get(seconds / fixed) ?? 0) + 1);
  }
  assertEquals(jobs.length, 94);
  assertEquals([...networks], [[1, 76], [4, 4]]); // the other 14 are adaptive
  const total = jobs.reduce((sum, { seconds }) => sum + seconds, 0);
  assertAlmostEquals(scheduleLength(jobs, 1) / total, 1, 1e-9);
  // As many workers as one likes: ε = 0, then the search's four, then the seeds' own.
  assertAlmostEquals(scheduleLength(jobs, 1000) / fixed, 6, 1e-9);
});

Deno.test("trainingArithmetic() adds MC Dropout for the updates of ε only", () => {
  const fixed = trainingArithmetic(THESIS_EXPERIMENT, SIZES(), 200);
  const adaptive = trainingArithmetic({ ...THESIS_EXPERIMENT, epsilonControl: "adaptive" }, SIZES(), 200);
  assertAlmostEquals((adaptive - fixed) / (20 * 800 * 139e9), 1, 0.01); // (shared + 10 passes), see bench/arithmetic.ts
});

Deno.test("costTable() doubles with the time of a step, says that all is extrapolated, and has no row without numbers", () => {
  const step = { seconds: 1, images: 2 };
  const table = costTable([], step, SIZES, { seconds: 0.5, images: 1 });
  const rows = table.split("\n").filter((line) => line.startsWith("| ")).slice(2).map((line) =>
    line.split("|").slice(2)
  );
  assertEquals(rows.length, 2);
  assertEquals(rows[0], rows[1]);
  assertStringIncludes(table, "**extrapolated**");
  assert(!table.includes("profile small"), table);
  assert(!costTable([], step, SIZES).includes("yours"));
});

Deno.test("recordedRate() is the median, and counts a network that has two records once", () => {
  const record = (hash: string, seconds: number) => ({
    ...madeRecord(),
    experiment: { ...THESIS_EXPERIMENT },
    hash,
    seconds,
  });
  const rate = recordedRate([record("a", 100)]);
  const several = recordedRate([record("a", 100), record("a", 100), record("b", 300), record("c", 900)]);
  assertAlmostEquals(several / rate, 3, 1e-9);
});
