/** @jsxImportSource preact */
/**
 * Table 2: ours with intervals, the thesis' beside it, and how far the methods can be told apart.
 *
 * @module
 */
import type { VNode } from "preact";
import { formatMetric, METRIC_NAMES, type MetricName } from "../evaluation/results_table.ts";
import { THESIS_TABLE_2 } from "../evaluation/thesis_results.ts";
import { perImageComparison } from "../notebook/plots/per_image_comparison.ts";
import { resultsComparison } from "../notebook/plots/results_comparison.ts";
import { type Table, table } from "../notebook/tables.ts";
import { ChartFigure } from "./chart_figure.tsx";
import { DataTable, Scrollable } from "./data_table.tsx";
import { Section } from "./document.tsx";
import {
  diceDifference,
  groupByMethod,
  type MethodRuns,
  type MethodSummary,
  pairedDice,
  summarizeMethod,
} from "./method_summary.ts";
import type { ReportContent } from "./report_content.ts";
import { seedText, unbroken } from "./wording.ts";

const METRIC_TITLES: Readonly<Record<MetricName, string>> = {
  dice: "Dice",
  iou: "IoU",
  precision: "Precision",
  recall: "Recall",
};

/** The section with the results. */
export function ResultsSection({ content }: { content: ReportContent }): VNode {
  const methods = groupByMethod(content.results);
  const summaries = methods.map(summarizeMethod);
  return (
    <Section id="results" title="Table 2">
      {summaries.length === 0 ? <p class="notice">No method has been trained with these settings yet.</p> : (
        <>
          <ResultsTable summaries={summaries} content={content} />
          <ChartFigure
            id="results-chart"
            chart={resultsComparison(summaries, {
              caption: [
                `Means over ${summaries[0].images} test images; lines: 95 % intervals of the bootstrap over images.`,
              ],
            })}
          />
        </>
      )}
      {content.missing.length > 0 && (
        <p class="notice">Not trained with these settings yet: {content.missing.join(", ")}.</p>
      )}
      <Differences methods={methods} />
      {!summaries.some(({ thesis }) => thesis) && <ThesisTable />}
    </Section>
  );
}

function ResultsTable({ summaries, content }: { summaries: readonly MethodSummary[]; content: ReportContent }): VNode {
  const best = (metric: MetricName) => Math.max(...summaries.map(({ ours }) => ours[metric].mean));
  const hasThesis = summaries.some(({ thesis }) => thesis);
  const [{ images, seeds }] = summaries;
  return (
    <Scrollable label="Table 2: results of each method">
      <table class="results">
        <caption>
          Means over {images}{" "}
          test images at probability 0.5, with the weights of the best validation epoch; in brackets 95 % intervals of
          the bootstrap over images; the highest mean of each column in bold. {seedText(seeds)} {hasThesis
            ? "Below ours, the thesis' own value: 224 px, base width 64, 200 epochs, split and seeds not named."
            : "The thesis has no table for this data set."} Profile {content.profile}.
        </caption>
        <thead>
          <tr>
            <th scope="col">Method</th>
            <th scope="col">ε</th>
            {METRIC_NAMES.map((metric) => <th key={metric} scope="col" class="number">{METRIC_TITLES[metric]}</th>)}
          </tr>
        </thead>
        <tbody>
          {summaries.map(({ method, title, epsilon, ours, thesis }) => (
            <tr key={method}>
              <th scope="row">{unbroken(title)}</th>
              <td>{epsilon}</td>
              {METRIC_NAMES.map((metric) => {
                const { mean, low, high } = ours[metric];
                return (
                  <td key={metric} class="number">
                    {mean === best(metric) ? <strong>{formatMetric(mean)}</strong> : formatMetric(mean)}
                    <span class="interval">[{low.toFixed(2)}, {high.toFixed(2)}]</span>
                    {thesis && <span class="thesis">thesis {formatMetric(thesis[metric])}</span>}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrollable>
  );
}

/** Adaptive PolyDice-1 against each other method, and image by image against the one with ε = 0. */
function Differences({ methods }: { methods: readonly MethodRuns[] }): VNode | null {
  const adaptive = methods.find(({ method }) => method === "adaptive");
  const others = methods.filter(({ method }) => method !== "adaptive");
  if (!adaptive || others.length === 0) return null;
  const baseline = others.find(({ method }) => method === "polydice1") ?? others[0];
  const pairs = pairedDice(baseline, adaptive);
  return (
    <>
      <h3>How sure are the differences?</h3>
      <p>
        The paired bootstrap draws the test images anew ten thousand times. An interval that holds 0 means that these
        images can't tell the two methods apart. It says nothing of other seeds, which move results of small profiles by
        several hundredths.
      </p>
      <DataTable table={differenceTable(adaptive, others)} label="Differences in Dice with their intervals" />
      <ChartFigure
        id="per-image-chart"
        chart={perImageComparison(pairs, { first: baseline.method, second: "adaptive" })}
        table={table(pairs, [
          { field: "id", heading: "image" },
          { field: "first", heading: baseline.title },
          { field: "second", heading: adaptive.title },
        ])}
      />
    </>
  );
}

function differenceTable(adaptive: MethodRuns, others: readonly MethodRuns[]): Table {
  const rows = others.map((other) => {
    const pairs = pairedDice(other, adaptive);
    return { title: unbroken(other.title), images: pairs.length, ...diceDifference(pairs) };
  });
  const format = signedNumber;
  return table(rows, [
    { field: "title", heading: `${adaptive.title} minus …` },
    { field: "difference", heading: "mean difference in Dice", format: (value) => format(Number(value)) },
    { field: "lower", heading: "2.5 %", format: (value) => format(Number(value)) },
    { field: "upper", heading: "97.5 %", format: (value) => format(Number(value)) },
    { field: "images", heading: "images" },
  ]);
}

/** For data sets of which the thesis has no table. */
function ThesisTable(): VNode {
  const rows = Object.entries(THESIS_TABLE_2).map(([method, metrics]) => ({
    method: THESIS_TITLES[method],
    ...metrics,
  }));
  return (
    <details>
      <summary>The thesis' own Table 2, of Kvasir-SEG</summary>
      <DataTable
        table={table(rows, [
          { field: "method", heading: "Method" },
          ...METRIC_NAMES.map((metric) => ({ field: metric, heading: METRIC_TITLES[metric] })),
        ], {
          caption: "Other images at 224 px, base width 64, 200 epochs: nothing to compare the numbers above with.",
        })}
        label="The thesis' Table 2"
      />
    </details>
  );
}

const THESIS_TITLES: Readonly<Record<string, string>> = {
  "dice": "Dice",
  "focal": "Focal (γ = 2)",
  "polydice1": "PolyDice-1 (ε = 0)",
  "polydice1-fixed": "PolyDice-1 (best ε)",
  "adaptive": "Adaptive PolyDice-1",
};

/** A difference with its sign, three digits. */
export function signedNumber(value: number): string {
  const digits = Math.abs(value).toFixed(3);
  return Number(digits) === 0 ? digits : `${value < 0 ? "−" : "+"}${digits}`;
}
