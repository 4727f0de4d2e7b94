/**
 * The terms of the published data sets: shown and asked for once.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { TaskError } from "./cli/task_error.ts";
import { writeFileAtomically } from "./cli/write_file.ts";

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
