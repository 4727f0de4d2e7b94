/**
 * `deno task results`: the tables of studies, made from the records of their runs.
 *
 * @module
 */
import { join } from "node:path";
import type { Study } from "../lib/experiment/study.ts";
import { ifThere } from "../lib/files/atomic_file.ts";
import { readRegularFile } from "../lib/files/regular_file.ts";
import { type FoundRecord, packRecords, readStudyRecords } from "../lib/results/record_store.ts";
import { RESULTS_CSV_FILES, resultsCsvFiles } from "../lib/results/results_csv.ts";
import { type Results, resultsOf } from "../lib/results/results_of.ts";
import { resultsBlock, resultsPage } from "../lib/results/results_page.ts";
import { runCommandLine, taskCommand } from "./cli/command.ts";
import { plainError, TaskError } from "./cli/task_error.ts";
import { pathOption } from "./cli/values.ts";
import { writeFileAtomically } from "./cli/write_file.ts";
import { formatMarkdown } from "./format_markdown.ts";
import { projectFolder } from "./setup/project_folder.ts";
import { readStudy, studyNames } from "./training/study_file.ts";
import { workflowCost } from "./workflow/cost.ts";

/** The first line of every page, by which the task knows a page as its own. */
const MARK = "<!-- Made by deno task results. -->";

/** How the CSV files begin. */
const COLUMNS = /^dataset,split,(weights,method,compared_with|grouping,group|method,title),/;

/**
 * Makes the tables of a study from its records, and writes those that differ: a page and CSV files beside the records, and
 * parts of the project's own pages. Records in files of their own are put into `records.jsonl` first.
 *
 * @returns the number of records, paths of the tables that differ from what is there, and what is wrong with records
 * @throws {Error} where records can't stand in one table, or a file lies in the way that the task did not make
 */
export async function makeResults(
  study: Study,
  { results, check = false, root = projectFolder().root }: {
    /** Folder of all studies' records. Default: the project's, whose pages show parts of them. */
    readonly results?: string;
    /** Whether to write nothing. */
    readonly check?: boolean;
    readonly root?: string;
  } = {},
): Promise<{ records: number; different: readonly string[]; damaged: readonly string[] }> {
  const folder = join(results ?? join(root, "results"), study.name);
  if (!check) await packRecords(folder);
  const { records, damaged } = await readStudyRecords(results ?? join(root, "results"), study);
  const tables: Record<string, string | undefined> = {};
  if (records.length > 0) {
    const found = resultsOf(study, records.map(({ record }) => record), { backend: backendOf(records) });
    Object.assign(tables, await ownTables(found, folder));
    if (results === undefined) Object.assign(tables, await projectTables(study, found, root));
  }
  const different: string[] = [];
  for (const [path, text] of Object.entries(tables)) {
    const there = await textIfThere(path);
    if (text === there) continue;
    different.push(path);
    if (check) continue;
    if (text === undefined) await Deno.remove(path);
    else await writeFileAtomically(path, text);
  }
  return { records: records.length, different, damaged: damaged.map(({ message }) => message) };
}

/** Text of each table beside the records, by its path; undefined where there is nothing to put in. */
async function ownTables(results: Results, folder: string): Promise<Record<string, string | undefined>> {
  const csv: Record<string, string | undefined> = resultsCsvFiles(results);
  const tables: Record<string, string | undefined> = {
    [join(folder, "README.md")]: formatMarkdown(`${MARK}\n\n${resultsPage(results)}`),
  };
  for (const name of RESULTS_CSV_FILES) tables[join(folder, name)] = csv[name];
  for (const path of Object.keys(tables)) {
    if (await isOwn(path)) continue;
    throw new TaskError(
      `Cannot write ${path}: \`deno task results\` did not make what lies there. Move it away first.`,
    );
  }
  return tables;
}

/** Pages of the project that show a part of a study's results. */
async function projectTables(study: Study, results: Results, root: string): Promise<Record<string, string>> {
  const tables: Record<string, string> = {};
  const replace = async (path: string, name: string, block: () => string | Promise<string>) => {
    const page = await textIfThere(path);
    if (!page?.includes(`<!-- ${name}:begin -->`)) return;
    tables[path] = formatMarkdown(replaceMarkedBlock(page, name, await block())!);
  };
  await replace(join(root, "README.md"), `results:${study.name}`, () => resultsBlock(results));
  await replace(join(root, "workflow", "README.md"), `cost:${study.name}`, () => workflowCost(study, { root }));
  return tables;
}

