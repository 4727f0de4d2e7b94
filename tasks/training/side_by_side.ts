/**
 * Trains runs side by side: each worker is a process with its share of the cores, and takes the next waiting run as soon
 * as it has done one.
 *
 * @module
 */
import { Interrupted, onEndingSignal, type SignalStatus } from "../../lib/training/interruption.ts";
import { textLines } from "../../lib/text/text_lines.ts";
import { startChild } from "../cli/child_process.ts";
import { duration, type ProgressLine } from "../cli/progress_line.ts";
import { TaskError } from "../cli/task_error.ts";
import type { SharingCommand } from "../../lib/training/shares.ts";
import type { WorkerEvent } from "./sweep_worker.ts";

/** A run that waits. */
export interface WaitingRun {
  readonly name: string;
  /** Name of its record, by which a worker knows it. */
  readonly record: string;
}

/** The runs that wait. */
export interface WaitingRuns<Run extends WaitingRun = WaitingRun> {
  /** The next one, each once; undefined while there is none, as long as what it needs is being trained. */
  next(): Promise<Run | undefined>;
  /** How many there are in all, those that are done among them; may grow. */
  count(): number;
}

/** What became of runs. */
export interface SideBySideResult {
  trained: number;
  /** Passed over: they had their record. */
  recorded: number;
  /** Passed over: another process trains them. */
  busy: number;
  /** Names of the runs whose worker ended before they did. */
  failed: string[];
}

/** Workers in a row that may end without having done a run before no further one is started in their place. */
const FAILURES_IN_A_ROW = 2;

/**
 * Trains runs until none waits. Where a worker ends before its run, that is told, the run is left to the next sweep, and a
 * new worker goes on with the others.
 *
 * @throws {TaskError} with status 130, 143, … where a signal ends it: every worker has saved its training then
 */
export async function trainSideBySide(
  workers: readonly SharingCommand[],
  waiting: WaitingRuns,
  line: ProgressLine,
): Promise<SideBySideResult> {
  const result: SideBySideResult = { trained: 0, recorded: 0, busy: 0, failed: [] };
  const progress = sideBySideProgress(line, () => waiting.count());
  const told = new Set<string>();
  const inputs = new Set<WritableStreamDefaultWriter<Uint8Array>>();
  let status: SignalStatus | undefined;
  let underWay = 0;
  let ended = Promise.withResolvers<void>();

  const sayOnce = (text: string) => {
    if (!told.has(text)) line.say(text);
    told.add(text);
  };

  /** The next run, also where it becomes possible only when another one ends; undefined: there will be none. */
  async function take(): Promise<WaitingRun | undefined> {
    while (status === undefined) {
      const change = ended.promise;
      const run = await waiting.next();
      if (run) {
        underWay++;
        return run;
      }
      if (change !== ended.promise) continue; // a run ended meanwhile: what waits may be more
      if (underWay === 0) return undefined;
      await change;
    }
  }

  function leave(name: string, trained: boolean) {
    underWay--;
    progress.end(name, trained);
    ended.resolve();
    ended = Promise.withResolvers();
  }

  /** One worker, from its first run until it ends; tells whether it has done what it was told. */
  async function work({ command: [program, ...args], env }: SharingCommand, first: WaitingRun): Promise<boolean> {
    let run: WaitingRun | undefined = first;
    let outcome: "trained" | "recorded" | "busy" | undefined;
    let [isFirst, done] = [true, 0];
    const piped = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
    const { child, release } = startChild(new Deno.Command(program, { args, env, ...piped }));
    const input = child.stdin.getWriter();
    inputs.add(input);

    const finish = () => {
      if (!run) return;
      if (outcome) {
        result[outcome]++;
        done++;
      } else if (status === undefined) result.failed.push(run.name);
      leave(run.name, outcome === "trained");
      [run, outcome] = [undefined, undefined];
    };
    const hear = async (event: WorkerEvent) => {
      const name = run?.name ?? first.name;
      if (event.event === "doing" || event.event === "step") progress.follow(name, event);
      if (event.event === "said") event.ofRun ? line.say(`${name}: ${event.text}`) : sayOnce(event.text);
      if (event.event === "passed") outcome = event.why;
      if (event.event === "trained") {
        outcome = "trained";
        const done = result.trained + result.recorded + result.busy + result.failed.length;
        line.say(`[${done + 1}/${waiting.count()}] ${name}: ${event.text}`);
      }
      if (event.event !== "next") return;
      if (isFirst) isFirst = false;
      else {
        finish();
        run = await take();
      }
      // A worker that is ending can't be told any more.
      if (run) await input.write(new TextEncoder().encode(`${run.record}\n`)).catch(() => {});
      else await input.close().catch(() => {});
    };
    const readEvents = async () => {
      for await (const text of textLines(child.stdout)) {
        const event = workerEvent(text);
        if (event) await hear(event);
        else sayOnce(`${run?.name ?? first.name}: ${text}`);
      }
    };
    const readErrors = async () => {
      for await (const text of textLines(child.stderr)) {
        if (status === undefined) line.say(`${run?.name ?? first.name}: ${text}`);
      }
    };
    try {
      const [end] = await Promise.all([child.status, readEvents(), readErrors()]);
      if (run && outcome === undefined && status === undefined) {
        const why = end.signal ? `was ended by ${end.signal}` : `ended with status ${end.code}`;
        line.say(`${run.name}: its worker ${why}. The same command goes on with it.`);
      }
      return done > 0;
    } finally {
      finish();
      inputs.delete(input);
      release();
    }
  }

  async function keepWorking(worker: SharingCommand): Promise<void> {
    for (let failures = 0; failures < FAILURES_IN_A_ROW;) {
      const run = await take();
      if (!run) return;
      failures = await work(worker, run) ? 0 : failures + 1;
      if (status !== undefined) return;
    }
    line.say(`No further worker is started in place of ${FAILURES_IN_A_ROW} that ended one after the other.`);
  }

  const release = onEndingSignal((statusOfSignal) => {
    status ??= statusOfSignal;
    line.clear();
    line.say("Saving what is being trained …");
    for (const input of inputs) input.close().catch(() => {}); // those that wait for a run end by this
    ended.resolve();
  });
  try {
    await Promise.all(workers.map(keepWorking));
  } finally {
    line.clear();
    release();
  }
  if (status !== undefined) throw new TaskError(new Interrupted(status).message, status);
  return result;
}

