/**
 * How long the rest of a bench takes, at its pace so far.
 *
 * @module
 */

/** Expectations, and what has become of them. */
export interface TimeLeft {
  /** The next piece of work has ended. */
  next(): void;
  /** Seconds. */
  left(): number;
}

/** Seconds of pace 1 that are assumed before the first piece, so that a quick one counts for little. */
const PRIOR = 30;

/**
 * Keeps the time.
 *
 * @param expected seconds of the pieces of work, in their order
 * @param now seconds since any moment
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * let now = 0;
 * const time = timeLeft([30, 60], () => now);
 * assertEquals(time.left(), 90);
 * now = 90;
 * time.next();
 * assertEquals(time.left(), 120); // twice as long as expected, half of the expectation being prior
 * ```
 */
export function timeLeft(expected: readonly number[], now: () => number = () => performance.now() / 1000): TimeLeft {
  const started = now();
  let finished = 0;
  let [spent, began] = [0, started];
  const sum = (seconds: readonly number[]) => seconds.reduce((total, value) => total + value, 0);
  return {
    next() {
      finished++;
      spent = now() - started;
      began = now();
    },
    left() {
      const pace = (spent + PRIOR) / (sum(expected.slice(0, finished)) + PRIOR);
      return Math.max(0, sum(expected.slice(finished)) * pace - (now() - began));
    },
  };
}
