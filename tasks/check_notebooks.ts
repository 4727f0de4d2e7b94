/**
 * `deno task check-notebooks`: type-checks and lints the notebooks, which `deno check` and `deno lint` pass over.
 *
 * @module
 */
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type RunCommand, runCommand } from "./cli/child_process.ts";
import { runTask } from "./cli/task_error.ts";
import { findNotebooks, joinCells, readNotebookCells } from "./notebooks/cells.ts";
import { projectFolder } from "./setup/project_folder.ts";

interface JoinedNotebook {
  notebook: string;
  module: string;
  cells: ReturnType<typeof joinCells>;
}

interface LintReport {
  diagnostics: { filename: string; range: { start: { line: number } }; message: string; code: string }[];
  errors: { file_path: string; message: string }[];
}

const PRELUDE = /^\s*import\s+"[^"]*\/lib\/notebook\/prelude\.ts"/;
const STALE_MS = 600_000;

/**
 * Joins the cells of each notebook to a module beside it and checks that: types, the names that it imports (the kernel
 * gives `undefined` for missing ones), lint rules, and that the prelude is imported first. The modules are removed
 * again, whatever happens.
 *
 * @returns what is wrong, each with notebook, cell and line; empty where nothing is
 */
export async function checkNotebooks(
  notebooks: readonly string[],
  run: RunCommand = runCommand,
): Promise<string[]> {
  const problems: string[] = [];
  const joined: JoinedNotebook[] = [];
  try {
    for (const notebook of notebooks) {
      await removeStale(notebook);
      const cells = await readNotebookCells(notebook);
      if (cells.length && !PRELUDE.test(cells[0].source)) {
        problems.push(
          `${basename(notebook)}, cell 1: expected 'import "../lib/notebook/prelude.ts";' as its first line.`,
        );
      }
      const module = join(dirname(notebook), `.${basename(notebook, ".ipynb")}.${Deno.pid}.check.ts`);
      const entry = { notebook, module, cells: joinCells(cells) };
      joined.push(entry);
      await Deno.writeTextFile(module, entry.cells.text);
    }
    if (joined.length === 0) return problems;
    const modules = joined.map(({ module }) => module);
    const env = { NO_COLOR: "1" };
    const [types, lint] = await Promise.all([
      run([Deno.execPath(), "check", "-q", ...modules], { env }),
      run([Deno.execPath(), "lint", "-q", "--json", ...modules], { env }),
    ]);
    if (types.status !== 0) problems.push(types.lines.map((line) => nameCells(line, joined)).join("\n"));
    if (lint.status !== 0) problems.push(...lintProblems(lint.lines.join("\n"), joined));
    return problems;
  } finally {
    for (const { module } of joined) await Deno.remove(module).catch(() => {});
  }
}

/** Puts notebook, cell and line in the place of a joined module's address. */
function nameCells(text: string, joined: readonly JoinedNotebook[]): string {
  for (const { notebook, module, cells } of joined) {
    text = text.replaceAll(pathToFileURL(module).href, module).split(module).reduce((before, after) => {
      const [, line, rest] = /^(?::(\d+)(?::\d+)?)?([^]*)$/.exec(after)!;
      return before + place(notebook, cells, line === undefined ? undefined : Number(line)) + rest;
    });
  }
  return text;
}

function place(notebook: string, cells: JoinedNotebook["cells"], line: number | undefined): string {
  const origin = line === undefined ? undefined : cells.locate(line) ?? cells.locate(line - 1);
  return basename(notebook) + (origin ? `, cell ${origin.cell}, line ${origin.line}` : "");
}

function lintProblems(output: string, joined: readonly JoinedNotebook[]): string[] {
  let report: LintReport;
  try {
    report = JSON.parse(output);
  } catch {
    return [`deno lint failed:\n${nameCells(output, joined)}`];
  }
  return [
    ...report.diagnostics.map(({ filename, range, message, code }) =>
      `${nameCells(`${filename}:${range.start.line}`, joined)}: ${message} (${code})`
    ),
    ...report.errors.map(({ message }) => nameCells(message, joined)),
  ];
}

/** Removes modules that a killed check has left beside a notebook. */
async function removeStale(notebook: string): Promise<void> {
  const pattern = new RegExp(`^\\.${RegExp.escape(basename(notebook, ".ipynb"))}\\.\\d+\\.check\\.ts$`);
  for await (const { name } of Deno.readDir(dirname(notebook))) {
    if (!pattern.test(name)) continue;
    const path = join(dirname(notebook), name);
    const { mtime } = await Deno.stat(path);
    if (mtime && Date.now() - mtime.getTime() > STALE_MS) await Deno.remove(path);
  }
}

async function main(args: string[]): Promise<number> {
  const notebooks = args.length ? args : await findNotebooks(projectFolder().notebooks);
  const problems = await checkNotebooks(notebooks);
  for (const problem of problems) console.error(problem);
  console.log(`Checked ${notebooks.length} notebook${notebooks.length === 1 ? "" : "s"}`);
  return problems.length ? 1 : 0;
}

/**
 * The notebooks that `deno fmt` would change.
 *
 * @returns one sentence a notebook, with what to run
 */
export async function unformattedNotebooks(
  notebooks: readonly string[],
  config: string,
  run: RunCommand = runCommand,
): Promise<string[]> {
  if (notebooks.length === 0) return [];
  const folder = await Deno.makeTempDir({ prefix: "polydice_format_" });
  try {
    const copies = notebooks.map((notebook) => join(folder, basename(notebook)));
    for (const [index, copy] of copies.entries()) await Deno.copyFile(notebooks[index], copy);
    const { status, lines } = await run([Deno.execPath(), "fmt", "-q", "--config", config, ...copies]);
    if (status !== 0) return [`deno fmt failed:\n${lines.join("\n")}`];
    const problems: string[] = [];
    for (const [index, copy] of copies.entries()) {
      const [before, after] = await Promise.all([notebooks[index], copy].map((path) => Deno.readTextFile(path)));
      if (before !== after) {
        problems.push(`${basename(copy)} is not formatted: run \`deno fmt notebooks/${basename(copy)}\`.`);
      }
    }
    return problems;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) await runTask(() => main(Deno.args));