/** The backend of all records; of several TensorFlow's, and the others are told as strangers. */
function backendOf(records: readonly FoundRecord[]): string | undefined {
  const backends = new Set(records.map(({ record }) => record.backend));
  return backends.size === 1 ? [...backends][0] : undefined;
}

async function textIfThere(path: string): Promise<string | undefined> {
  const bytes = await ifThere(readRegularFile(path));
  return bytes && new TextDecoder().decode(bytes);
}

/** Whether a table may be written: nothing lies there, or what the task has made, and no link leads to it. */
async function isOwn(path: string): Promise<boolean> {
  const there = await textIfThere(path);
  if (there === undefined) return true;
  const isOurs = path.endsWith(".md") ? there.startsWith(MARK) : COLUMNS.test(there);
  return isOurs && !(await Deno.lstat(path)).isSymlink;
}

export const command = taskCommand(
  "deno task results",
  "Makes the tables of a study from the records of its runs: a page and CSV files beside them, and of the project's own " +
    "records also the parts of README.md and workflow/README.md between their marks.",
)
  .argument(
    "[study]",
    `its name (${studyNames().join(", ")}) or the path of a file of your own; by default all of these`,
  )
  .addOption(pathOption("--results <folder>", "folder of the studies' records; by default the project's, results"))
  .option("--check", "writes nothing; fails where a table differs from its records, and names it")
  .action(async (word, options) => {
    const studies = await Promise.all((word === undefined ? studyNames() : [word]).map((name) => readStudy(name)));
    const faults: string[] = [];
    let [all, differ] = [0, false];
    for (const study of studies) {
      try {
        const { records, different, damaged } = await makeResults(study, options);
        all += records;
        differ ||= different.length > 0;
        faults.push(...damaged);
        if (records > 0) console.log(reportLine(study.name, records, different, options.check));
      } catch (error) {
        const plain = plainError(error);
        if (!(plain instanceof TaskError)) throw error;
        faults.push(`${study.name}: ${plain.message}`); // The tables of the others are made all the same.
      }
    }
    if (faults.length > 0) throw new TaskError(faults.join("\n"));
    if (all === 0) {
      const place = options.results ?? join(projectFolder().root, "results");
      throw new TaskError(
        `Cannot make tables: there is no record of ${word ?? "any study"} in ${place}. \`deno task sweep\` makes some.`,
      );
    }
    if (options.check && differ) {
      throw new TaskError("Tables differ from the records; `deno task results` makes them anew.");
    }
  });

function reportLine(name: string, records: number, different: readonly string[], check = false): string {
  const verb = check ? "differs" : "written";
  const { root } = projectFolder();
  const state = different.length === 0
    ? "tables are up to date"
    : different.map((path) => `${path.replace(`${root}/`, "")} ${verb}`).join(", ");
  return `${name}, ${records} records: ${state}`;
}

/**
 * Replaces what stands between `<!-- name:begin -->` and `<!-- name:end -->`; the marks stay.
 *
 * @returns undefined where the file has neither mark
 * @throws {TaskError} where it has one mark only, a mark twice, or the end before the beginning
 */
export function replaceMarkedBlock(text: string, name: string, block: string): string | undefined {
  const [begin, end] = ["begin", "end"].map((edge) => `<!-- ${name}:${edge} -->`);
  const [beginnings, endings] = [text.split(begin), text.split(end)];
  if (beginnings.length === 1 && endings.length === 1) return undefined;
  if (beginnings.length !== 2 || endings.length !== 2 || text.indexOf(end) < text.indexOf(begin)) {
    throw new TaskError(`Cannot replace a part of a file: expected "${begin}" once and "${end}" once after it.`);
  }
  return `${beginnings[0]}${begin}\n\n${block.trim()}\n\n${end}${endings[1]}`;
}

if (import.meta.main) await runCommandLine(command);
