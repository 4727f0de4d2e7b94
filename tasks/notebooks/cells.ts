/**
 * The code of a notebook as one module, and the way back from its lines to the cells.
 *
 * @module
 */
import { SourceMap, type SourceMapPayload } from "node:module";
import { basename, join } from "node:path";
import { TaskError } from "../cli/task_error.ts";

/** A code cell that is not empty. */
export interface NotebookCell {
  /** The number that Jupyter shows beside it when the notebook has run from the top: 1, 2, … */
  readonly number: number;
  readonly source: string;
}

/**
 * Reads the code cells of a notebook that are not empty.
 *
 * @throws {TaskError} where the file is missing or no notebook
 */
export async function readNotebookCells(path: string): Promise<NotebookCell[]> {
  let cells: { cell_type: string; source: string | string[] }[];
  try {
    cells = JSON.parse(await Deno.readTextFile(path)).cells;
    if (!Array.isArray(cells)) throw new Error("it has no list of cells");
  } catch (error) {
    throw new TaskError(`Cannot read notebook "${path}": ${(error as Error).message}.`);
  }
  return cells
    .filter((cell) => cell.cell_type === "code")
    .map((cell) => Array.isArray(cell.source) ? cell.source.join("") : cell.source)
    .filter((source) => source.trim() !== "")
    .map((source, index) => ({ number: index + 1, source }));
}

/**
 * Joins cells to one module, as the kernel evaluates them one after the other with the same names. `locate` gives the cell
 * and its line behind a line of the module, all counted from 1.
 */
export function joinCells(cells: readonly NotebookCell[]) {
  const lines: string[] = [];
  const origins: ({ cell: number; line: number } | undefined)[] = [];
  for (const { number, source } of cells) {
    source.split("\n").forEach((text, index) => {
      lines.push(text);
      origins.push({ cell: number, line: index + 1 });
    });
    lines.push(";"); // a cell may end without one, and the next begin with a bracket
    origins.push(undefined);
  }
  lines.push("export {};", "");
  return { text: lines.join("\n"), locate: (line: number) => origins[line - 1] };
}

/**
 * The line, counted from 1, of the statement in a cell that led to an error. The kernel runs the JavaScript that it makes
 * of a cell and reports lines of that; `deno transpile` makes the same and a source map beside it.
 *
 * @returns undefined where the stack has no frame of a cell, as with something thrown that is no Error
 */
export async function lineInCell(source: string, traceback: readonly string[]): Promise<number | undefined> {
  const frames = traceback.flatMap((frame) => [...frame.matchAll(/<anonymous>:(\d+):(\d+)/g)]);
  const outermost = frames.at(-1);
  if (!outermost) return undefined;
  const folder = await Deno.makeTempDir({ prefix: "polydice_cell_" });
  try {
    const [cell, script] = [join(folder, "cell.ts"), join(folder, "cell.js")];
    await Deno.writeTextFile(cell, source);
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: ["transpile", "-q", "--no-check", "--no-config", "--source-map", "separate", "-o", script, cell],
      stdout: "null",
      stderr: "null",
    }).output();
    if (!success) return undefined;
    const map = new SourceMap(JSON.parse(await Deno.readTextFile(`${script}.map`)) as SourceMapPayload);
    const entry = map.findEntry(Number(outermost[1]) - 1, Number(outermost[2]) - 1);
    return "originalLine" in entry ? entry.originalLine + 1 : undefined;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/**
 * Finds the notebooks whose names begin with a number, `1_loss_geometry.ipynb`, in the order of the numbers.
 *
 * @returns absolute paths where the folder's is; none where there is no such folder
 */
export async function findNotebooks(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) {
      if (/^\d+_.*\.ipynb$/.test(name)) names.push(name);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names.sort((a, b) => parseInt(a) - parseInt(b) || (a < b ? -1 : 1)).map((name) => join(folder, name));
}

/** The number that a notebook's name begins with. */
export function notebookNumber(path: string): number {
  return parseInt(basename(path));
}

/** A notebook's name without folder and ending. */
export function notebookName(path: string): string {
  return basename(path, ".ipynb");
}
