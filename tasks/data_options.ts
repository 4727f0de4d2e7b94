/**
 * The options of `deno task data`.
 *
 * @module
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { TaskError } from "./cli/task_error.ts";

/** The data sets that can be fetched. */
export const PUBLISHED = ["kvasir-seg", "cvc-clinicdb"] as const;

/** Name of a data set that can be fetched. */
export type PublishedName = typeof PUBLISHED[number];

/** What to do. `directory` is an absolute path and undefined for the project's `data/`. */
export type DataCommand =
  | { readonly kind: "help" }
  | { readonly kind: "list"; readonly directory?: string }
  | {
    readonly kind: "acquire";
    readonly datasets: readonly PublishedName[];
    readonly directory?: string;
    /** Absolute path of an archive or folder. */
    readonly from?: string;
    readonly acceptTerms: boolean;
  }
  | {
    readonly kind: "verify";
    /** Undefined: the one that the folder holds. */
    readonly dataset?: PublishedName;
    readonly directory?: string;
    /** Absolute path. */
    readonly json?: string;
    readonly selection: boolean;
  };

/** What `--help` prints. */
export const HELP = `Gets and checks the published data sets.

  deno task data                       this text and what is there
  deno task data kvasir-seg            fetches Kvasir-SEG from its authors (46 MB)
  deno task data cvc-clinicdb          fetches CVC-ClinicDB from its authors (271 MB unpacked)
  deno task data NAME --from PATH      takes an archive (ZIP, RAR) or a folder that you have
  deno task data verify                checks every file of a data set

Getting a data set:
  --from PATH        archive or folder to take in place of fetching
  --data DIR         folder in which the data set's own is made; by default the project's data/
  --accept-terms     agrees to the data set's terms without asking, for scripts

Checking it:
  --data DIR         folder of the data set, or the one that holds it; by default the project's data/
  --dataset NAME     kvasir-seg or cvc-clinicdb; by default what --data holds
  --selection        the folder is a selection or addition of yours: do not hold it against the whole published set
  --json FILE        writes counts, findings and notes to a file
  Exit status 1 where something is wrong.

Every file is compared with the published one by SHA-256. A data set appears whole or not at all; an interrupted
download goes on where it ended when the same command is given again.

Where --data is not given it is read from the variable POLYDICE_DATA if there is one.`;

const OPTIONS = {
  from: { type: "string" },
  data: { type: "string" },
  dataset: { type: "string" },
  json: { type: "string" },
  selection: { type: "boolean" },
  "accept-terms": { type: "boolean" },
  help: { type: "boolean" },
} as const;

/**
 * Reads the options.
 *
 * @param args the words after the command
 * @param root the checkout
 * @param env the environment variables; INIT_CWD is the folder in which the user typed the command
 * @throws {TaskError} with status 2 for an unknown word or option, or one that does not belong to the command
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(parseDataOptions([], "/project", {}), { kind: "list", directory: undefined });
 * ```
 */
export function parseDataOptions(
  args: readonly string[],
  root: string,
  env: Readonly<Record<string, string | undefined>>,
): DataCommand {
  let values, positionals;
  try {
    ({ values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true }));
  } catch (error) {
    const known = Object.keys(OPTIONS).map((name) => `--${name}`).join(", ");
    const reason = (error as Error).message.split("\n")[0].replace(/\.$/, "");
    throw new TaskError(`Cannot read the options: ${reason}. Valid are ${known}.`, 2);
  }
  if (values.help) return { kind: "help" };
  const path = (value: string | undefined) => value && resolve(env.INIT_CWD ?? root, value);
  const directory = path(values.data ?? env.POLYDICE_DATA) || undefined;
  const verify = positionals[0] === "verify";
  const words = [...(verify ? positionals.slice(1) : positionals), ...(values.dataset ? [values.dataset] : [])];
  const datasets = [...new Set(words.map(publishedName))];
  if (verify) {
    refuse(values, ["from", "accept-terms"], "deno task data verify");
    if (datasets.length > 1) throw new TaskError(`Cannot check two data sets at once: name one.`, 2);
    return {
      kind: "verify",
      dataset: datasets[0],
      directory,
      json: path(values.json),
      selection: values.selection ?? false,
    };
  }
  refuse(values, ["json", "selection"], "getting a data set; it belongs to `deno task data verify`");
  if (datasets.length > 0) {
    const acceptTerms = values["accept-terms"] ?? false;
    return { kind: "acquire", datasets, directory, from: path(values.from), acceptTerms };
  }
  if (values.from !== undefined || values["accept-terms"]) {
    throw new TaskError(`Cannot tell which data set to get: name ${PUBLISHED.join(" or ")}.`, 2);
  }
  return { kind: "list", directory };
}

function publishedName(word: string): PublishedName {
  if ((PUBLISHED as readonly string[]).includes(word)) return word as PublishedName;
  if (word === "synthetic") {
    throw new TaskError(`The synthetic data set is rendered where it is needed: there is nothing to get or check.`, 2);
  }
  throw new TaskError(`Cannot read "${word}": expected verify, ${PUBLISHED.join(" or ")}.`, 2);
}

function refuse(values: Readonly<Record<string, unknown>>, options: readonly string[], command: string): void {
  const wrong = options.find((option) => values[option] !== undefined);
  if (wrong !== undefined) throw new TaskError(`Cannot use --${wrong} for ${command}.`, 2);
}
