/**
 * Tasks as tests run them: in this process, or as processes of their own where signals and permissions matter.
 *
 * @module
 */
import { join } from "@std/path";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { placeError, TaskError } from "../../tasks/cli/task_error.ts";
import { projectFolder } from "../../tasks/setup/project_folder.ts";

/** Folders for one test. */
export interface TrainingFolders extends AsyncDisposable {
  readonly root: string;
  /** The options that name the folders. */
  readonly options: readonly string[];
  readonly results: string;
  readonly runs: string;
  /** The log's lines so far; none where there is no log. */
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
      const text = await Deno.readTextFile(join(runs, "log.jsonl")).catch(() => "");
      return text.trim().split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
    },
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

/** Number of epochs that a log tells. */
export function trainedEpochs(log: readonly Record<string, unknown>[]): number {
  return log.filter(({ event }) => event === "epoch").length;
}

/** What a task has said and how it ended. */
export interface TaskOutput {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a task's command in this process; what has no message for users is thrown. */
export async function runTask(command: CommandUnknownOpts, words: readonly string[]): Promise<TaskOutput> {
  const written: string[] = [];
  const { log } = console;
  const { isTerminal, writeSync } = Deno.stdout;
  const data = Deno.env.get("POLYDICE_DATA");
  console.log = (text: string) => void written.push(`${text}\n`);
  const write = (bytes: Uint8Array) => {
    written.push(new TextDecoder().decode(bytes));
    return bytes.length;
  };
  Object.assign(Deno.stdout, { isTerminal: () => false, writeSync: write });
  Deno.env.delete("POLYDICE_DATA");
  try {
    await command.parseAsync(words, { from: "user" });
    return { code: 0, stdout: written.join(""), stderr: "" };
  } catch (error) {
    const told = error instanceof TaskError ? error : placeError(error);
    if (!told) throw error;
    return { code: told.status, stdout: written.join(""), stderr: `${told.message}\n` };
  } finally {
    console.log = log;
    Object.assign(Deno.stdout, { isTerminal, writeSync });
    if (data !== undefined) Deno.env.set("POLYDICE_DATA", data);
  }
}

/** The command line of a task as a process, as deno.json has it. */
export function taskCommand(name: string, args: readonly string[]): string[] {
  const script = join(projectFolder().root, "tasks", `${name}.ts`);
  return [Deno.execPath(), "run", "-q", "--no-check", "-P=training", script, ...args];
}

/** Starts a task as a process, whose output is read or left. */
export function startTask(name: string, args: readonly string[], env: Record<string, string> = {}): Deno.ChildProcess {
  const [program, ...rest] = taskCommand(name, args);
  return new Deno.Command(program, {
    args: rest,
    cwd: projectFolder().root,
    env: { NO_COLOR: "1", POLYDICE_DATA: "", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}
