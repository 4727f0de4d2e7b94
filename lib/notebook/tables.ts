/**
 * Tables for a notebook and for files: HTML, Markdown and aligned text of the same cells.
 *
 * @module
 */
import { htmlText } from "../text/escape.ts";
import type { MimeBundle } from "./mime_bundle.ts";

/** What a cell may hold; `undefined` is shown as a dash. */
export type Cell = string | number | undefined;

/** A column: which field it shows, under which heading, in which format. */
export interface Column<Row> {
  readonly field: keyof Row & string;
  readonly heading: string;
  /** Digits after the point, or a function. Default: whole numbers with separators of thousands, others with 4 digits. */
  readonly format?: number | ((value: NonNullable<Cell>) => string);
  /** Whether the column's highest number is set in bold, as the thesis does in Table 2. */
  readonly emphasiseHighest?: boolean;
}

/** A table whose cells are text already. */
export interface Table {
  readonly headings: readonly string[];
  /** For each column, whether it holds numbers, which are set to the right. */
  readonly numeric: readonly boolean[];
  readonly cells: readonly (readonly string[])[];
  /** For each cell, whether it is set in bold. */
  readonly bold: readonly (readonly boolean[])[];
  /** What the table shows, n and seeds. */
  readonly caption?: string;
}

/**
 * Formats rows as a table; the caption says what it shows, n and seeds.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const rows = [{ method: "Dice", dice: 0.7895 }, { method: "Focal", dice: 0.7192 }];
 * const columns = [{ field: "method", heading: "Method" }, { field: "dice", heading: "Dice", format: 3 }] as const;
 * assertEquals(table(rows, columns).cells, [["Dice", "0.789"], ["Focal", "0.719"]]);
 * ```
 */
export function table<Row extends object>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { caption }: { caption?: string } = {},
): Table {
  const valuesOf = (column: Column<Row>) => rows.map((row) => row[column.field] as Cell);
  const highest = columns.map((column) =>
    column.emphasiseHighest
      ? Math.max(...valuesOf(column).filter((value): value is number => typeof value === "number"))
      : undefined
  );
  return {
    headings: columns.map((column) => column.heading),
    numeric: columns.map((column) => valuesOf(column).some((value) => typeof value === "number")),
    cells: rows.map((row) => columns.map((column) => formatted(row[column.field] as Cell, column.format))),
    bold: rows.map((row) => columns.map((column, i) => highest[i] !== undefined && row[column.field] === highest[i])),
    caption,
  };
}

/** The table as one output: HTML for notebooks, Markdown, and aligned text for everything else. */
export function tableBundle(content: Table): MimeBundle {
  return {
    data: {
      "text/html": tableHtml(content),
      "text/markdown": tableMarkdown(content),
      "text/plain": tableText(content),
    },
    metadata: {},
  };
}

/** The table as HTML; it takes the page's own colours, so that it is readable in dark themes. */
export function tableHtml({ headings, numeric, cells, bold, caption }: Table): string {
  const align = (column: number) => ` style="text-align:${numeric[column] ? "right" : "left"};padding:3px 10px"`;
  const head = headings.map((text, i) => `<th scope="col"${align(i)}>${htmlText(text)}</th>`).join("");
  const body = cells.map((row, y) =>
    `<tr>${
      row.map((text, x) => {
        const shown = bold[y][x] ? `<strong>${htmlText(text)}</strong>` : htmlText(text);
        return `<td${align(x)}>${shown}</td>`;
      }).join("")
    }</tr>`
  ).join("\n");
  const title = caption
    ? `<caption style="text-align:left;caption-side:top;padding:3px 10px">${htmlText(caption)}</caption>`
    : "";
  return `<table style="border-collapse:collapse;font-variant-numeric:tabular-nums">${title}\n` +
    `<thead style="border-bottom:1px solid currentColor"><tr>${head}</tr></thead>\n<tbody>${body}</tbody></table>`;
}

/** The table in GitHub's Markdown, the caption as a paragraph above it. */
export function tableMarkdown({ headings, numeric, cells, bold, caption }: Table): string {
  const line = (parts: readonly string[]) => `| ${parts.join(" | ")} |`;
  const escaped = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");
  return [
    ...(caption ? [caption, ""] : []),
    line(headings.map(escaped)),
    line(numeric.map((right) => right ? "---:" : "---")),
    ...cells.map((row, y) => line(row.map((text, x) => bold[y][x] ? `**${escaped(text)}**` : escaped(text)))),
  ].join("\n");
}

/** The table as text with aligned columns. */
export function tableText({ headings, numeric, cells, caption }: Table): string {
  const widths = headings.map((heading, x) => Math.max(heading.length, ...cells.map((row) => row[x].length)));
  const line = (parts: readonly string[]) =>
    parts.map((text, x) => numeric[x] ? text.padStart(widths[x]) : text.padEnd(widths[x])).join("  ").trimEnd();
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  return [...(caption ? [caption] : []), line(headings), rule, ...cells.map(line)].join("\n");
}

function formatted(value: Cell, format: Column<object>["format"]): string {
  if (value === undefined) return "–";
  if (typeof format === "function") return format(value);
  if (typeof value === "string") return value;
  if (format === undefined && Number.isInteger(value)) return value.toLocaleString("en-US");
  return value.toFixed(format ?? 4);
}
