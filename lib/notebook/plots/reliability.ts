/**
 * Whether probabilities are frequencies.
 *
 * @module
 */
import type { Chart } from "../vega_lite.ts";
import { plotData } from "./plot_data.ts";
import { framed, methodScales, type NamedMethod, REFERENCE_LINE } from "./theme.ts";

/** The bins of one method. */
export interface MethodReliability extends NamedMethod {
  /** Of each bin: mean probability, share of lesion, share of all pixels. */
  readonly reliability: readonly { readonly probability: number; readonly frequency: number; readonly share: number }[];
}

/**
 * Share of lesion among the pixels of a bin against their mean probability: on the dashed line the two are equal, below it
 * the network is too sure of lesion.
 *
 * @param rows one a method
 * @param options `caption`: data set, split, images and seeds
 */
export function reliability(rows: readonly MethodReliability[], { caption }: { caption: readonly string[] }): Chart {
  const scales = methodScales(rows);
  const points = rows.flatMap((row) => row.reliability.map((point) => ({ ...point, method: scales.label(row) })));
  const legend = { orient: "right" as const };
  const x = {
    field: "probability",
    type: "quantitative" as const,
    title: "mean probability",
    scale: { domain: [0, 1] },
  };
  const y = { field: "frequency", type: "quantitative" as const, title: "share of lesion", scale: { domain: [0, 1] } };
  const look = (scale: { domain: string[]; range: unknown[] }) =>
    ({ field: "method", type: "nominal", title: null, scale, legend }) as const;
  return framed({ title: "Calibration of the mean probability", caption: [...caption, "Ten bins of probability."] }, {
    width: 300,
    height: 300,
    layer: [
      {
        data: { values: [{ probability: 0, frequency: 0 }, { probability: 1, frequency: 1 }] },
        mark: { ...REFERENCE_LINE, strokeWidth: 1 },
        encoding: { x, y },
      },
      {
        data: plotData(points, ["method", "probability", "frequency", "share"]),
        mark: { type: "line", strokeWidth: 1.5 },
        encoding: { x, y, color: look(scales.colour) },
      },
      {
        data: plotData(points, ["method", "probability", "frequency", "share"]),
        mark: { type: "point", size: 45, opacity: 1 },
        encoding: {
          x,
          y,
          color: look(scales.colour),
          shape: look(scales.shape as { domain: string[]; range: string[] }),
          tooltip: [
            { field: "method" },
            { field: "probability", format: ".3f" },
            { field: "frequency", title: "share of lesion", format: ".3f" },
            { field: "share", title: "share of pixels", format: ".4f" },
          ],
        },
      },
    ],
  });
}
