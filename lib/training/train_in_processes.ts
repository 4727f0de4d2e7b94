/**
 * Runs of a session side by side: each in a process of its own with its share of the cores. Small networks can't keep
 * several cores busy, so that two trainings with a core each are done sooner than one after the other with both.
 *
 * @module
 */
import { join } from "@std/path";
import { nodeBackend } from "../backend/tensorflow/node_backend.ts";
import { projectDirectory } from "../project_directory.ts";
import { textLines } from "../text/text_lines.ts";
import type { PlainRunEvent, Session, SessionListener, SessionOptions, SessionRun } from "./session.ts";
import { boundCommands, fittingCores, fittingJobs, type SharingCommand, thisMachine } from "./shares.ts";

/** What a process of method_worker.ts is to train. */
export interface MethodOrder {
  readonly options: SessionOptions;
  readonly method: string;
}

/** What happens to it. */
export interface MethodReport {
  readonly event: PlainRunEvent;
}

/** Who hears of the runs, and what ends them. */
interface ProcessOptions {
  readonly onEvent?: SessionListener;
  readonly signal: AbortSignal;
}

/** Where TensorFlow reads the number of its threads: who sets it wants it everywhere. */
const THREADS = "TF_NUM_INTRAOP_THREADS";

/**
 * Trains runs in several processes at once, and stores them. How many threads one has depends on the networks' size and
 * the machine's cores alone, never on how many runs there are or on free memory. Does nothing where TensorFlow does not
 * compute on a CPU, where a network can keep all cores busy, where the user says how many threads there are, and where this
 * program may start no other.
 *
 * @returns those that are stored; a warning tells of each other, whose checkpoint is kept
 * @throws the signal's reason where it is aborted, or the listener's error: all are saved then
 */
export async function trainInProcesses(
  session: Session,
  runs: readonly SessionRun[],
  { onEvent, signal }: ProcessOptions,
): Promise<Set<SessionRun>> {
  const stored = new Set<SessionRun>();
  const binding = nodeBackend()?.binding;
  if (runs.length === 0 || !binding || binding.isUsingGpuDevice() || !mayStartProcesses()) return stored;
  const machine = await thisMachine();
  const experiments = runs.map(({ experiment }) => experiment);
  const each = fittingCores(experiments, machine.cores.length);
  if (each === machine.cores.length || Deno.env.get(THREADS)) return stored;
  const count = Math.min(runs.length, fittingJobs(experiments, machine));
  const shares = Array.from({ length: count }, (_, job) => machine.cores.slice(job * each, (job + 1) * each));
  const waiting = [...runs];
  const failure = new AbortController();
  const options = { onEvent, signal: AbortSignal.any([signal, failure.signal]) };
  const ends = await Promise.allSettled((await boundCommands(await workerCommand(), shares)).map(async (share) => {
    for (let run = waiting.shift(); run && !options.signal.aborted; run = waiting.shift()) {
      try {
        if (await trainInProcess(share, session, run, options)) stored.add(run);
      } catch (error) {
        failure.abort(error);
        throw error;
      }
    }
  }));
  signal.throwIfAborted();
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return stored;
}

/** Whether this is a program that Deno runs, and that may start others and ask the machine for its memory. */
function mayStartProcesses(): boolean {
  const may = (name: "run" | "sys") => Deno.permissions.querySync({ name }).state === "granted";
  return !Deno.build.standalone && may("run") && may("sys");
}

/** What a training needs: images, runs, and TensorFlow's library. It starts no program and asks no host. */
const PERMISSIONS = ["--no-prompt", "--allow-read", "--allow-write", "--allow-env", "--allow-sys", "--allow-ffi"];

async function workerCommand(): Promise<string[]> {
  const config = join(projectDirectory(), "deno.json");
  const isThere = await Deno.stat(config).then(() => true, () => false);
  const options = ["-q", "--no-check", ...PERMISSIONS, ...(isThere ? ["--config", config] : [])];
  return [Deno.execPath(), "run", ...options, import.meta.resolve("./method_worker.ts")];
}

/**
 * Trains one run in a process, which saves it and ends when its input closes: also when this program ends.
 *
 * @returns whether it is trained
 */
async function trainInProcess(
  { command: [program, ...args], env }: SharingCommand,
  { options }: Pick<Session, "options">,
  run: SessionRun,
  { onEvent, signal }: ProcessOptions,
): Promise<boolean> {
  const order: MethodOrder = { options, method: run.method };
  const piped = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
  const child = new Deno.Command(program, { args: [...args, JSON.stringify(order)], env, ...piped }).spawn();
  const close = () => void child.stdin.close().catch(() => {});
  signal.addEventListener("abort", close, { once: true });
  let words = "";
  const reading = (async () => {
    for await (const line of textLines(child.stderr)) words = line;
  })();
  try {
    for await (const line of textLines(child.stdout)) {
      const report = reportOf(line);
      if (report) await onEvent?.({ ...run, event: report.event });
    }
  } finally {
    signal.removeEventListener("abort", close);
    close();
    await Promise.all([child.status, reading]);
  }
  const { success, code } = await child.status;
  if (success) await onEvent?.({ ...run, event: { kind: "ended" } });
  else if (!signal.aborted) {
    const message = `Its process ended with status ${code} (${words || "without a word"}); it is trained in this one.`;
    await onEvent?.({ ...run, event: { kind: "warning", message } });
  }
  return success;
}

/** The report of a line; undefined where it is something else, or was cut as the process was killed. */
function reportOf(line: string): MethodReport | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
