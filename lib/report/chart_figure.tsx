/** @jsxImportSource preact */
/**
 * A chart on a page: heading and caption as text of the page, the drawing, and its numbers as a table for who can't see or
 * point at it; and tables by themselves.
 *
 * @module
 */
import type { ComponentChildren, VNode } from "preact";
import type { Table } from "../notebook/tables.ts";
import { type Chart, chartDescription } from "../notebook/vega_lite.ts";
import { chartColours } from "./chart_colours.ts";

/** A chart, and how a page has it. */
interface ChartFigureProperties {
  /** Unique on the page. */
  readonly id: string;
  readonly chart: Chart;
  /** What the chart shows, in numbers. */
  readonly table?: Table;
  /** The element of its title: a paragraph where the page's headings are somebody else's, as a notebook's are. */
  readonly title?: "h3" | "p";
}

/** The figure of a chart. */
export function ChartFigure({ id, chart, table, title: Title = "h3" }: ChartFigureProperties): VNode {
  const { heading, caption } = wordsOf(chart);
  return (
    <figure class="chart-figure" aria-labelledby={id}>
      <Title id={id} class="chart-title">{heading}</Title>
      <div class="chart" />
      <JsonData data={drawing(chart)} />
      {caption.length > 0 && <figcaption>{caption.join(" ")}</figcaption>}
      {table && (
        <details>
          <summary>
            Numbers <span class="hidden">of the chart “{heading}”</span>
          </summary>
          <DataTable table={table} label={`Numbers of the chart “${heading}”`} />
        </details>
      )}
    </figure>
  );
}

/** What the page's script needs to draw a chart: the specification without its words, and its colours in both themes. */
function drawing(chart: Chart) {
  const { $schema: _schema, title: _title, padding: _padding, ...rest } = chart as Chart & { padding?: unknown };
  const spec = { ...rest, description: chartDescription(chart), background: "transparent", padding: 4 };
  return { spec, ...chartColours(chart) };
}

/** Data for a script. No text of it can end the element or begin another, since it has no `<`. */
function JsonData({ data }: { data: unknown }): VNode {
  const text = JSON.stringify(data).replaceAll("<", "\\u003C");
  // deno-lint-ignore react-no-danger -- see above
  return <script type="application/json" dangerouslySetInnerHTML={{ __html: text }} />;
}

function wordsOf({ title }: Chart): { heading: string; caption: string[] } {
  if (typeof title !== "object" || title === null || !("text" in title)) {
    return { heading: typeof title === "string" ? title : "Chart", caption: [] };
  }
  return { heading: lines(title.text).join(" "), caption: lines(title.subtitle) };
}

function lines(text: unknown): string[] {
  return (Array.isArray(text) ? text : [text]).filter((line): line is string => typeof line === "string");
}

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
