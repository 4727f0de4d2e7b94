/**
 * Runs a notebook on the real Deno kernel by execute_notebook.py, and reads what that reports.
 *
 * @module
 */
import { join } from "node:path";
import { textLines } from "../../lib/text/text_lines.ts";
import { startChild } from "../cli/child_process.ts";
import { jupyterVariables, type ProjectFolder } from "../setup/project_folder.ts";
import { lineInCell } from "./cells.ts";

/** What execute_notebook.py says, one line of JSON each. Cells are numbered from 1 among those that are executed. */
export type NotebookEvent =
  | { event: "kernel"; pid: number; runner: number; cells: number }
  | { event: "cell_started"; cell: number; cells: number }
  | { event: "cell_finished"; cell: number; cells: number; seconds: number }
  | { event: "stream"; cell: number; name: "stdout" | "stderr"; text: string }
  | { event: "progress"; cell: number; text: string }
  | { event: "failed"; cell: number; source: string; name: string; message: string; traceback: string[] }
  | { event: "interrupted"; seconds: number }
  | { event: "finished"; seconds: number };

/** Why a notebook did not run to its end. */
export interface NotebookFailure {
  /** The cell; 0 where none had started. */
  readonly cell: number;
  /** The line of the cell that led to the error, where that is known. */
  readonly line?: number;
  readonly code?: string;
  readonly message: string;
  /** The stack and, where the kernel died, its last words. */
  readonly details: readonly string[];
}

const LAST_WORDS = 12;
const NOISE = /^Warning "deno jupyter" is unstable/;

/** A notebook and how it is run. */
export interface NotebookRun {
  readonly project: ProjectFolder;
  readonly notebook: string;
  /** Where the executed copy goes, also a partly executed one. */
  readonly executed: string;
  /** Variables for the kernel beside those of this process. */
  readonly env?: Record<string, string>;
}

/** A notebook whose kernel starts; none of its cells runs yet. */
export interface StartedNotebook extends AsyncDisposable {
  /**
   * Executes it from top to bottom. A signal that asks this process to end ends the kernel and keeps the partly executed
   * copy.
   *
   * @param onEvent Told of every event, also of those that came before.
   * @returns the failure; undefined where every cell ran without an error
   * @throws {TaskError} where this process was interrupted
   */
  run(onEvent?: (event: NotebookEvent) => void): Promise<NotebookFailure | undefined>;
}

/**
 * Starts a notebook's kernel, which takes seconds, so that it is ready when its turn comes. Disposed of without having been
 * run, it leaves nothing.
 */
export function startNotebook({ project, notebook, executed, env = {} }: NotebookRun): StartedNotebook {
  const { child, check, release } = startChild(
    new Deno.Command(project.python, {
      args: ["-I", join(import.meta.dirname!, "execute_notebook.py"), notebook, executed],
      env: { ...jupyterVariables(project), ...env },
      stdin: "piped", // closes with this process, however that ends, and ends the run
      stdout: "piped",
      stderr: "piped",
    }),
  );
  const early: NotebookEvent[] = [];
  let onEvent: ((event: NotebookEvent) => void) | undefined = (event) => void early.push(event);
  let last: NotebookEvent | undefined;
  const words: string[] = [];
  const readEvents = async () => {
    for await (const line of textLines(child.stdout)) {
      last = JSON.parse(line) as NotebookEvent;
      onEvent?.(last);
    }
  };
  const readErrors = async () => {
    for await (const line of textLines(child.stderr)) if (!NOISE.test(line)) words.push(line);
  };
  const ended = Promise.all([child.status, readEvents(), readErrors()]);
  ended.catch(() => {}); // told by run()
  const input = child.stdin.getWriter();
  return {
    async run(listener) {
      for (const event of early) listener?.(event);
      onEvent = listener;
      await input.write(new TextEncoder().encode("run\n")).catch(() => {}); // it has ended: its status says why
      const [{ code }] = await ended;
      check();
      if (last?.event === "finished") return undefined;
      if (last?.event === "failed") return await describeFailure(last, words.slice(-LAST_WORDS));
      const message = `the notebook runner ended with status ${code}`;
      return { cell: last && "cell" in last ? last.cell : 0, message, details: words.slice(-LAST_WORDS) };
    },
    async [Symbol.asyncDispose]() {
      await input.close().catch(() => {});
      await ended.catch(() => {});
      release();
    },
  };
}

/** Starts a notebook's kernel and executes it, as {@linkcode StartedNotebook.run} does. */
export async function runNotebook(
  { onEvent, ...options }: NotebookRun & { readonly onEvent?: (event: NotebookEvent) => void },
): Promise<NotebookFailure | undefined> {
  await using started = startNotebook(options);
  return await started.run(onEvent);
}

async function describeFailure(
  { cell, source, name, message, traceback }: NotebookEvent & { event: "failed" },
  words: readonly string[],
): Promise<NotebookFailure> {
  const unparsed = message === "Execution failed" && traceback.length === 0;
  const line = unparsed ? undefined : await lineInCell(source, traceback);
  return {
    cell,
    line,
    code: line === undefined ? undefined : source.split("\n")[line - 1].trim(),
    message: unparsed
      ? "SyntaxError: the cell cannot be parsed; deno task check-notebooks says where"
      : name === "CellFailed" || name === "DeadKernelError"
      ? message
      : `${name}: ${message}`,
    details: [...traceback.slice(1), ...(name === "DeadKernelError" ? words : [])],
  };
}

/** A failure as it is told: notebook, cell, line and message, then the code and the stack. */
export function failureText(notebook: string, { cell, line, code, message, details }: NotebookFailure): string {
  const place = [notebook, ...(cell ? [`cell ${cell}`] : []), ...(line ? [`line ${line}`] : [])].join(", ");
  return [`${place}: ${message}`, ...(code ? [`  ${line} | ${code}`] : []), ...details].join("\n");
}