/** The event of a line; undefined where it is something else, which a library has printed. */
function workerEvent(text: string): WorkerEvent | undefined {
  try {
    const value = JSON.parse(text);
    return typeof value?.event === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A run under way. */
interface UnderWay {
  text: string;
  /** Share of it that is done, 0 to 1. */
  done: number;
  /** That share at the first step here, more than 0 where it goes on, and when that was, ms. */
  from?: { readonly done: number; readonly time: number };
}

/** Shows one line for all: how many are done, the time left for all, and each run's epoch and loss. */
export function sideBySideProgress(
  line: ProgressLine,
  count: () => number,
  now: () => number = () => performance.now(),
) {
  const runs = new Map<string, UnderWay>();
  /** Milliseconds that whole runs took. */
  const whole: number[] = [];
  let ended = 0;

  const wholeOf = ({ done, from }: UnderWay) =>
    from === undefined || done <= from.done ? [] : [(now() - from.time) / (done - from.done)];

  function left(): string[] {
    const under = [...runs.values()];
    const known = [...whole, ...under.flatMap(wholeOf)];
    if (known.length === 0) return [];
    const mean = known.reduce((sum, one) => sum + one) / known.length;
    const waiting = Math.max(0, count() - ended - under.length);
    const open = waiting + under.reduce((sum, { done }) => sum + 1 - done, 0);
    // With fewer left than there are under way, the longest of them decides.
    const longest = Math.max(...under.map(({ done }) => 1 - done), 0);
    return [`${duration(mean * Math.max(open / Math.max(1, under.length), longest) / 1000)} left in all`];
  }

  return {
    follow(name: string, event: WorkerEvent & { readonly event: "doing" | "step" }) {
      const run: UnderWay = runs.get(name) ?? { text: "", done: 0 };
      runs.set(name, run);
      if (event.event === "doing") run.text = event.text;
      else {
        run.done = event.done;
        run.from ??= { done: event.done, time: now() };
        run.text = `${name} epoch ${event.epoch}/${event.epochs}, loss ${event.loss.toFixed(3)}`;
      }
      line.show([`${ended}/${count()}`, ...left(), ...[...runs.values()].map(({ text }) => text)].join(" · "));
    },
    /** A run has ended; trained or not, it waits no more. */
    end(name: string, trained: boolean) {
      const run = runs.get(name);
      if (trained && run) whole.push(...wholeOf({ ...run, done: 1 }));
      runs.delete(name);
      ended++;
    },
  };
}
