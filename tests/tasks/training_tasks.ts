/**
 * `deno task train` and its like as processes of their own, in temporary folders, for tests.
 *
 * @module
 */
import { join } from "@std/path";
import { projectFolder } from "../../tasks/setup/project_folder.ts";

/** Folders for one test. */
export interface TrainingFolders extends AsyncDisposable {
  readonly root: string;
  /** The options that name the folders. */
  readonly options: readonly string[];
  readonly results: string;
  readonly runs: string;
  /** The log's lines so far. */
  log(): Promise<Record<string, unknown>[]>;
}

/** Makes the folders. */
export async function trainingFolders(): Promise<TrainingFolders> {
  const root = await Deno.makeTempDir({ prefix: "polydice_training_" });
  const [results, runs] = [join(root, "results"), join(root, "runs")];
  return {
    root,
    results,
    runs,
    options: ["--results", results, "--runs", runs],
    async log() {
      const text = await Deno.readTextFile(join(runs, "log.jsonl"));
      return text.trim().split("\n").map((line) => JSON.parse(line));
    },
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

/** What a process has said and how it ended. */
export interface TaskOutput {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line of a task, as deno.json has it. */
export function taskCommand(name: string, args: readonly string[]): string[] {
  return [
    Deno.execPath(),
    "run",
    "-q",
    "--no-check",
    "-P=training",
    join(projectFolder().root, "tasks", `${name}.ts`),
    ...args,
  ];
}

/** Runs a task to its end. */
export async function runTrainingTask(name: string, args: readonly string[]): Promise<TaskOutput> {
  const [program, ...rest] = taskCommand(name, args);
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: rest,
    cwd: projectFolder().root,
    env: { NO_COLOR: "1", POLYDICE_DATA: "" },
  }).output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}
