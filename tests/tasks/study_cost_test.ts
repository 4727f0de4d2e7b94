import { assert, assertAlmostEquals, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { THESIS_EXPERIMENT } from "../../lib/experiment/experiment.ts";
import { scheduleLength } from "../../tasks/list_schedule.ts";
import { costTable, recordedRate, thesisJobs, trainingArithmetic } from "../../tasks/study_cost.ts";
import { readStudy } from "../../tasks/training/study_file.ts";
import { madeRecord } from "../results/made_records.ts";

const STUDY = await readStudy("protocol");
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

Deno.test("thesisJobs() are the protocol's networks, each paid once, and a chosen ε waits for what it is chosen from", () => {
  const jobs = thesisJobs(STUDY, SIZES, 1);
  const fixed = trainingArithmetic(THESIS_EXPERIMENT, SIZES(), 200);
  const adaptive = trainingArithmetic({ ...THESIS_EXPERIMENT, epsilonControl: "adaptive" }, SIZES(), 200);
  assertEquals(jobs.map(({ seconds }) => seconds).filter((seconds) => seconds === adaptive).length, 14);
  assertEquals(jobs.map(({ seconds }) => seconds).filter((seconds) => seconds === fixed).length, 92);
  assertEquals(jobs.filter(({ needs }) => needs.length === 5).length, 10);
  assertEquals(jobs.length, 106);
  const total = jobs.reduce((sum, { seconds }) => sum + seconds, 0);
  assertAlmostEquals(scheduleLength(jobs, 1) / total, 1, 1e-9);
  // As many workers as one likes: those that are chosen from, then the chosen ones of other seeds.
  assertAlmostEquals(scheduleLength(jobs, 1000) / fixed, 2, 1e-9);
});

Deno.test("trainingArithmetic() adds MC Dropout for the updates of ε only", () => {
  const fixed = trainingArithmetic(THESIS_EXPERIMENT, SIZES(), 200);
  const adaptive = trainingArithmetic({ ...THESIS_EXPERIMENT, epsilonControl: "adaptive" }, SIZES(), 200);
  assertAlmostEquals((adaptive - fixed) / (20 * 800 * 139e9), 1, 0.01); // (shared + 10 passes), see bench/arithmetic.ts
});

Deno.test("costTable() doubles with the time of a step, says that all is extrapolated, and has no row without numbers", () => {
  const step = { seconds: 1, images: 2 };
  const table = costTable(STUDY, [], step, SIZES, { seconds: 0.5, images: 1 });
  const rows = table.split("\n").filter((line) => line.startsWith("| ")).slice(2).map((line) =>
    line.split("|").slice(2)
  );
  assertEquals(rows.length, 2);
  assertEquals(rows[0], rows[1]);
  assertStringIncludes(table, "**extrapolated**");
  assert(!table.includes("profile small"), table);
  assert(!costTable(STUDY, [], step, SIZES).includes("yours"));
});

Deno.test("recordedRate() is the median", () => {
  const record = (seconds: number) => ({ ...madeRecord(), experiment: THESIS_EXPERIMENT, seconds });
  const rate = recordedRate([record(100)]);
  assertAlmostEquals(recordedRate([record(100), record(300), record(900)]) / rate, 3, 1e-9);
});
