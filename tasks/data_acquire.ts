/**
 * Getting published data sets: consent, lock, room on the disk, progress and plain errors.
 *
 * @module
 */
import { join, relative } from "node:path";
import { acquireDataset } from "../lib/data/acquisition/acquire_dataset.ts";
import { findRealDataset, type RealDataset } from "../lib/data/real_dataset.ts";
import { acquisitionProgress } from "./data_progress.ts";
import { requireConsent } from "./data_terms.ts";
import { requireDiskSpace } from "./setup/disk_space.ts";
import { tryExclusiveLock } from "./exclusive_lock.ts";
import type { ProgressLine } from "./cli/progress_line.ts";
import { TaskError } from "./cli/task_error.ts";

/** What to get, and how the user is spoken to. */
export interface AcquireCommand {
  readonly definitions: readonly RealDataset[];
  /** Folder in which each data set's own is made. */
  readonly directory: string;
  /** Archive or folder to take. */
  readonly from?: string;
  readonly acceptTerms: boolean;
  /** The checkout. */
  readonly root: string;
  /** The project's folder for things that may be lost. */
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
export async function acquire(command: AcquireCommand): Promise<void> {
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
    using _messages = sayWhenInterrupted(definition.title, line);
    try {
      await acquireOne(definition, command);
    } catch (error) {
      throw error instanceof TaskError ? error : plainly(error as Error, definition.title);
    } finally {
      line.clear();
    }
  }
}

async function acquireOne(definition: RealDataset, { directory, from, line }: AcquireCommand): Promise<void> {
  const { name, title, official, source } = definition;
  const folder = join(directory, title);
  const other = findRealDataset(definition, directory);
  if (other !== undefined && !isUnder(folder, other.images)) {
    throw new TaskError(
      `Cannot put ${title} into ${directory}: it lies there already, in ${other.images}. ` +
        `\`deno task data verify --data "${directory}" --dataset ${name}\` checks it.`,
    );
  }
  const lock = await tryExclusiveLock(join(directory, `.${name}.lock`));
  if (typeof lock === "string") {
    throw new TaskError(`Cannot get ${title} into ${directory}: another deno task data (${lock}) is at it.`);
  }
  using _lock = lock;
  if (other === undefined) {
    await requireDiskSpace(directory, (from === undefined ? 2 : 1) * official.bytes, title);
    line.say(`${title}: from ${from ?? source}`);
  }
  const onEvent = acquisitionProgress(title, line);
  const { files, format, before, notes } = await acquireDataset({ definition, directory, from, onEvent });
  line.clear();
  notes.forEach(line.say);
  line.say(`${title}: ${before ? "was there already, " : ""}${files} ${format} files in ${folder}, all as published`);
  line.say(`Use it: deno task reproduce --data "${folder}"`);
}

function isUnder(folder: string, path: string): boolean {
  return !relative(folder, path).startsWith("..");
}

/** Says, when the user interrupts, that nothing is lost. */
function sayWhenInterrupted(title: string, line: ProgressLine): Disposable {
  const interrupted = () => {
    line.clear();
    console.error(`Interrupted before ${title} was there. The same command goes on with what was fetched.`);
    Deno.exit(INTERRUPTED);
  };
  Deno.addSignalListener("SIGINT", interrupted);
  return { [Symbol.dispose]: () => Deno.removeSignalListener("SIGINT", interrupted) };
}

/** The library's errors say all there is to know; where fetching fails there is another way. */
function plainly(error: Error, title: string): TaskError {
  const otherwise = `Or fetch the archive with a browser and give it by --from.`;
  if (error instanceof Deno.errors.NotCapable && / net /.test(error.message)) {
    const reason = `its server leads to an address that this task may not ask (${error.message})`;
    return new TaskError(`Cannot get ${title}: ${reason}. ${otherwise}`);
  }
  return new TaskError(error.message.startsWith("Cannot download") ? `${error.message}. ${otherwise}` : error.message);
}
