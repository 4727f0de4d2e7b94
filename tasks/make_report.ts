/**
 * Writes the report of a results folder: `report.html` and a page for each executed notebook.
 *
 * `deno task reproduce` runs it in a process of its own, after the notebooks: it needs the packages and permissions that a
 * task does not have, and its failure can't take the results along. The settings are the notebooks' variables.
 *
 * @module
 */
import { join } from "node:path";
import { readSettings } from "../lib/notebook/settings.ts";
import { notebookPage } from "../lib/report/notebook_page.tsx";
import { readPageAssets } from "../lib/report/page_assets.ts";
import { reportPage } from "../lib/report/report_page.tsx";
import { gatherReport, NOTEBOOK_PAGES, readExecuted } from "./gather_report.ts";
import { REPORT_FILE } from "./report.ts";
import { writeFileAtomically } from "./cli/write_file.ts";

const settings = readSettings();
const results = settings.resultsDirectory;
const executed = await readExecuted(join(results, "executed"));
const content = await gatherReport(settings, executed);
const assets = await readPageAssets();

const pages = join(results, NOTEBOOK_PAGES);
await Deno.remove(pages, { recursive: true }).catch(() => {}); // pages of notebooks that have not been run this time
const links = content.notebooks.map(({ href, title }) => ({
  href: href.slice(NOTEBOOK_PAGES.length + 1),
  text: title,
}));
for (const { name, notebook } of executed) {
  const options = { name, report: { href: `../${REPORT_FILE}`, text: "← Report" }, notebooks: links };
  await writeFileAtomically(join(pages, `${name}.html`), notebookPage(notebook, options, assets));
}
await writeFileAtomically(join(results, REPORT_FILE), reportPage(content, assets));
