/**
 * The state of long work as one line and one bar, and how often to show it.
 *
 * @module
 */
import { htmlText } from "../text/escape.ts";
import type { MimeBundle } from "./mime_bundle.ts";

/** How far some work is: parts done, fractions too, and numbers to show beside the bar by their name. */
interface ProgressState {
  readonly done: number;
  readonly values?: Readonly<Record<string, number>>;
}

/** What the work is, and its number of epochs. */
export interface ProgressOptions {
  readonly label: string;
  readonly total: number;
}

/** A running display. */
export interface Progress {
  /** Shows a new state, unless the last one was shown a moment ago; then it is kept for later. */
  update(state: ProgressState): Promise<void>;
  /** Shows the newest state for good, with the time that the work took. Call it once, at the end. */
  finish(state?: ProgressState): Promise<void>;
}

/**
 * Makes a display of progress: the first state is shown at once, others at most every `interval` milliseconds, the last
 * one always.
 *
 * @param timing `interval` in milliseconds, `now` a clock in milliseconds
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * let time = 0;
 * const shown: string[] = [];
 * const sink = (bundle: { data: { "text/plain": string } }) => shown.push(bundle.data["text/plain"]);
 * const progress = throttledProgress({ label: "Dice", total: 3 }, sink, { interval: 250, now: () => time });
 * await progress.update({ done: 1 });
 * time = 100;
 * await progress.update({ done: 2 }); // too soon: not shown
 * await progress.finish({ done: 3 });
 * assertEquals(shown.length, 2);
 * ```
 */
export function throttledProgress(
  options: ProgressOptions,
  sink: (bundle: MimeBundle) => unknown,
  { interval, now = () => performance.now() }: { interval: number; now?: () => number },
): Progress {
  const start = now();
  let newest: ProgressState = { done: 0 };
  let shownAt = -Infinity;
  return {
    async update(state) {
      newest = state;
      if (now() - shownAt < interval) return;
      shownAt = now();
      await sink(progressBundle(options, state, now() - start));
    },
    async finish(state = newest) {
      newest = state;
      await sink(progressBundle(options, state, now() - start, true));
    },
  };
}

/**
 * A state as one output.
 *
 * @param elapsed milliseconds since the work began
 * @param finished whether it is over: then the time it took stands in place of the time left
 */
export function progressBundle(
  { label, total }: ProgressOptions,
  { done, values = {} }: ProgressState,
  elapsed: number,
  finished = false,
): MimeBundle {
  const share = total > 0 ? Math.min(Math.max(done / total, 0), 1) : 1;
  const count = `epoch ${Number.isInteger(done) ? done : done.toFixed(1)}/${total}`;
  const numbers = Object.entries(values).map(([name, value]) => `${name} ${formatNumber(value)}`);
  // The rest goes as fast as what is done; before the first part is done nothing can be said.
  const left = share === 0 ? [] : [`${duration(elapsed * (1 - share) / share)} left`];
  const facts = [count, ...numbers, ...(finished ? [`took ${duration(elapsed)}`] : left)].join(" · ");
  const blocks = Math.round(20 * share);
  const bar =
    `<span role="progressbar" aria-valuenow="${Math.round(100 * share)}" aria-valuemin="0" aria-valuemax="100" ` +
    `aria-label="${htmlText(label)}" style="display:inline-block;width:180px;height:10px;margin:0 10px;` +
    `border:1px solid currentColor;border-radius:5px;overflow:hidden;vertical-align:middle">` +
    `<span style="display:block;width:${(100 * share).toFixed(1)}%;height:100%;background:#0072B2"></span></span>`;
  return {
    data: {
      "text/html": `<div style="font-variant-numeric:tabular-nums"><strong>${htmlText(label)}</strong>${bar}` +
        `${htmlText(facts)}</div>`,
      "text/plain": `${label} [${"#".repeat(blocks)}${"-".repeat(20 - blocks)}] ${facts}`,
    },
    metadata: {},
  };
}

/**
 * A time in the two largest units that it has.
 *
 * @param milliseconds at least 0
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals([1_400, 83_000, 7_500_000].map(duration), ["1.4 s", "1 min 23 s", "2 h 5 min"]);
 * ```
 */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Four significant digits at most, in the shortest way. */
function formatNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : Math.abs(value) < 1e-3 ? value.toExponential(1) : value.toFixed(3);
}
