import { assertEquals, assertMatch, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { join, resolve } from "@std/path";
import { runOfRecord, runsOf } from "../../lib/experiment/study_runs.ts";
import { TaskError } from "../../tasks/cli/task_error.ts";
import { projectFolder } from "../../tasks/setup/project_folder.ts";
import { selectedRuns } from "../../tasks/sweep.ts";
import { workflowCommand } from "../../tasks/workflow.ts";
import { snakemakeArguments, type Workflow, workflowPlan } from "../../tasks/workflow_plan.ts";
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

// [words, what the message tells]
const wrong: [words: string, message: string][] = [
  ["", "missing required argument 'study'"],
  ["protocl", "(Did you mean protocol?)"],
  ["protocol --executor slrum", "(Did you mean slurm?)"],
  ["protocol --cores 0", "Expected a whole number from 1"],
  ["protocol --executor slurm --cores 4", "say how many jobs at once after --"],
  ["protocol --seconds-per-step 0", "Expected a number of seconds above 0"],
  ["protocol --cost --threads 3", "Cannot use --threads with --cost"],
  ["protocol --dry-run --tables", "Cannot use --tables with --dry-run"],
  ["protocol --data /none", "there is no such folder"],
  ["protocol --jobs 4", "unknown option '--jobs'"],
  ["protocol all", "too many arguments"],
  ["protocol --executor kubernetes", "without --results, --runs, -- --container-image: pods share only a volume"],
  ["protocol --executor kubernetes --results /v/results --runs /v/runs", "without -- --container-image"],
];
for (const [words, message] of wrong) {
  Deno.test(`deno task workflow ${words} is refused with status 2`, async () => {
    const parsed = workflowCommand([]).parseAsync(words.split(" ").filter((word) => word !== ""), { from: "user" });
    assertEquals((await assertRejects(() => parsed, TaskError, message)).status, 2);
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

Deno.test("selectedRuns() refuses a record that no run of the study leaves, with status 2", () => {
  const selection = { study: madeStudy(), folder: "", backend: "tensorflow", run: "dice.json" };
  const message = "Cannot train --run dice.json: the study made has no run of that record";
  assertEquals(assertThrows(() => selectedRuns(selection, []), TaskError, message).status, 2);
});
