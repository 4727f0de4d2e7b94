/**
 * Shows how getting a data set goes: what is there, how fast, how long still.
 *
 * @module
 */
import type { AcquisitionEvent } from "../lib/data/acquisition/acquire_dataset.ts";
import { duration, type ProgressLine } from "./cli/progress_line.ts";

/** Seconds of the past that a speed is taken over. */
const SPEED_WINDOW_S = 10;
/** Seconds between two drawings of the line. */
const REDRAW_S = 0.1;

/** Units a second over the last ten seconds; undefined until there are two moments to compare. */
export interface Speed {
  /** Notes how much is done now; less than before begins anew. */
  add(done: number): void;
  perSecond(): number | undefined;
}

/**
 * Measures a speed.
 *
 * @param now seconds since any moment
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * let time = 0;
 * const speed = measureSpeed(() => time);
 * speed.add(100);
 * time = 2;
 * speed.add(500);
 * assertEquals(speed.perSecond(), 200);
 * ```
 */
export function measureSpeed(now: () => number): Speed {
  let samples: { time: number; done: number }[] = [];
  return {
    add(done) {
      const time = now();
      if (samples.length > 0 && done < samples.at(-1)!.done) samples = [];
      samples = [...samples.filter((sample) => time - sample.time <= SPEED_WINDOW_S), { time, done }];
    },
    perSecond() {
      const [first, last] = [samples[0], samples.at(-1)];
      return first && last && last.time > first.time ? (last.done - first.done) / (last.time - first.time) : undefined;
    },
  };
}

/**
 * A listener that shows the events of an acquisition on a progress line.
 *
 * @param title of the data set
 * @param now seconds since any moment
 */
export function acquisitionProgress(
  title: string,
  line: ProgressLine,
  now: () => number = () => performance.now() / 1000,
): (event: AcquisitionEvent) => void {
  let speed = measureSpeed(now), kind = "", drawn = -Infinity;
  const show = (event: { kind: string; done: number; total?: number }, text: (speed?: number) => string) => {
    if (event.kind !== kind) [speed, kind] = [measureSpeed(now), event.kind];
    else if (now() - drawn < REDRAW_S && event.done !== event.total) return;
    drawn = now();
    speed.add(event.done);
    const perSecond = speed.perSecond();
    const left = perSecond && event.total !== undefined
      ? `, ${duration((event.total - event.done) / perSecond)} left`
      : "";
    line.show(`${title}: ${text(perSecond)}${left}`);
  };
  return (event) => {
    switch (event.kind) {
      case "received":
        return show({ ...event, done: event.received }, (perSecond) => {
          const of = event.total === undefined ? "" : ` of ${megabytes(event.total)}`;
          const fast = perSecond === undefined ? "" : `, ${megabytes(perSecond)}/s`;
          return `${megabytes(event.received)}${of}${fast}`;
        });
      case "checked":
        return show(event, () => `${event.done} of ${event.total} files checked`);
      case "retry":
        return line.say(`${title}: ${event.reason}; from the first byte again in ${duration(event.waitMs / 1000)}`);
    }
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
