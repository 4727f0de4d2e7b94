import type { Chart } from "../../../lib/notebook/vega_lite.ts";

/** What tests look at in one layer of a chart. */
export interface Layer {
  readonly data?: { readonly values: Record<string, unknown>[] };
  readonly mark?: Record<string, unknown>;
  readonly encoding?: Record<
    string,
    {
      field?: string;
      title?: string | null;
      scale?: { zero?: boolean; domain?: unknown[]; range?: unknown[] };
      legend?: unknown;
    }
  >;
}

/** The layers of a chart, or of one of its panels; a chart without layers is one itself. */
export function layersOf(chart: Chart | object): Layer[] {
  return "layer" in chart ? chart.layer as Layer[] : [chart as Layer];
}

/** The caption's lines in one. */
export function captionOf(chart: Chart): string {
  const { title } = chart as { title: { subtitle?: string[] } };
  return (title.subtitle ?? []).join(" ");
}
