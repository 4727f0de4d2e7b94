/**
 * Writes the report of a results folder: `report.html` and a page for each executed notebook.
 *
 * `deno task reproduce` runs it in a process of its own, after the notebooks: it needs the packages and permissions that a
 * task does not have, and its failure can't take the results along. The settings are the notebooks' variables.
 *
 * @module
 */
import { basename, join } from "node:path";
import { runHash } from "../../lib/experiment/experiment.ts";
import { runsOf } from "../../lib/experiment/study_runs.ts";
import { frameworkPicture } from "../../lib/notebook/plots/framework_diagram.ts";
import { type NotebookSettings, readSettings } from "../../lib/notebook/settings.ts";
import { readPageAssets } from "../../lib/report/document.tsx";
import { inspectionOf } from "../../lib/report/inspection_pictures.ts";
import { type Notebook, notebookHead, notebookPage } from "../../lib/report/notebook_page.tsx";
import { pageImage } from "../../lib/report/page_image.tsx";
import type { ControllerFacts, ReportContent } from "../../lib/report/report_content.ts";
import { reportPage } from "../../lib/report/report_page.tsx";
import { ifThere } from "../../lib/files/atomic_file.ts";
import { knownResults } from "../../lib/results/few_seeds.ts";
import { decodeRecord } from "../../lib/results/record_encoding.ts";
import { resultsOf } from "../../lib/results/results_of.ts";
import type { RunRecord } from "../../lib/results/run_record.ts";
import { RESULT_FILES } from "../../lib/results/write_results.ts";
import { inspectImages } from "../../lib/training/inspection.ts";
import { recordRuns } from "../../lib/training/record_run.ts";
import type { Run } from "../../lib/training/run.ts";
import { loadRun } from "../../lib/training/run_store.ts";
import { openSession, sessionStudy } from "../../lib/training/session.ts";
import { writeFileAtomically } from "../cli/write_file.ts";
import { findNotebooks, notebookName } from "../notebooks/cells.ts";
import { REPORT_FILE } from "../report.ts";

/** Where the notebooks' pages lie, from the report's folder. */
const NOTEBOOK_PAGES = "notebooks";

/** An executed notebook. */
interface ExecutedNotebook {
  readonly name: string;
  readonly notebook: Notebook;
}

async function makeReport(settings: NotebookSettings): Promise<void> {
  const results = settings.resultsDirectory;
  const executed = await readExecuted(join(results, "executed"));
  const content = await gatherReport(settings, executed);
  const assets = await readPageAssets();
  const pages = join(results, NOTEBOOK_PAGES);
  await Deno.remove(pages, { recursive: true }).catch(() => {}); // pages of notebooks that have not been run this time
  const notebooks = content.notebooks.map(({ href, title }) => ({ href: basename(href), text: title }));
  for (const { name, notebook } of executed) {
    const options = { name, report: { href: `../${REPORT_FILE}`, text: "← Report" }, notebooks };
    await writeFileAtomically(join(pages, `${name}.html`), notebookPage(notebook, options, assets));
  }
  await writeFileAtomically(join(results, REPORT_FILE), reportPage(content, assets));
}

/** The executed notebooks of a folder, in the order of their numbers. */
async function readExecuted(folder: string): Promise<ExecutedNotebook[]> {
  return await Promise.all((await findNotebooks(folder)).map(async (path) => ({
    name: notebookName(path),
    notebook: JSON.parse(await Deno.readTextFile(path)) as Notebook,
  })));
}

/** The runs that are there and test images as a trained network sees them; a method without a run is told as missing. */
async function gatherReport(
  settings: NotebookSettings,
  notebooks: readonly ExecutedNotebook[],
): Promise<ReportContent> {
  const session = await openSession(settings);
  const { data: { dataset, split, fingerprint }, runs: folder, backend } = session;
  const study = await sessionStudy("table-2", session, settings);
  const stored = await Promise.all(
    runsOf(study, [], { backend: backend.name }).map(async ({ method, experiment }) => ({
      method,
      run: await loadRun(folder, runHash(experiment, fingerprint, backend.name)),
    })),
  );
  const runs = stored.flatMap(({ method, run }) => run ? [{ method, run }] : []);
  const written = await writtenRecords(settings.resultsDirectory);
  const missing = await recordRuns(
    runs.map(({ run }) => run).filter(({ hash }) => !written.has(hash)),
    session.data,
    folder,
  );
  const records = [...written.values(), ...missing];
  const adaptive = runs.find(({ method }) => method === "adaptive")?.run;
  const inspected = runs.find(({ run }) => run === adaptive) ?? runs.at(0);
  return {
    dataset: {
      size: dataset.size,
      counts: { train: split.train.length, validation: split.validation.length, test: split.test.length },
      notes: dataset.notes,
    },
    results: resultsOf(study, records, { backend: backend.name }),
    known: await knownResults(),
    controller: adaptive && controllerFacts(adaptive),
    inspection: inspected && await inspectionOf(await inspectImages(session, inspected.run), {
      method: study.methods[inspected.method].title,
      passes: inspected.run.experiment.passes,
    }),
    framework: adaptive && pageImage(frameworkPicture(adaptive.experiment)),
    notebooks: notebooks.map(({ name, notebook }) => {
      const { title = name, question } = notebookHead(notebook);
      return { href: `${NOTEBOOK_PAGES}/${encodeURIComponent(name)}.html`, title, question };
    }),
    madeAt: new Date().toISOString(),
  };
}

/** The records that notebook 5 has just written beside its table, by run: what scored the networks once is not repeated. */
async function writtenRecords(results: string): Promise<Map<string, RunRecord>> {
  const path = join(results, RESULT_FILES.json);
  const text = await ifThere(Deno.readTextFile(path));
  const records: unknown[] = text === undefined ? [] : JSON.parse(text).records;
  return new Map(records.map((fields) => {
    const record = decodeRecord(JSON.stringify(fields), path);
    return [record.run, record];
  }));
}

function controllerFacts({ experiment, epsilons }: Run): ControllerFacts {
  const { interval, passes, epsilonMin, epsilonMax } = experiment;
  return { interval, passes, range: [epsilonMin, epsilonMax], epsilons };
}

await makeReport(readSettings());
