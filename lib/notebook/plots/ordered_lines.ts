/**
 * One line for each value of an ordered parameter: the shape that Figure 1 and its relatives share.
 *
 * @module
 */
import { plotData } from "./plot_data.ts";
import { orderedColours } from "./theme.ts";

/** A column of the rows: its name, its title with unit, and its number format in tooltips. */
export interface Quantity<Row> {
  readonly field: keyof Row & string;
  readonly title: string;
  readonly format?: string;
}

/** What {@link orderedLines} draws. */
export interface LineFamily<Row> {
  readonly rows: readonly Row[];
  readonly x: Quantity<Row>;
  readonly y: Quantity<Row>;
  /** The parameter: one line and one colour for each of its values. */
  readonly by: Quantity<Row>;
  /** Whether the first value of the legend is the smallest. Default: the largest, as lines lie in the plot. */
  readonly smallestFirst?: boolean;
}

/**
 * A layer of lines, coloured from dark (smallest parameter) to light green (largest). The x axis ends with the data and
 * the y axis need not hold zero.
 *
 * @param family rows and their columns; lines are joined in order of x
 */
export function orderedLines<Row extends object>({ rows, x, y, by, smallestFirst = false }: LineFamily<Row>) {
  const values = [...new Set(rows.map((row) => Number(row[by.field])))].sort((a, b) => a - b);
  return {
    data: plotData(rows, [x.field, y.field, by.field]),
    mark: { type: "line" as const },
    encoding: {
      ...lineAxes(x, y),
      color: {
        field: by.field,
        type: "ordinal" as const,
        title: by.title,
        scale: { domain: values, range: orderedColours(values.length) },
        legend: {
          values: smallestFirst ? values : values.toReversed(),
          symbolType: "stroke" as const,
          labelExpr: "format(datum.value, '.3~g')", // with a true minus sign
        },
      },
      tooltip: [by, x, y].map(({ field, title, format }) => ({ field, title, ...(format ? { format } : {}) })),
    },
  };
}

/** The two axes of {@link orderedLines}, for layers that are drawn over it. */
export function lineAxes<Row>(x: Quantity<Row>, y: Quantity<Row>) {
  return {
    x: { field: x.field, type: "quantitative" as const, title: x.title, scale: { nice: false } },
    y: { field: y.field, type: "quantitative" as const, title: y.title, scale: { zero: false } },
  };
}
