/**
 * Getting published data sets: consent, lock, room on the disk, progress and plain errors.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join, relative } from "node:path";
import { acquireDataset, type AcquisitionEvent, workFolder } from "../../lib/data/acquisition/acquire_dataset.ts";
import { findRealDataset, type RealDataset } from "../../lib/data/real_dataset.ts";
import { requireDiskSpace } from "../setup/disk_space.ts";
import { tryLock } from "../../lib/files/lock.ts";
import { duration, type ProgressLine } from "../cli/progress_line.ts";
import { TaskError } from "../cli/task_error.ts";
import { writeFileAtomically } from "../cli/write_file.ts";

/** What to get, and how the user is spoken to. */
export interface FetchCommand {
  readonly definitions: readonly RealDataset[];
  /** Folder in which each data set's own is made. */
  readonly directory: string;
  /** Archive or folder to take. */
  readonly from?: string;
  readonly acceptTerms: boolean;
  /** The checkout. */
  readonly root: string;
  /** The project's folder for things that may be lost; consent that is lost is asked for again. */
  readonly cache: string;
  readonly line: ProgressLine;
  /** Asks a question; undefined where there is nobody to ask. */
  readonly ask?: (question: string) => string | null;
}

/** Exit status of a process that was interrupted. */
const INTERRUPTED = 130;

/**
 * Asks for consent to all terms, then gets the data sets one after the other.
 *
 * @throws {TaskError} saying what went wrong and what to do
 */
export async function fetchDatasets(command: FetchCommand): Promise<void> {
  const { definitions, root, directory, cache, acceptTerms, line, ask } = command;
  if (isUnder(root, directory) && !isUnder(join(root, "data"), directory)) {
    throw new TaskError(
      `Cannot put images into ${directory}: none of them belongs in this project's repository. ` +
        `Leave --data out, or choose a folder outside the project.`,
      2,
    );
  }
  for (const definition of definitions) {
    await requireConsent(definition, { cache, accepted: acceptTerms, say: line.say, ask });
  }
  for (const definition of definitions) {
    using _handler = endCleanlyWhenInterrupted(definition, command);
    try {
      await fetchOne(definition, command);
    } catch (error) {
      throw error instanceof TaskError ? error : plainly(error as Error, definition.title);
    } finally {
      line.clear();
    }
  }
}

async function fetchOne(definition: RealDataset, { directory, from, line }: FetchCommand): Promise<void> {
  const { name, title, official, source } = definition;
  const folder = join(directory, title);
  const other = findRealDataset(definition, directory);
  if (other !== undefined && !isUnder(folder, other.images)) {
    throw new TaskError(
      `Cannot put ${title} into ${directory}: it lies there already, in ${other.images}. ` +
        `\`deno task data verify --data "${directory}" --dataset ${name}\` checks it.`,
    );
  }
  const lock = await tryLock(join(directory, `.${name}.lock`));
  if (typeof lock === "string") {
    throw new TaskError(`Cannot get ${title} into ${directory}: another deno task data (${lock}) is running.`);
  }
  using _lock = lock;
  if (other === undefined) {
    await requireDiskSpace(directory, (from === undefined ? 2 : 1) * official.bytes, title);
    line.say(`${title}: from ${from ?? source}`);
  }
  const onEvent = acquisitionProgress(title, line);
  const { files, format, before } = await acquireDataset({ definition, directory, from, onEvent });
  line.clear();
  line.say(`${title}: ${before ? "was there already, " : ""}${files} ${format} files in ${folder}, all as published`);
  line.say(`Use it: deno task reproduce --data "${folder}"`);
}

function isUnder(folder: string, path: string): boolean {
  return !relative(folder, path).startsWith("..");
}

/** Removes what is there of a data set when the user interrupts, and says so. */
function endCleanlyWhenInterrupted(definition: RealDataset, { directory, line }: FetchCommand): Disposable {
  const interrupted = () => {
    line.clear();
    try {
      Deno.removeSync(workFolder(definition, directory), { recursive: true });
    } catch {
      // There was nothing yet, or a file was being written: the next call removes it.
    }
    console.error(`Interrupted before ${definition.title} was there; nothing of it is left.`);
    Deno.exit(INTERRUPTED);
  };
  Deno.addSignalListener("SIGINT", interrupted);
  return { [Symbol.dispose]: () => Deno.removeSignalListener("SIGINT", interrupted) };
}

/** The library's errors say all there is to know; where fetching fails there is another way. */
function plainly(error: Error, title: string): TaskError {
  if (!error.message.startsWith("Cannot download")) return new TaskError(error.message);
  const { message } = error.cause instanceof Deno.errors.NotCapable
    ? new Error(
      `Cannot get ${title}: its server leads to an address that this task may not ask (${error.cause.message})`,
    )
    : error;
  return new TaskError(`${message}. Or fetch the archive with a browser and give it by --from.`);
}

/** How consent is asked for. */
export interface ConsentOptions extends Pick<FetchCommand, "cache" | "ask"> {
  /** Whether the user has agreed on the command line. */
  readonly accepted: boolean;
  /** Prints a line. */
  readonly say: (line: string) => void;
}

/**
 * Shows a data set's terms and asks whether the user agrees, unless they were agreed to before. Other terms under the
 * same name are asked for anew. Only an answer is remembered; the command line's consent holds for the one command.
 *
 * @throws {TaskError} where the user does not agree, or there is nobody to ask
 */
export async function requireConsent(
  { name, title, terms }: Pick<RealDataset, "name" | "title" | "terms">,
  options: ConsentOptions,
): Promise<void> {
  const { cache, accepted, say, ask } = options;
  const file = join(cache, "accepted_terms.json");
  // By data set the SHA-256 of the terms that were agreed to.
  const consents = await Deno.readTextFile(file).then(JSON.parse).catch(() => ({}));
  const hash = createHash("sha256").update(terms.join("\n")).digest("hex");
  if (consents[name] === hash) return;
  say(`Terms of ${title}:`);
  for (const term of terms) say(`  - ${term}`);
  say("  - No image, mask or picture drawn from one belongs in this project's repository.");
  if (accepted) return;
  if (ask === undefined) {
    throw new TaskError(`Cannot get ${title} without consent to its terms: add --accept-terms to agree to them.`);
  }
  const answer = ask("Do you agree? [yes/no]");
  if (!/^y(es)?$/i.test(answer?.trim() ?? "")) throw new TaskError(`${title} was not fetched: you did not agree.`);
  await writeFileAtomically(file, JSON.stringify({ ...consents, [name]: hash }, null, 2) + "\n");
}

/** Seconds of the past that a speed is taken over. */
const SPEED_WINDOW_S = 10;
/** Seconds between two drawings of the line. */
const REDRAW_S = 0.1;

/** Measures units a second over the last ten seconds by a clock in seconds; less than before begins anew. */
function measureSpeed(now: () => number) {
  let samples: { time: number; done: number }[] = [];
  /** Notes how much is done now; the speed, undefined until there are two moments to compare. */
  return (done: number): number | undefined => {
    const time = now();
    if (samples.length > 0 && done < samples.at(-1)!.done) samples = [];
    samples = [...samples.filter((sample) => time - sample.time <= SPEED_WINDOW_S), { time, done }];
    return time > samples[0].time ? (done - samples[0].done) / (time - samples[0].time) : undefined;
  };
}

/** A listener that shows the events of an acquisition on a progress line: what is there, how fast, how long still. */
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
    const perSecond = speed(event.done);
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
