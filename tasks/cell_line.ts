/**
 * The line of a cell that an error came from. The kernel runs the JavaScript that it makes of a cell and reports lines of
 * that; `deno transpile` makes the same and a source map beside it.
 *
 * @module
 */
import { SourceMap, type SourceMapPayload } from "node:module";
import { join } from "node:path";

/**
 * The line, counted from 1, of the statement in a cell that led to an error.
 *
 * @param source the cell's code
 * @param traceback the error's stack, innermost frame first
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
