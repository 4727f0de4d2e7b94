/**
 * Parts of a notebook's text that a task writes.
 *
 * @module
 */
import { replaceMarkedBlock } from "./marked_block.ts";

/** What is read of a notebook; the rest stays as it is. */
interface NotebookText {
  readonly cells: { readonly cell_type: string; source: string | string[] }[];
}

/**
 * Replaces what stands between `<!-- name:begin -->` and `<!-- name:end -->` in the text cells of a notebook. Links of the
 * block are from the project's folder on, so each gets a `../`: notebooks lie one folder deeper.
 *
 * @param notebook the file's text
 * @param name of the marks
 * @param block what to put between them
 * @param format gives a cell's text as it is to stand in the file
 * @returns the file's text; undefined where no cell has the marks
 * @throws {TaskError} where a cell has one mark only, a mark twice, or the end before the beginning
 */
export async function replaceNotebookBlock(
  notebook: string,
  name: string,
  block: string,
  format: (markdown: string) => Promise<string>,
): Promise<string | undefined> {
  const content: NotebookText = JSON.parse(notebook);
  const moved = block.replaceAll("](results/", "](../results/");
  let found = false;
  for (const cell of content.cells.filter(({ cell_type }) => cell_type === "markdown")) {
    const replaced = replaceMarkedBlock([cell.source].flat().join(""), name, moved);
    if (replaced === undefined) continue;
    found = true;
    cell.source = (await format(replaced)).trimEnd().split(/(?<=\n)/);
  }
  return found ? `${JSON.stringify(content, null, 1)}\n` : undefined;
}
