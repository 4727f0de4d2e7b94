/**
 * What a report is made of: the runs that are there, test images as a trained network sees them, executed notebooks.
 *
 * Nothing is trained: a method without a run is told as missing.
 *
 * @module
 */
import { basename } from "node:path";
import { runHash } from "../lib/experiment/experiment.ts";
import { runsOf } from "../lib/experiment/study_runs.ts";
import { frameworkPicture } from "../lib/notebook/plots/framework_diagram.ts";
import type { NotebookSettings } from "../lib/notebook/settings.ts";
import { inspectionOf } from "../lib/report/inspection_pictures.ts";
import { type Notebook, notebookHead } from "../lib/report/notebook_page.tsx";
import { pageImage } from "../lib/report/page_image.ts";
import type { ControllerFacts, ReportContent } from "../lib/report/report_content.ts";
import { knownResults } from "../lib/results/few_seeds.ts";
import { resultsOf } from "../lib/results/results_of.ts";
import { inspectImages } from "../lib/training/inspection.ts";
import { recordRun } from "../lib/training/record_run.ts";
import type { Run } from "../lib/training/run.ts";
import { loadRun } from "../lib/training/run_store.ts";
import { openSession, sessionStudy } from "../lib/training/session.ts";
import { findNotebooks, notebookName } from "./notebooks/files.ts";

/** Where the notebooks' pages lie, from the report's folder. */
export const NOTEBOOK_PAGES = "notebooks";

/** An executed notebook. */
export interface ExecutedNotebook {
  readonly name: string;
  readonly notebook: Notebook;
}

/**
 * Gathers a report's content.
 *
 * @param workDirectory folder that `runs` and the image cache are in; default: the project's
 * @throws {Error} where the data or a run can't be read
 */
export async function gatherReport(
  settings: NotebookSettings,
  notebooks: readonly ExecutedNotebook[],
  workDirectory?: string,
): Promise<ReportContent> {
  const session = await openSession({ ...settings, workDirectory });
  const { data: { dataset, split, fingerprint }, runs: folder, backend } = session;
  const study = await sessionStudy("table-2", session, settings);
  const stored = await Promise.all(
    runsOf(study, [], { backend: backend.name }).map(async ({ method, experiment }) => ({
      method,
      run: await loadRun(folder, runHash(experiment, fingerprint, backend.name)),
    })),
  );
  const runs = stored.flatMap(({ method, run }) => run ? [{ method, run }] : []);
  const records = [];
  for (const { run } of runs) records.push(await recordRun(run, session.data, folder));
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

/** Reads the executed notebooks of a folder, in the order of their numbers. */
export async function readExecuted(folder: string): Promise<ExecutedNotebook[]> {
  return await Promise.all((await findNotebooks(folder)).map(async (path) => ({
    name: notebookName(basename(path)),
    notebook: JSON.parse(await Deno.readTextFile(path)) as Notebook,
  })));
}

function controllerFacts({ experiment, epsilons }: Run): ControllerFacts {
  const { interval, passes, epsilonMin, epsilonMax } = experiment;
  return { interval, passes, range: [epsilonMin, epsilonMax], epsilons };
}
