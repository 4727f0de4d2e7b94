/**
 * What the user sees while several runs are trained at once.
 *
 * @module
 */
import { duration, type ProgressLine } from "../cli/progress_line.ts";
import type { WorkerEvent } from "./sweep_worker.ts";

/** Follows runs by their names. */
export interface SideBySideProgress {
  /** Something happens in a run. */
  follow(name: string, event: WorkerEvent & { readonly event: "doing" | "step" }): void;
  /** A run has ended; trained or not, it waits no more. */
  end(name: string, trained: boolean): void;
}

/** A run under way. */
interface UnderWay {
  /** In words. */
  text: string;
  /** Share of it that is done, 0 to 1. */
  done: number;
  /** That share at the first step here, more than 0 where it goes on, and when that was, ms. */
  from?: { readonly done: number; readonly time: number };
}

/**
 * Shows one line for all: how many are done, the time left for all, and each run's epoch and loss.
 *
 * @param count number of runs, which may grow
 * @param now milliseconds since any moment
 */
export function sideBySideProgress(
  line: ProgressLine,
  count: () => number,
  now: () => number = () => performance.now(),
): SideBySideProgress {
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
    follow(name, event) {
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
    end(name, trained) {
      const run = runs.get(name);
      if (trained && run) whole.push(...wholeOf({ ...run, done: 1 }));
      runs.delete(name);
      ended++;
    },
  };
}
