/**
 * Tells whether notebooks are formatted. `deno fmt --check` (2.9.6) says of every notebook with a text cell that it is
 * not, though `deno fmt` then changes nothing in it; so a copy is formatted and compared.
 *
 * @module
 */
import { basename, join } from "node:path";
import { type RunCommand, runCommand } from "../cli/child_process.ts";

/**
 * The notebooks that `deno fmt` would change.
 *
 * @param notebooks paths of .ipynb files
 * @param config path of the deno.json whose rules hold
 * @param run starts a command
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
