import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { join, resolve } from "@std/path";
import { plannedRecordPath } from "../../lib/training/planned_run.ts";
import { projectFolder } from "../../tasks/setup/project_folder.ts";
import { TaskError } from "../../tasks/cli/task_error.ts";
import { snakemakeArguments, workflowPlan } from "../../tasks/workflow.ts";
import { parseWorkflowOptions, WORKFLOW_HELP, type WorkflowOptions } from "../../tasks/workflow_options.ts";

const ROOT = resolve("/project");

function parse(line: string, env: Record<string, string> = {}): WorkflowOptions {
  return parseWorkflowOptions(line.split(" ").filter((word) => word !== ""), ROOT, env, 6)!;
}

Deno.test("parseWorkflowOptions() runs locally, with all cores for one run", () => {
  const { executor, cores, threads, tables, dryRun, more } = parse("--methods dice");
  assertEquals({ executor, cores, threads, tables, dryRun, more }, {
    executor: "local",
    cores: 6,
    threads: 6,
    tables: false,
    dryRun: false,
    more: [],
  });
});

Deno.test("parseWorkflowOptions() reads every option, the sweep's too, and leaves those after -- to Snakemake", () => {
  const { sweep, ...options } = parse(
    "--protocol --dataset kvasir-seg --executor slurm --threads 8 --tables --dry-run -- --jobs 16 --quiet",
  );
  assertEquals(options, {
    executor: "slurm",
    cores: 6,
    threads: 8,
    tables: true,
    dryRun: true,
    more: ["--jobs", "16", "--quiet"],
  });
  assertEquals(new Set(sweep.plan.map(({ dataset }) => dataset)), new Set(["kvasir-seg"]));
  assertEquals(parse("--methods dice --executor slurm").threads, 4);
});

Deno.test("parseWorkflowOptions() leaves --help to the caller, whose text names every option", () => {
  assertEquals(parseWorkflowOptions(["--help"], ROOT, {}), undefined);
  const options =
    "protocol ablations methods profile dataset split seeds executor cores threads tables dry-run cost data " +
    "results runs log backend help";
  for (const option of options.split(" ")) assertMatch(WORKFLOW_HELP, new RegExp(`^  --${option}\\b`, "m"));
});

// [words, what the message tells]
const wrong: [string, string][] = [
  ["", "say what, by --protocol, --ablations or --methods"],
  ["--methods dice --executor pbs", '--executor "pbs": expected one of local, slurm, kubernetes'],
  ["--methods dice --cores 0", '--cores "0": expected a whole number from 1'],
  ["--methods dice --threads two", '--threads "two": expected a whole number'],
  ["--methods dice --executor slurm --cores 4", "say how many jobs at once after --"],
  ["--methods dice --list", "--dry-run tells what would be run"],
  ["--methods dice --seconds-per-step 1", "without --cost"],
  ["--cost --seconds-per-step 0", '--seconds-per-step "0": expected a number of seconds above 0'],
  ["--methods dice --jobs 4", "Valid are --protocol"],
  ["--methods dice --executor kubernetes", "without --results, --runs, -- --container-image: pods share only a volume"],
  ["--methods dice --executor kubernetes --results /v/results --runs /v/runs", "without -- --container-image"],
];
for (const [line, message] of wrong) {
  Deno.test(`parseWorkflowOptions() refuses "${line}" with status 2`, () => {
    const error = assertThrows(() => parse(line), TaskError, message);
    assertEquals(error.status, 2);
  });
}

Deno.test("workflowPlan() has one run a record, the runs that it waits for, and words that a shell reads", () => {
  const options = parse("--methods dice,polydice1-fixed --profile smoke --seeds 1-2 --runs out --data dir", {
    INIT_CWD: "/home/a user",
  });
  const plan = workflowPlan(options, projectFolder(ROOT));
  assertEquals(plan.runs.map(({ record }) => record), options.sweep.plan.map(plannedRecordPath));
  assertEquals(plan.runs.map(({ needs }) => needs), [[], [], [], [
    "smoke/runs/synthetic-grouped/polydice1-fixed-seed1.json",
  ]]);
  assertEquals(plan.results, "/home/a user/out/results/");
  assertMatch(plan.tables, /results\.ts --results '\/home\/a user\/out\/results'$/);
  assertMatch(plan.train, /tasks\/train\.ts --runs '\/home\/a user\/out' --data '\/home/);
  assertMatch(plan.runs[3].options, /^--method polydice1-fixed .*--seed 2 --search-seed 1 --log '\/home\/a user\/out/);
});

Deno.test("snakemakeArguments() name the plan, and the profile of a cluster", () => {
  const project = projectFolder(ROOT);
  const local = snakemakeArguments(parse("--methods dice --cores 3"), "/plan.json", project);
  assertEquals(local[0], "all");
  assertEquals(local[local.indexOf("--cores") + 1], "3");
  assertEquals(local.includes("plan=/plan.json"), true);
  const slurm = snakemakeArguments(parse("--methods dice --executor slurm --tables -- --jobs 2"), "/p.json", project);
  assertEquals(slurm[0], "tables");
  assertEquals(slurm[slurm.indexOf("--workflow-profile") + 1], join(ROOT, "workflow", "profiles", "slurm"));
  assertEquals(slurm.slice(-2), ["--jobs", "2"]);
});

Deno.test("for Kubernetes, records and Snakefile are named from the folders on that Snakemake adds", () => {
  const options = parse(
    "--methods dice --executor kubernetes --results /v/results --runs /v/runs -- --container-image polydice",
  );
  assertEquals(workflowPlan(options, projectFolder(ROOT)).results, "");
  const words = snakemakeArguments(options, "/v/runs/workflow/plan.json", projectFolder(ROOT));
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
