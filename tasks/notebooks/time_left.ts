/**
 * How long the notebooks still take, from how long they took before.
 *
 * @module
 */
import { join } from "node:path";
import { writeFileAtomically } from "../cli/write_file.ts";

/** Seconds of the parts of a notebook's run in their order: first the kernel's start, then every executed cell. */
export type PartSeconds = readonly number[];

/** Measured seconds by notebook name, for one kind of run. */
export type MeasuredSeconds = Readonly<Record<string, PartSeconds>>;

/** How far a run is. */
export interface RunState {
  /** The notebooks of the run in their order, by name. */
  readonly names: readonly string[];
  /** The one that runs. */
  readonly current: number;
  /** Seconds of each notebook that has finished. */
  readonly finished: readonly number[];
  /** Seconds of the parts of the running one that have finished. */
  readonly parts: PartSeconds;
  /** Seconds since the running part began. */
  readonly inPart: number;
}

/** Seconds left; undefined where one of the notebooks has never been measured. */
export interface TimeLeft {
  readonly notebook?: number;
  readonly all?: number;
}

/**
 * Estimates the seconds left: what was measured for the parts to come, times the pace of this run so far.
 *
 * The pace is the ratio of this run's seconds to the measured ones over all finished parts, both increased by
 * `PACE_PRIOR_S` so that a few quick ones count for little.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const state = { names: ["1_a", "2_b"], current: 0, finished: [], parts: [2], inPart: 1 };
 * assertEquals(timeLeft({ "1_a": [2, 3], "2_b": [10] }, state), { notebook: 2, all: 12 });
 * ```
 */
export function timeLeft(measured: MeasuredSeconds, state: RunState): TimeLeft {
  const { names, current, finished, parts, inPart } = state;
  const before = measured[names[current]];
  if (!before) return {};
  const known = names.slice(0, current).filter((name) => measured[name]);
  const past = sum(known.map((name) => sum(measured[name]))) + sum(before.slice(0, parts.length));
  const now = sum(known.map((name) => finished[names.indexOf(name)])) + sum(parts);
  const pace = (now + PACE_PRIOR_S) / (past + PACE_PRIOR_S);
  const [running = 0, ...coming] = before.slice(parts.length);
  const notebook = Math.max(0, running * pace - inPart) + sum(coming) * pace;
  const later = names.slice(current + 1);
  if (later.some((name) => !measured[name])) return { notebook };
  return { notebook, all: notebook + sum(later.map((name) => sum(measured[name]))) * pace };
}

const PACE_PRIOR_S = 5;

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** A kind of run; its parts decide about the time. */
export interface RunKind {
  readonly profile: string;
  readonly dataset: string;
  readonly backend: string;
}

/**
 * Reads what earlier runs of this kind have taken here; for notebooks that have never run here, what the profile took on
 * the machine of `tasks/notebooks/reference_seconds/`.
 *
 * @param cache the project's folder for things that may be lost
 * @param kind of run
 * @param reference folder with one file a profile
 */
export async function readMeasuredSeconds(
  cache: string,
  kind: RunKind,
  reference: string = join(import.meta.dirname!, "reference_seconds"),
): Promise<MeasuredSeconds> {
  const read = (path: string) => Deno.readTextFile(path).then(JSON.parse).catch(() => ({}));
  return { ...await read(join(reference, `${kind.profile}.json`)), ...await read(measuredPath(cache, kind)) };
}

/**
 * Puts what a run has taken in the place of what was known. A notebook that took less than half keeps the longer time: it
 * has loaded what the run before had trained.
 */
export function updateMeasuredSeconds(known: MeasuredSeconds, run: MeasuredSeconds): MeasuredSeconds {
  const longer = Object.entries(run).filter(([name, parts]) => 2 * sum(parts) >= sum(known[name] ?? []));
  return { ...known, ...Object.fromEntries(longer) };
}

/** Keeps what notebooks have taken. */
export async function writeMeasuredSeconds(cache: string, kind: RunKind, measured: MeasuredSeconds): Promise<void> {
  await writeFileAtomically(measuredPath(cache, kind), JSON.stringify(measured) + "\n");
}

function measuredPath(cache: string, { profile, dataset, backend }: RunKind): string {
  return join(cache, "seconds", `${profile}-${dataset}-${backend}.json`);
}
