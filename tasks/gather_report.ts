/**
 * What a report is made of: the runs that are there, test images as a trained network sees them, executed notebooks.
 *
 * Nothing is trained: a method without a run is told as missing.
 *
 * @module
 */
import { basename } from "node:path";
import { frameworkPicture } from "../lib/notebook/plots/framework_diagram.ts";
import type { NotebookSettings } from "../lib/notebook/settings.ts";
import { inspectionOf } from "../lib/report/inspection_pictures.ts";
import { type Notebook, notebookHead } from "../lib/report/notebook_page.tsx";
import { pageImage } from "../lib/report/page_image.ts";
import type { Inspection, ReportContent } from "../lib/report/report_content.ts";
import { compareMethods } from "../lib/training/comparison.ts";
import { inspectImages } from "../lib/training/inspection.ts";
import { METHOD_NAMES, type MethodName, METHODS } from "../lib/training/methods.ts";
import { openStudy, type Study } from "../lib/training/study.ts";
import type { MethodRun } from "../lib/training/train_method.ts";
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
  const { profile, dataset: name, dataDirectory, seed, backend } = settings;
  const study = await openStudy({ profile, dataset: name, dataDirectory, seed, backend, workDirectory });
  const results = await trainedMethods(study);
  const { dataset, split } = study;
  return {
    profile,
    dataset: {
      name: dataset.name,
      size: dataset.size,
      split: split.kind,
      counts: { train: split.train.length, validation: split.validation.length, test: split.test.length },
      notes: dataset.notes,
    },
    results,
    missing: METHOD_NAMES.filter((method) => !results.some((result) => result.method.name === method))
      .map((method) => METHODS[method].title),
    inspection: await inspect(study, results),
    framework: frameworkOf(results),
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

/** The methods of which every run is in the store. */
async function trainedMethods(study: Study): Promise<MethodRun[]> {
  const { profile, seed, backend, runsDirectory } = study;
  const notTrained = new Error("this run is not there");
  const signal = AbortSignal.abort(notTrained); // what is there is loaded all the same, what is not throws this reason
  const results: MethodRun[] = [];
  for (const method of Object.keys(METHODS) as MethodName[]) {
    const comparison = compareMethods(profile, study, {
      directory: runsDirectory,
      backend,
      seed,
      methods: [method],
      signal,
    });
    try {
      let next = await comparison.next();
      while (!next.done) next = await comparison.next();
      results.push(...next.value);
    } catch (error) {
      if (error !== notTrained) throw error;
    }
  }
  return results;
}

/** The test images under the adaptive method's network, or else the baseline's, or else any. */
async function inspect(study: Study, results: readonly MethodRun[]): Promise<Inspection | undefined> {
  const chosen = results.find(({ method }) => method.name === "adaptive") ??
    results.find(({ method }) => method.name === "polydice1") ?? results.at(0);
  if (!chosen) return undefined;
  const { method, run } = chosen;
  return await inspectionOf(await inspectImages(study, run), {
    method: method.title,
    passes: run.experiment.passes,
  });
}

function frameworkOf(results: readonly MethodRun[]): ReportContent["framework"] {
  const adaptive = results.find(({ run }) => run.experiment.epsilonControl === "adaptive");
  if (!adaptive) return undefined;
  const { interval, passes } = adaptive.run.experiment;
  return pageImage(frameworkPicture({ interval, passes }));
}
