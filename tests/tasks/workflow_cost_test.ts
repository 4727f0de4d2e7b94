import { assertAlmostEquals, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { THESIS_EXPERIMENT } from "../../lib/experiment/experiment.ts";
import { readRecords } from "../../lib/results/record_store.ts";
import { TaskError } from "../../tasks/cli/task_error.ts";
import { projectFolder } from "../../tasks/setup/project_folder.ts";
import { readStudy } from "../../tasks/training/study_file.ts";
import { makespan, thesisRounds, trainingArithmetic, workflowCost } from "../../tasks/workflow_cost.ts";
import { madeRecord, madeStudy } from "../results/made_records.ts";

const { root } = projectFolder();
const COUNTS = { train: 800, validation: 100 };
const ADAPTIVE = { ...THESIS_EXPERIMENT, epsilonControl: "adaptive" } as const;

Deno.test("makespan() gives a free worker the longest job that is left", () => {
  assertEquals([1, 2, 8].map((workers) => makespan([3, 2, 4, 3], workers)), [12, 6, 4]);
  assertEquals(makespan([], 3), 0);
});

Deno.test("thesisRounds() are a study's networks in the thesis' profile; other seeds' chosen methods come after all others", () => {
  const record = madeRecord();
  const [first, chosen] = thesisRounds(madeStudy({ set: {} }), [record]);
  const fixed = trainingArithmetic(THESIS_EXPERIMENT, record.counts);
  const adaptive = trainingArithmetic(ADAPTIVE, record.counts);
  // Dice, Focal, ε = 0 and adaptive of three seeds, ε = 0.25 of the first.
  assertEquals(first.toSorted((a, b) => a - b), [...Array(10).fill(fixed), ...Array(3).fill(adaptive)]);
  assertEquals(chosen, [fixed, fixed]);
});

Deno.test("thesisRounds() pay each network of the protocol once", async () => {
  const { records } = await readRecords(join(root, "results", "protocol"));
  const rounds = thesisRounds(await readStudy("protocol"), records.map(({ record }) => record));
  assertEquals(rounds.map((jobs) => jobs.length), [96, 10]);
});

Deno.test("trainingArithmetic() adds MC Dropout for the updates of ε only", () => {
  const updates = trainingArithmetic(ADAPTIVE, COUNTS) - trainingArithmetic(THESIS_EXPERIMENT, COUNTS);
  assertAlmostEquals(updates / (20 * COUNTS.train * 139e9), 1, 0.01); // (shared + 10 passes), see bench/arithmetic.ts
});

Deno.test("workflow/README.md tells the cost that the records and the bench give", async () => {
  const page = await Deno.readTextFile(join(root, "workflow", "README.md"));
  const [, block] = /<!-- cost:protocol:begin -->(.*)<!-- cost:protocol:end -->/s.exec(page)!;
  // As it is before it is formatted.
  const plain = (text: string) => text.replaceAll(/-+/g, "-").replaceAll(/\s+/g, " ").trim();
  assertEquals(plain(block), plain(await workflowCost(await readStudy("protocol"), { root })));
});

Deno.test("workflowCost() doubles with the user's time of a step, and refuses a study without records", async () => {
  const study = await readStudy("protocol");
  const days = async (secondsPerStep: number) => {
    const table = await workflowCost(study, { root, secondsPerStep });
    assertStringIncludes(table, "**extrapolated**");
    return Number(/yours, from .* \| (\d+) days \| .* \| .* \|/.exec(table)![1]);
  };
  assertAlmostEquals(await days(80) / await days(40), 2, 0.01);
  await assertRejects(
    () => workflowCost(madeStudy({ set: {} }), { root }),
    TaskError,
    "it has no record of kvasir-seg grouped",
  );
});
