/**
 * Getting published data sets: consent, lock, room on the disk, progress and plain errors.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join, relative } from "node:path";
import { acquireDataset, workFolder } from "../lib/data/acquisition/acquire_dataset.ts";
import { findRealDataset, type RealDataset } from "../lib/data/real_dataset.ts";
import { acquisitionProgress } from "./data_progress.ts";
import { requireDiskSpace } from "./setup/disk_space.ts";
import { tryLock } from "../lib/files/lock.ts";
import type { ProgressLine } from "./cli/progress_line.ts";
import { TaskError } from "./cli/task_error.ts";
import { writeFileAtomically } from "./cli/write_file.ts";

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
    throw new TaskError(`Cannot get ${title} into ${directory}: another deno task data (${lock}) is at it.`);
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

/** A data set and its terms. */
export interface TermsOf {
  readonly name: string;
  readonly title: string;
  readonly terms: readonly string[];
}

/** How consent is asked for. */
export interface ConsentOptions {
  /** The project's folder for things that may be lost; consent that is lost is asked for again. */
  readonly cache: string;
  /** Whether the user has agreed on the command line. */
  readonly accepted: boolean;
  /** Prints a line. */
  readonly say: (line: string) => void;
  /** Asks a question; undefined where there is nobody to ask. */
  readonly ask?: (question: string) => string | null;
}

/** Consent by data set: the SHA-256 of the terms that were agreed to. */
type Consents = Readonly<Record<string, string>>;

/**
 * Shows a data set's terms and asks whether the user agrees, unless they were agreed to before. Other terms under the
 * same name are asked for anew. Only an answer is remembered; the command line's consent holds for the one command.
 *
 * @throws {TaskError} where the user does not agree, or there is nobody to ask
 */
export async function requireConsent({ name, title, terms }: TermsOf, options: ConsentOptions): Promise<void> {
  const { cache, accepted, say, ask } = options;
  const consents = await readConsents(cache);
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
  await writeFileAtomically(consentsPath(cache), JSON.stringify({ ...consents, [name]: hash }, null, 2) + "\n");
}

async function readConsents(cache: string): Promise<Consents> {
  return await Deno.readTextFile(consentsPath(cache)).then(JSON.parse).catch(() => ({}));
}

function consentsPath(cache: string): string {
  return join(cache, "accepted_terms.json");
}
