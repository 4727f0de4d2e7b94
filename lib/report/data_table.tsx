/** @jsxImportSource preact */
/**
 * A table on a page: its first column names the row.
 *
 * @module
 */
import type { ComponentChildren, VNode } from "preact";
import type { Table } from "../notebook/tables.ts";

/** Formatted cells as an HTML table. `label` names it for who cannot see it. */
export function DataTable({ table, label }: { table: Table; label: string }): VNode {
  const { headings, numeric, cells, bold, caption } = table;
  const kind = (column: number) => numeric[column] ? "number" : undefined;
  return (
    <Scrollable label={label}>
      <table>
        {caption && <caption>{caption}</caption>}
        <thead>
          <tr>{headings.map((text, x) => <th key={x} scope="col" class={kind(x)}>{text}</th>)}</tr>
        </thead>
        <tbody>
          {cells.map((row, y) => (
            <tr key={y}>
              {row.map((text, x) =>
                x === 0
                  ? <th key={x} scope="row" class={kind(x)}>{text}</th>
                  : <td key={x} class={kind(x)}>{bold[y][x] ? <strong>{text}</strong> : text}</td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrollable>
  );
}

/** A place for what may be wider than the page: it scrolls, with the keyboard as well. */
export function Scrollable({ label, children }: { label: string; children: ComponentChildren }): VNode {
  return <div class="scroll" role="region" aria-label={label} tabIndex={0}>{children}</div>;
}
