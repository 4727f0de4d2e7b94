/**
 * `deno task results`: the tables of results, made from the committed records of runs.
 *
 * @module
 */
import { join, resolve } from "node:path";
import { protocolPlan } from "../lib/evaluation/protocol_plan.ts";
import { protocolResults } from "../lib/evaluation/protocol_results.ts";
import { readRunRecords } from "../lib/evaluation/read_run_records.ts";
import type { PlannedRuns } from "../lib/evaluation/result_groups.ts";
import { RESULTS_CSV_FILES, resultsCsvFiles } from "../lib/evaluation/results_csv.ts";
import { resultsBlock, resultsPage } from "../lib/evaluation/results_markdown.ts";
import { PROFILE_NAMES } from "../lib/training/profiles.ts";
import { replaceMarkedBlock } from "./marked_block.ts";
import { replaceNotebookBlock } from "./notebook_block.ts";
import { projectFolder } from "./setup/project_folder.ts";
import { parseResultsOptions, RESULTS_HELP, type ResultsOptions } from "./results_options.ts";
import { runTask, TaskError } from "./cli/task_error.ts";
import { workflowCost } from "./workflow_cost.ts";
import { writeFileAtomically } from "./cli/write_file.ts";

/** The notebook that shows the tables. */
const NOTEBOOK = "notebooks/5_results.ipynb";

/** What was made or checked. */
export interface ResultsReport {
  /** Number of records that the tables come from. */
  readonly records: number;
  /** Paths from the project's folder of the tables that differ from what is there. */
  readonly different: readonly string[];
}

/**
 * Makes the tables from the records, and writes those that differ; with `check`, writes nothing.
 *
 * @param options profile, folder of the records, and whether to check only
 * @param root the project's folder
 * @param plan which runs the tables wait for; in a folder of one's own none
 * @throws {TaskError} where records can't be read or compared
 */
export async function makeResults(
  { profile, results, check }: ResultsOptions & { readonly profile: string },
  root: string,
  plan: readonly PlannedRuns[] = results === undefined ? protocolPlan(profile) : [],
): Promise<ResultsReport> {
  const { records, tables } = await tablesOf(profile, root, results, plan);
  const different: string[] = [];
  for (const [path, text] of Object.entries(tables)) {
    if (text === await textIfThere(resolve(root, path))) continue;
    different.push(path);
    if (check) continue;
    if (text === undefined) await Deno.remove(resolve(root, path));
    else await writeFileAtomically(resolve(root, path), text);
  }
  return { records, different };
}

/** Text of each table by its path; undefined where no table may be, as there is nothing to put in. */
async function tablesOf(
  profile: string,
  root: string,
  own: string | undefined,
  plan: readonly PlannedRuns[],
): Promise<{ records: number; tables: Record<string, string | undefined> }> {
  let records, results;
  try {
    records = await readRunRecords(own ?? join(root, "results"), profile);
    results = protocolResults(records, plan);
  } catch (error) {
    throw new TaskError((error as Error).message);
  }
  const count = records.runs.length + records.ablations.length;
  const csv: Record<string, string | undefined> = count > 0 ? resultsCsvFiles(results) : {};
  const page = count > 0 ? await formatMarkdown(resultsPage(results)) : undefined;
  const folder = own === undefined ? `results/${profile}` : join(own, profile);
  const tables: Record<string, string | undefined> = { [`${folder}/README.md`]: page };
  for (const name of RESULTS_CSV_FILES) tables[`${folder}/${name}`] = csv[name];
  if (own !== undefined) return { records: count, tables };
  const readme = await textIfThere(join(root, "README.md"));
  const replaced = readme && replaceMarkedBlock(readme, `results:${profile}`, resultsBlock(results));
  if (replaced) tables["README.md"] = await formatMarkdown(replaced);
  const notebook = await textIfThere(join(root, NOTEBOOK));
  const block = `results:${profile}`;
  const shown = notebook && await replaceNotebookBlock(notebook, block, resultsBlock(results), formatMarkdown);
  if (shown) tables[NOTEBOOK] = shown;
  const guide = profile === "small" ? await textIfThere(join(root, "workflow", "README.md")) : undefined;
  const costed = guide && replaceMarkedBlock(guide, "cost", await workflowCost(root));
  if (costed) tables["workflow/README.md"] = await formatMarkdown(costed);
  return { records: count, tables };
}

/** Markdown as `deno fmt` leaves it, so that README.md passes the project's own check. */
async function formatMarkdown(text: string): Promise<string> {
  const args = ["fmt", "--no-config", "--ext=md", "--line-width=120", "-"];
  const process = new Deno.Command(Deno.execPath(), { args, stdin: "piped", stdout: "piped", stderr: "piped" }).spawn();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { success, stdout, stderr } = await process.output();
  if (!success) throw new TaskError(`Cannot format a table:\n${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

async function textIfThere(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function main(args: string[]): Promise<number> {
  const { root } = projectFolder();
  const options = parseResultsOptions(args, Deno.env.get("INIT_CWD") ?? root);
  if (!options) {
    console.log(RESULTS_HELP);
    return 0;
  }
  const [faults, different]: [string[], string[]] = [[], []];
  let all = 0;
  for (const profile of options.profile === undefined ? PROFILE_NAMES : [options.profile]) {
    try {
      const { records, different: ofProfile } = await makeResults({ ...options, profile }, root);
      all += records;
      different.push(...ofProfile);
      if (records > 0 || ofProfile.length > 0) console.log(reportLine(profile, records, ofProfile, options));
    } catch (error) {
      if (!(error instanceof TaskError)) throw error;
      faults.push(`${profile}: ${error.message}`); // The tables of the others are made all the same.
    }
  }
  if (faults.length > 0) throw new TaskError(faults.join("\n"));
  if (all === 0) {
    const place = join(options.results ?? join(root, "results"), options.profile ?? "");
    throw new TaskError(`Cannot make tables: there is no record of a run in ${place}.`);
  }
  if (options.check && different.length > 0) {
    throw new TaskError("Tables differ from the records; `deno task results` makes them anew.");
  }
  return 0;
}

function reportLine(profile: string, records: number, different: readonly string[], { check }: ResultsOptions): string {
  const verb = check ? "differs" : "written";
  const state = different.length === 0
    ? "all tables are theirs"
    : different.map((path) => `${path} ${verb}`).join(", ");
  return `${profile}, ${records} records: ${state}`;
}

if (import.meta.main) await runTask(() => main(Deno.args));
