import {
  assertAlmostEquals,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { join, resolve } from "@std/path";
import { THESIS_EXPERIMENT } from "../../lib/experiment/experiment.ts";
import { runOfRecord, runsOf } from "../../lib/experiment/study_runs.ts";
import { readRecords } from "../../lib/results/record_store.ts";
import { TaskError } from "../../tasks/cli/task_error.ts";
import { projectFolder } from "../../tasks/setup/project_folder.ts";
import { readStudy } from "../../tasks/training/study_file.ts";
import { makespan, thesisRounds, trainingArithmetic, workflowCost } from "../../tasks/workflow/cost.ts";
import { snakemakeArguments, type Workflow, workflowPlan } from "../../tasks/workflow/plan.ts";
import { madeRecord, madeStudy } from "../results/made_records.ts";

const ROOT = resolve("/a project");

function workflow(changes: Partial<Workflow> = {}): Workflow {
  return {
    project: projectFolder(ROOT),
    study: { name: "made", word: "/home/it's/made.json" },
    executor: "local",
    cores: 6,
    threads: 2,
    results: join(ROOT, "results"),
    runs: join(ROOT, "runs"),
    backend: "tensorflow",
    snakemake: [],
    ...changes,
  };
}

Deno.test("workflowPlan() names the records, and a command in words that a shell reads", () => {
  const runs = runsOf(madeStudy());
  const plan = workflowPlan(workflow({ data: "/my data" }), runs);
  assertEquals(plan.runs.map((name) => `${name}.json`), runs.map(({ record }) => record));
  assertEquals([plan.records, plan.study], [`${ROOT}/results/made/records/`, "made/records/"]);
  assertEquals([plan.logs, plan.threads], [join(ROOT, "runs", "workflow", "logs", "made"), 2]);
  const { stdout } = new Deno.Command("sh", { args: ["-c", `printf '%s\\n' ${plan.train}`] }).outputSync();
  const words = new TextDecoder().decode(stdout).trimEnd().split("\n");
  assertEquals(words.slice(words.indexOf(join(ROOT, "tasks", "sweep.ts")) + 1), [
    ...["/home/it's/made.json", "--backend", "tensorflow", "--runs", `${ROOT}/runs`, "--data", "/my data"],
  ]);
});

Deno.test("snakemakeArguments() name the plan, and the profile of a cluster", () => {
  const local = snakemakeArguments(workflow({ dryRun: true, snakemake: ["--quiet"] }), "/plan.json");
  assertEquals([local[0], local[local.indexOf("--cores") + 1]], ["all", "6"]);
  assertEquals(local.includes("plan=/plan.json"), true);
  assertEquals(local.slice(-2), ["--dry-run", "--quiet"]);
  const slurm = snakemakeArguments(workflow({ executor: "slurm" }), "/p.json");
  assertEquals(slurm[slurm.indexOf("--workflow-profile") + 1], join(ROOT, "workflow", "profiles", "slurm"));
});

Deno.test("for Kubernetes, records and Snakefile are named from the folders on that Snakemake adds", () => {
  const pods = workflow({ executor: "kubernetes", results: "/v/results" });
  assertEquals(workflowPlan(pods, []).records, "made/records/");
  const words = snakemakeArguments(pods, "/v/runs/workflow/plan.json");
  assertEquals(words[words.indexOf("--snakefile") + 1], "Snakefile");
  assertEquals(words[words.indexOf("--default-storage-prefix") + 1], "/v/results");
  assertEquals(words.includes("--directory"), false);
});

for (const executor of ["slurm", "kubernetes"]) {
  Deno.test(`the profile for ${executor} goes on after interruptions and never makes a record anew`, async () => {
    const path = join(projectFolder().root, "workflow", "profiles", executor, "config.yaml");
    const text = await Deno.readTextFile(path);
    for (const line of [`executor: ${executor}`, "rerun-incomplete: true", "rerun-triggers: [mtime]"]) {
      assertMatch(text, new RegExp(`^${line.replaceAll("[", "\\[")}$`, "m"));
    }
  });
}

Deno.test("runOfRecord() finds every run by its record, whatever is chosen, and no other", () => {
  const [title, from] = ["The better ε", ["polydice1", "polydice1-0.25"]];
  const study = madeStudy({ choices: { "polydice1-fixed": { title, from, seed: 9 } } });
  const found = from.map((better) => {
    const records = from.map((method) => madeRecord({ method, seed: 9, valDice: method === better ? 0.9 : 0.8 }));
    const runs = runsOf(study, records);
    for (const run of runs) assertEquals(runOfRecord(study, run.record), run);
    return runs.map(({ record }) => record);
  });
  assertNotEquals(found[0], found[1]);
  const [{ record }] = runsOf(study);
  assertEquals(runOfRecord(study, record, { backend: "cpu" }), undefined);
  assertEquals(runOfRecord(study, `../${record}`), undefined);
});

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
