/**
 * Parts of a Markdown file that a task writes.
 *
 * @module
 */
import { TaskError } from "./cli/task_error.ts";

/**
 * Replaces what stands between `<!-- name:begin -->` and `<!-- name:end -->`; the marks stay.
 *
 * @param text the file
 * @param name of the marks
 * @param block what to put between them
 * @returns undefined where the file has neither mark
 * @throws {TaskError} where it has one mark only, a mark twice, or the end before the beginning
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const text = "a\n<!-- x:begin -->\nold\n<!-- x:end -->\nb\n";
 * assertEquals(replaceMarkedBlock(text, "x", "new\n"), "a\n<!-- x:begin -->\n\nnew\n\n<!-- x:end -->\nb\n");
 * assertEquals(replaceMarkedBlock("a\n", "x", "new\n"), undefined);
 * ```
 */
export function replaceMarkedBlock(text: string, name: string, block: string): string | undefined {
  const [begin, end] = ["begin", "end"].map((edge) => `<!-- ${name}:${edge} -->`);
  const [beginnings, endings] = [text.split(begin), text.split(end)];
  if (beginnings.length === 1 && endings.length === 1) return undefined;
  if (beginnings.length !== 2 || endings.length !== 2 || text.indexOf(end) < text.indexOf(begin)) {
    throw new TaskError(`Cannot replace a part of a file: expected "${begin}" once and "${end}" once after it.`);
  }
  return `${beginnings[0]}${begin}\n\n${block.trim()}\n\n${end}${endings[1]}`;
}
