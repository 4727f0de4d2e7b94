/**
 * Tables in GitHub's Markdown.
 *
 * @module
 */

/**
 * A table as Markdown.
 *
 * @param headings one a column; those of numbers, which are set to the right, begin with `>`
 * @param rows cells as text
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(markdownTable(["Method", ">Dice"], [["Focal", "0.7"]]), "| Method | Dice |\n| --- | ---: |\n| Focal | 0.7 |");
 * ```
 */
export function markdownTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [
    line(headings.map((heading) => heading.replace(/^>/, ""))),
    line(headings.map((heading) => heading.startsWith(">") ? "---:" : "---")),
    ...rows.map(line),
  ].join("\n");
}
