/**
 * How long jobs take on several workers.
 *
 * @module
 */

/** A job of a schedule. */
export interface ScheduledJob {
  /** Its time, s. */
  readonly seconds: number;
  /** Positions of the jobs that must have ended before; all come before it. */
  readonly needs: readonly number[];
}

/**
 * The time until the last job has ended, s, where a free worker takes of all jobs that wait for nothing the one that
 * takes longest.
 *
 * @throws {RangeError} where a job waits for one that does not come before it, or there is no worker
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const jobs = [4, 3, 3, 2].map((seconds) => ({ seconds, needs: [] }));
 * assertEquals([1, 2, 8].map((workers) => scheduleLength(jobs, workers)), [12, 6, 4]);
 * ```
 */
export function scheduleLength(jobs: readonly ScheduledJob[], workers: number): number {
  if (!Number.isInteger(workers) || workers < 1) {
    throw new RangeError(`Cannot schedule: expected a whole number of workers from 1, found ${workers}`);
  }
  const wrong = jobs.findIndex(({ needs }, index) => needs.some((other) => other < 0 || other >= index));
  if (wrong >= 0) throw new RangeError(`Cannot schedule: job ${wrong} waits for one that does not come before it`);
  const ends = new Map<number, number>();
  const waiting = new Set(jobs.keys());
  let running: number[] = [];
  let now = 0;
  while (waiting.size > 0) {
    const ready = [...waiting]
      .filter((job) => jobs[job].needs.every((other) => (ends.get(other) ?? Infinity) <= now))
      .sort((a, b) => jobs[b].seconds - jobs[a].seconds);
    for (const job of ready.slice(0, workers - running.length)) {
      waiting.delete(job);
      ends.set(job, now + jobs[job].seconds);
      running.push(job);
    }
    if (waiting.size === 0) break;
    now = Math.min(...running.map((job) => ends.get(job)!));
    running = running.filter((job) => ends.get(job)! > now);
  }
  return Math.max(0, ...ends.values());
}
