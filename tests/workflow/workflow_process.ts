/**
 * `deno task workflow` as a process that a test can kill, with all that it has started.
 *
 * @module
 */
import { join } from "@std/path";
import { projectFolder } from "../../tasks/setup/project_folder.ts";
import { snakemakeEnvironment } from "../../tasks/setup/environments.ts";
import { taskCommand, type TrainingFolders } from "../tasks/training_tasks.ts";

/** Why the tests with Snakemake can't run here; undefined where they can. On CI the task installs what is missing. */
export async function whyNoSnakemake(): Promise<string | undefined> {
  if (Deno.build.os !== "linux") return "these tests are for Linux";
  if (Deno.env.get("CI")) return undefined;
  const { python } = snakemakeEnvironment(projectFolder());
  return await isThere(python) ? undefined : "Snakemake is not installed; `deno task workflow` installs it";
}

/** A workflow at work. */
export interface WorkflowProcess {
  /** All that it prints, when it has ended. */
  output(): Promise<{ code: number; text: string }>;
  /** Ends it and all that it has started on this machine, as a power cut does. */
  kill(): Promise<void>;
  hasEnded(): boolean;
}

/** Starts `deno task workflow` in a process group of its own. */
export function startWorkflow(
  folders: TrainingFolders,
  args: readonly string[],
  env: Record<string, string> = {},
): WorkflowProcess {
  const [program, ...rest] = taskCommand("workflow", []);
  const words = [...rest, ...args.slice(0, splitAt(args)), ...folders.options, ...args.slice(splitAt(args))];
  const child = new Deno.Command("setsid", {
    args: [program, ...words], // not the leader of a group, so it does not fork: its group has its own number
    cwd: projectFolder().root,
    env: { NO_COLOR: "1", POLYDICE_DATA: "", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let ended = false;
  const output = child.output().then(({ code, stdout, stderr }) => {
    ended = true;
    const text = new TextDecoder();
    return { code, text: text.decode(stdout) + text.decode(stderr) };
  });
  return {
    output: () => output,
    hasEnded: () => ended,
    async kill() {
      await new Deno.Command("kill", { args: ["-KILL", "--", `-${child.pid}`], stderr: "null" }).output();
      await output;
    },
  };
}

/** Waits until something holds. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  process?: WorkflowProcess,
  seconds = 120,
): Promise<void> {
  const end = performance.now() + 1000 * seconds;
  while (!await holds()) {
    const stopped = process?.hasEnded();
    if (stopped || performance.now() > end) {
      const { text } = stopped ? await process!.output() : { text: "" };
      throw new Error(`Waited for ${what} in vain${stopped ? `: the workflow has ended.\n${text}` : ""}`);
    }
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** Text and time of the records that are there, by path. */
export async function recordsIn(folders: TrainingFolders): Promise<Map<string, { text: string; time: number }>> {
  const folder = join(folders.results, "smoke", "runs", "synthetic-grouped");
  const records = new Map<string, { text: string; time: number }>();
  if (!await isThere(folder)) return records;
  for await (const { name } of Deno.readDir(folder)) {
    if (!name.endsWith(".json")) continue;
    const path = join(folder, name);
    records.set(name, { text: await Deno.readTextFile(path), time: (await Deno.stat(path)).mtime!.getTime() });
  }
  return records;
}

/** Number of epochs that a run has been trained, over all tries. */
export async function trainedEpochs(folders: TrainingFolders, record: string): Promise<number> {
  const path = join(folders.runs, "workflow", "logs", "smoke", "runs", "synthetic-grouped", `${record}l`);
  const lines = (await Deno.readTextFile(path)).trim().split("\n").map((line) => JSON.parse(line));
  return lines.filter(({ event }) => event === "epoch").length;
}

/** Position of `--`, or the end. */
function splitAt(args: readonly string[]): number {
  return args.includes("--") ? args.indexOf("--") : args.length;
}

function isThere(path: string): Promise<boolean> {
  return Deno.stat(path).then(() => true, () => false);
}
