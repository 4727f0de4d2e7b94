/**
 * How long the notebooks still take, from how long they took before.
 *
 * @module
 */
import { join } from "node:path";
import { DATASET_NAMES } from "../../lib/data/dataset_reference.ts";
import { writeFileAtomically } from "../cli/write_file.ts";

/** Seconds of the parts of a notebook's run in their order: first the kernel's start, then every executed cell. */
export type PartSeconds = readonly number[];

/** Measured seconds by notebook name, for one kind of run. */
export type MeasuredSeconds = Readonly<Record<string, PartSeconds>>;

/** How far a run is. */
export interface RunState {
  /** The notebooks of the run in their order, by name. */
  readonly names: readonly string[];
  readonly current: number;
  /** Seconds of each notebook that has finished. */
  readonly finished: readonly number[];
  /** Seconds of the parts of the running one that have finished. */
  readonly parts: PartSeconds;
  /** Seconds since the running part began. */
  readonly inPart: number;
}

/** What is known of the time that a kind of run takes. */
export interface KnownSeconds {
  readonly here: MeasuredSeconds;
  /** By a run on another machine, for notebooks that have never run here. */
  readonly elsewhere: MeasuredSeconds;
}

/** Seconds left; undefined where one of the notebooks has never been measured. */
export interface TimeLeft {
  readonly notebook?: number;
  readonly all?: number;
  /** Whether they are another machine's, while nothing is known yet of how much slower or faster this one is. */
  readonly elsewhere: boolean;
}

/**
 * Estimates the seconds left: what was measured for the parts to come, times the pace of this run so far.
 *
 * The pace is the ratio of this run's seconds to the measured ones over all finished parts, both increased by a few
 * seconds so that quick ones count for little: by `PACE_PRIOR_S` for measurements of this machine, whose pace is near 1,
 * and by less for another machine's, which may be several times as fast. That one is also told by notebooks that have run
 * here before. A part that takes longer than expected raises the pace before it ends.
 */
export function timeLeft({ here, elsewhere }: KnownSeconds, state: RunState): TimeLeft {
  const { names, current, parts, inPart } = state;
  const coming = names.slice(current + 1);
  const isForeign = (name: string) => !here[name];
  const earlier = Object.keys(here).filter((name) => elsewhere[name] && !names.slice(0, current).includes(name));
  const paces = {
    here: paceOf(here, state, PACE_PRIOR_S),
    elsewhere: paceOf(elsewhere, state, FOREIGN_PACE_PRIOR_S, {
      past: sum(earlier.map((name) => sum(elsewhere[name]))),
      now: sum(earlier.map((name) => sum(here[name]))),
    }),
  };
  const known = (name: string): PartSeconds | undefined => here[name] ?? elsewhere[name];
  const pace = (name: string) => isForeign(name) ? paces.elsewhere : paces.here;
  const before = known(names[current]);
  if (!before) return { elsewhere: false };
  const [running = 0, ...rest] = before.slice(parts.length).map((seconds) => seconds * pace(names[current]));
  const notebook = Math.max(0, running - inPart) + sum(rest);
  const isNew = current === 0 && parts.length === 0 && earlier.length === 0;
  const left = { notebook, elsewhere: isNew && [names[current], ...coming].some(isForeign) };
  if (coming.some((name) => !known(name))) return left;
  return { ...left, all: notebook + sum(coming.map((name) => sum(known(name)!) * pace(name))) };
}

const PACE_PRIOR_S = 5;
const FOREIGN_PACE_PRIOR_S = 1;

/** How many times as long this run takes as what was measured. */
function paceOf(
  measured: MeasuredSeconds,
  { names, current, finished, parts, inPart }: RunState,
  prior: number,
  earlier = { past: 0, now: 0 },
): number {
  const before: PartSeconds = measured[names[current]] ?? [];
  const done = names.slice(0, current).filter((name) => measured[name]);
  const past = prior + earlier.past + sum(done.map((name) => sum(measured[name]))) + sum(before.slice(0, parts.length));
  const now = prior + earlier.now + sum(done.map((name) => finished[names.indexOf(name)])) +
    (before.length > 0 ? sum(parts) : 0);
  const pace = now / past;
  return parts.length < before.length ? Math.max(pace, (now + inPart) / (past + before[parts.length])) : pace;
}

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
 * Reads what earlier runs of this kind have taken here, and what the profile took on the machine of
 * `tasks/notebooks/reference_seconds/`: with synthetic images, and where it was measured with Kvasir-SEG, for the published
 * data sets.
 */
export async function readKnownSeconds(
  cache: string,
  kind: RunKind,
  reference: string = join(import.meta.dirname!, "reference_seconds"),
): Promise<KnownSeconds> {
  const read = (path: string) => Deno.readTextFile(path).then(JSON.parse).catch(() => undefined);
  const isPublished = DATASET_NAMES.some((name) => name === kind.dataset && name !== "synthetic");
  const [published, synthetic] = ["-kvasir-seg", ""].map((of) => join(reference, `${kind.profile}${of}.json`));
  return {
    here: await read(measuredPath(cache, kind)) ?? {},
    elsewhere: (isPublished ? await read(published) : undefined) ?? await read(synthetic) ?? {},
  };
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
