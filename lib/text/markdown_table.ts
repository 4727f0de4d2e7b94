/**
 * Tables in Markdown.
 *
 * @module
 */

/**
 * A table in Markdown. The cells are Markdown: words from outside go through `markdownCell` first.
 *
 * @param headings of the columns; one that begins with `>` is set to the right
 */
export function markdownTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(headings.map((heading) => heading.replace(/^>/, ""))),
    line(headings.map((heading) => heading.startsWith(">") ? "---:" : "---")),
    ...rows.map(line),
  ].join("\n");
}
