/**
 * Error kept against uncertainty rejected.
 *
 * @module
 */
import type { Chart } from "../vega_lite.ts";
import { plotData } from "./plot_data.ts";
import { framed, methodScales, type NamedMethod, PLOT_HEIGHT } from "./theme.ts";

/** The curve of one method. */
export interface MethodRetention extends NamedMethod {
  /** Share of the pixels rejected, the most uncertain first, and share of wrong ones among those kept. */
  readonly retention: readonly { readonly rejected: number; readonly error: number }[];
}

/**
 * Share of wrong pixels among those kept against the share of pixels rejected. A curve that falls steeply has its errors
 * where its uncertainty is.
 *
 * @param rows one a method
 * @param options `caption`: data set, split, images and seeds; `until`: largest share rejected that is drawn, as nearly all
 * pixels are certain and right
 */
export function errorKept(
  rows: readonly MethodRetention[],
  { caption, until = 0.3 }: { caption: readonly string[]; until?: number },
): Chart {
  const scales = methodScales(rows);
  const points = rows.flatMap((row) =>
    row.retention.filter(({ rejected }) => rejected <= until).map((point) => ({ ...point, method: scales.label(row) }))
  );
  const legend = { orient: "bottom", columns: 3, symbolType: "stroke", symbolSize: 300 } as const;
  return framed({ title: "Error kept against uncertainty rejected", caption }, {
    width: 400,
    height: PLOT_HEIGHT,
    data: plotData(points, ["method", "rejected", "error"]),
    mark: { type: "line", strokeWidth: 2, point: { size: 18 } },
    encoding: {
      x: {
        field: "rejected",
        type: "quantitative",
        title: "share of pixels rejected, most uncertain first",
        axis: { format: "%" },
        scale: { domain: [0, until] },
      },
      y: {
        field: "error",
        type: "quantitative",
        title: "wrong pixels among those kept",
        axis: { format: ".1%" },
        scale: { zero: true },
      },
      color: { field: "method", type: "nominal", title: null, scale: scales.colour, legend },
      strokeDash: { field: "method", type: "nominal", title: null, scale: scales.dash, legend },
      tooltip: [
        { field: "method" },
        { field: "rejected", format: ".1%" },
        { field: "error", title: "wrong of those kept", format: ".2%" },
      ],
    },
  });
}
