/**
 * Notebooks made for one test, inside the project so that they find its deno.json.
 *
 * @module
 */
import { join } from "@std/path";
import { projectFolder } from "../../tasks/setup/project_folder.ts";

/** Tests of which so many run at once: kernels mostly wait, for one another and for their own ends. */
const AT_ONCE = 4;

/** Registers tests that the first of them starts, several at once; each then tells its own outcome. */
export function testsAtOnce(tests: readonly (readonly [name: string, run: () => Promise<void>])[]): void {
  const rest = tests.map(([name, run]) => ({ name, run, outcome: Promise.withResolvers<void>() }));
  const all = [...rest];
  const work = async () => {
    for (let next = rest.shift(); next; next = rest.shift()) {
      await next.run().then(next.outcome.resolve, next.outcome.reject);
    }
  };
  const begin = () => {
    for (const { outcome } of all) outcome.promise.catch(() => {}); // told by its own test, maybe later
    for (let worker = 0; worker < AT_ONCE; worker++) work();
  };
  for (const { name, outcome } of all) {
    const fn = () => {
      if (rest.length === tests.length) begin();
      return outcome.promise;
    };
    // What one test opens may be open while another one ends.
    Deno.test({ name, sanitizeOps: false, sanitizeResources: false, fn });
  }
}

/** What nbformat keeps of one cell. */
export interface CellOfNotebook {
  cell_type: string;
  source: string[];
  execution_count: number | null;
  outputs: {
    output_type: "stream" | "display_data" | "execute_result" | "error";
    name?: string;
    text?: string[];
    data?: Record<string, string[]>;
    ename?: string;
    evalue?: string;
  }[];
}

/** A notebook file and the place for its executed copy; both go when it is disposed of. */
export interface TemporaryNotebook extends AsyncDisposable {
  readonly notebook: string;
  readonly executed: string;
  readonly folder: string;
}

/** The import that every notebook of the project begins with, from where temporary ones lie. */
export const PRELUDE = 'import "../../lib/notebook/prelude.ts";';

/** Writes a notebook of code cells. */
export async function temporaryNotebook(
  cells: readonly string[],
  name: string = "1_temporary.ipynb",
): Promise<TemporaryNotebook> {
  const { cache } = projectFolder();
  await Deno.mkdir(cache, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: cache, prefix: "test_notebook_" });
  const notebook = join(folder, name);
  await Deno.writeTextFile(notebook, JSON.stringify(notebookOf(cells)));
  return {
    notebook,
    folder,
    executed: join(folder, "executed", name),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

/** A notebook of code cells after one of text, as nbformat has it. */
export function notebookOf(cells: readonly string[]): Record<string, unknown> {
  const text = { cell_type: "markdown", id: "text", metadata: {}, source: ["# A notebook\n"] };
  const code = cells.map((source, index) => ({
    cell_type: "code",
    id: `cell-${index}`,
    metadata: {},
    execution_count: null,
    outputs: [],
    source: source.split(/(?<=\n)/),
  }));
  const kernelspec = { name: "deno", display_name: "Deno", language: "typescript" };
  return { nbformat: 4, nbformat_minor: 5, metadata: { kernelspec }, cells: [text, ...code] };
}

/** The code cells of an executed copy. */
export async function codeCells(path: string): Promise<CellOfNotebook[]> {
  const { cells } = JSON.parse(await Deno.readTextFile(path)) as { cells: CellOfNotebook[] };
  return cells.filter(({ cell_type }) => cell_type === "code");
}

/** What a cell shows, one text an output: `stdout: …`, `display_data: …`, `execute_result: …`, `error: …`. */
export function shown({ outputs }: CellOfNotebook): string[] {
  return outputs.map(({ output_type, name, text, data, ename, evalue }) => {
    if (output_type === "stream") return `${name}: ${text!.join("")}`;
    if (output_type === "error") return `error: ${ename}: ${evalue}`;
    return `${output_type}: ${data!["text/plain"].join("")}`;
  });
}
