/**
 * Runs of a session side by side: each in a process of its own with its share of the cores. Small networks can't keep
 * several cores busy, so that two trainings with a core each are done sooner than one after the other with both.
 *
 * @module
 */
import { join } from "@std/path";
import { projectDirectory } from "../project_directory.ts";
import { textLines } from "../text/text_lines.ts";
import type { MethodOrder, MethodReport } from "./method_worker.ts";
import type { Session, SessionListener, SessionRun } from "./session.ts";
import { fittingJobs, type Jobs, type SharingCommand, sharingWorkers, thisMachine } from "./shares.ts";

/** Who hears of the runs, and what ends them. */
interface ProcessOptions {
  readonly onEvent?: SessionListener;
  readonly signal: AbortSignal;
}

/**
 * Trains runs in so many processes at once, and stores them. One whose process fails is not stored; what it had saved is.
 * Does nothing where only one fits at a time, or this program may start no other.
 *
 * @throws the signal's reason where it is aborted: all are saved then
 */
export async function trainInProcesses(
  session: Session,
  runs: readonly SessionRun[],
  jobs: Jobs,
  { onEvent, signal }: ProcessOptions,
): Promise<void> {
  const gpu = !session.backend.device.startsWith("CPU");
  const fitting = async () => fittingJobs(runs.map(({ experiment }) => experiment), { ...await thisMachine(), gpu });
  const count = runs.length < 2 ? 1 : Math.min(runs.length, jobs === "auto" ? await fitting() : jobs);
  if (count === 1 || Deno.permissions.querySync({ name: "run" }).state !== "granted") return;
  const worker = import.meta.resolve("./method_worker.ts");
  const config = join(projectDirectory(), "deno.json");
  const command = [Deno.execPath(), "run", "-q", "--no-check", "--allow-all", "--config", config, worker];
  const waiting = [...runs];
  const failure = new AbortController();
  const options = { onEvent, signal: AbortSignal.any([signal, failure.signal]) };
  const ends = await Promise.allSettled((await sharingWorkers(command, count)).map(async (share) => {
    for (let run = waiting.shift(); run && !options.signal.aborted; run = waiting.shift()) {
      await trainInProcess(share, session, run, options).catch((error) => {
        failure.abort(error);
        throw error;
      });
    }
  }));
  signal.throwIfAborted();
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}

/** Trains one run in a process, which saves it and ends when its input closes: also when this program ends. */
async function trainInProcess(
  { command: [program, ...args], env }: SharingCommand,
  { options }: Pick<Session, "options">,
  run: SessionRun,
  { onEvent, signal }: ProcessOptions,
): Promise<void> {
  const order: MethodOrder = { options, method: run.method };
  const piped = { stdin: "piped", stdout: "piped", stderr: "null" } as const;
  const child = new Deno.Command(program, { args: [...args, JSON.stringify(order)], env, ...piped }).spawn();
  const close = () => void child.stdin.close().catch(() => {});
  signal.addEventListener("abort", close, { once: true });
  try {
    for await (const line of textLines(child.stdout)) {
      const { event }: MethodReport = JSON.parse(line);
      await onEvent?.({ ...run, event });
    }
  } finally {
    signal.removeEventListener("abort", close);
    close();
    await child.status;
  }
}
