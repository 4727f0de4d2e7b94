/**
 * `deno task workflow` as a process that a test can kill, with all that it has started.
 *
 * @module
 */
import { join } from "@std/path";
import { snakemakeEnvironment } from "../../tasks/setup/environments.ts";
import { projectFolder } from "../../tasks/setup/project_folder.ts";
import { taskCommand, type TrainingFolders } from "../tasks/run_task.ts";

/** Why the tests with Snakemake can't run here; undefined where they can. On CI the task installs what is missing. */
export async function whyNoSnakemake(): Promise<string | undefined> {
  if (Deno.build.os !== "linux") return "these tests are for Linux";
  if (Deno.env.get("CI")) return undefined;
  const { python } = snakemakeEnvironment(projectFolder());
  return await isThere(python) ? undefined : "Snakemake is not installed; `deno task workflow` installs it";
}

/** Methods of a choice, and of which the second seed trains what the first has chosen. */
const CHOICE = { title: "The better ε", from: ["polydice1", "polydice1-0.5"] };

/**
 * Writes a study of two seeds on a few synthetic images: a method, and a choice between two.
 *
 * @param changes take the place of its own fields
 * @returns its path
 */
export async function writeStudy({ root }: TrainingFolders, changes: Record<string, unknown> = {}): Promise<string> {
  const path = join(root, "small.json");
  const runs = [{ data: [{ dataset: "synthetic" }], methods: ["dice", "better"], seeds: [1, 2] }];
  const study = { title: "Small", profile: "smoke", runs, choices: { better: CHOICE }, ...changes };
  await Deno.writeTextFile(path, JSON.stringify(study));
  return path;
}

/** A workflow at work. */
export interface WorkflowProcess extends AsyncDisposable {
  readonly pid: number;
  /** All that it prints, when it has ended. */
  output(): Promise<{ code: number; text: string }>;
  /** Ends it and all that it has started on this machine, as a power cut does; so does its disposal. */
  kill(): Promise<void>;
  hasEnded(): boolean;
}

/** Starts `deno task workflow` on a study of {@linkcode writeStudy}. */
export function startWorkflow(
  folders: TrainingFolders,
  args: readonly string[],
  env: Record<string, string> = {},
): WorkflowProcess {
  const [program, ...rest] = taskCommand("workflow", [join(folders.root, "small.json"), ...folders.options, ...args]);
  const child = new Deno.Command(program, {
    args: rest,
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
    pid: child.pid,
    output: () => output,
    hasEnded: () => ended,
    kill,
    [Symbol.asyncDispose]: kill,
  };
  async function kill() {
    if (ended) return;
    for (const process of await processTree(child.pid)) {
      try {
        Deno.kill(process, "SIGKILL");
      } catch {
        // it has ended meanwhile
      }
    }
    await output;
  }
}

/** A process and all that it and its children have started, as far as they live. */
async function processTree(root: number): Promise<number[]> {
  const { stdout } = await new Deno.Command("ps", { args: ["-eo", "pid=,ppid="] }).output();
  const rows = new TextDecoder().decode(stdout).trim().split("\n").map((line) => line.trim().split(/\s+/).map(Number));
  const tree = [root];
  for (const parent of tree) tree.push(...rows.filter(([, ppid]) => ppid === parent).map(([pid]) => pid));
  return tree;
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

/** Text and time of the records that are there, by the name of the run without its hash, as in `"dice-seed1"`. */
export async function recordsIn(folders: TrainingFolders): Promise<Map<string, { text: string; time: number }>> {
  const folder = join(folders.results, "small", "records");
  const records = new Map<string, { text: string; time: number }>();
  for (const [run, name] of await runsIn(folder, ".json")) {
    const path = join(folder, name);
    records.set(run, { text: await Deno.readTextFile(path), time: (await Deno.stat(path)).mtime!.getTime() });
  }
  return records;
}

/** Events of a run in its log, over all tries; none where it was not begun. */
export async function eventsOf(folders: TrainingFolders, run: string): Promise<string[]> {
  const folder = join(folders.runs, "workflow", "logs", "small");
  const name = (await runsIn(folder, ".jsonl")).get(run);
  if (name === undefined) return [];
  const lines = (await Deno.readTextFile(join(folder, name))).trim().split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line).event);
}

/** Number of epochs that a run has been trained, over all tries. */
export async function trainedEpochs(folders: TrainingFolders, run: string): Promise<number> {
  return (await eventsOf(folders, run)).filter((event) => event === "epoch").length;
}

/** Names of files of runs, by run. */
async function runsIn(folder: string, ending: string): Promise<Map<string, string>> {
  if (!await isThere(folder)) return new Map();
  const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  return new Map(
    names.filter((name) => name.endsWith(ending) && !name.startsWith("."))
      .map((name) => [name.replace(/^synthetic-grouped-(.*)-[0-9a-f]{12}\..*$/, "$1"), name]),
  );
}

function isThere(path: string): Promise<boolean> {
  return Deno.stat(path).then(() => true, () => false);
}
