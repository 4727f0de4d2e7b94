/**
 * Rows as a plot's data.
 *
 * @module
 */

/** Digits that a plotted number keeps: a tenth of a pixel needs four, tooltips show at most five. */
const PLOTTED_DIGITS = 6;

/**
 * Inline data of a Vega-Lite specification with only the fields that the plot uses, numbers rounded to six significant
 * digits, which makes a large plot's output several times smaller.
 *
 * @param rows the table; other fields than `fields` are left out
 * @param fields names of the fields to keep
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(plotData([{ x: 1 / 3, note: "long" }], ["x"]), { values: [{ x: 0.333333 }] });
 * ```
 */
export function plotData<Row extends object, Field extends keyof Row & string>(
  rows: readonly Row[],
  fields: readonly Field[],
): { values: Pick<Row, Field>[] } {
  return {
    values: rows.map((row) =>
      Object.fromEntries(fields.map((field) => [field, plotted(row[field])])) as Pick<Row, Field>
    ),
  };
}

function plotted(value: unknown): unknown {
  return typeof value === "number" && Number.isFinite(value) ? Number(value.toPrecision(PLOTTED_DIGITS)) : value;
}
