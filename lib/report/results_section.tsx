/** @jsxImportSource preact */
/**
 * Table 2: ours with intervals, the thesis' beside it, and how far the methods can be told apart.
 *
 * @module
 */
import type { VNode } from "preact";
import { METHODS } from "../experiment/methods.ts";
import { METRIC_NAMES, METRIC_TITLES, type MetricName } from "../metrics/metric_names.ts";
import { perImageComparison } from "../notebook/plots/differences.ts";
import { resultsComparison } from "../notebook/plots/method_results.ts";
import { type Table, table } from "../notebook/tables.ts";
import { pairedScores } from "../results/method_comparison.ts";
import type { MethodResults } from "../results/method_results.ts";
import { DATASET_TITLES, metricText, signedText, THESIS_TABLE_2 } from "../results/result_texts.ts";
import type { GroupResults } from "../results/results_of.ts";
import { seedsOf } from "../results/few_seeds.ts";
import { ChartFigure, DataTable, Scrollable } from "./chart_figure.tsx";
import { Section } from "./document.tsx";
import { type ReportContent, reportGroup, seedText, unbroken } from "./report_content.ts";

/** A method with runs. */
type TrainedMethod = MethodResults & Required<Pick<MethodResults, "ours">>;

/** The section with the results. */
export function ResultsSection({ content }: { content: ReportContent }): VNode {
  const group = reportGroup(content);
  const trained = group.methods.filter((method): method is TrainedMethod => method.ours !== undefined);
  const missing = group.methods.filter(({ records }) => records.length === 0).map(({ title }) => title);
  return (
    <Section id="results" title="Table 2">
      {trained.length === 0 ? <p class="notice">No method has been trained with these settings yet.</p> : (
        <>
          <ResultsTable methods={trained} group={group} profile={content.results.study.profile} />
          <ChartFigure
            id="results-chart"
            chart={resultsComparison(trained, {
              caption: [`Means over ${group.images} test images; lines: 95 % intervals of the bootstrap over images.`],
            })}
          />
        </>
      )}
      {missing.length > 0 && trained.length > 0 && (
        <p class="notice">Not trained with these settings yet: {missing.join(", ")}.</p>
      )}
      <Differences group={group} />
      {group.datasetTitle === DATASET_TITLES[group.dataset] && !group.methods.some(({ thesis }) => thesis) &&
        <ThesisTable />}
    </Section>
  );
}

function ResultsTable({ methods, group, profile }: {
  methods: readonly TrainedMethod[];
  group: GroupResults;
  profile: string;
}): VNode {
  const best = (metric: MetricName) => Math.max(...methods.map(({ ours }) => ours[metric].mean));
  const hasThesis = methods.some(({ thesis }) => thesis);
  return (
    <Scrollable label="Table 2: results of each method">
      <table class="results">
        <caption>
          Means over {group.images}{" "}
          test images at probability 0.5, with the weights of the best validation epoch; in brackets 95 % intervals of
          the bootstrap over images; the highest mean of each column in bold. {seedText(seedsOf(group))} {hasThesis
            ? "Below ours, the thesis' own value: 224 px, base width 64, 200 epochs, split and seeds not named."
            : "The thesis has no table for these images."} Profile {profile}.
        </caption>
        <thead>
          <tr>
            <th scope="col">Method</th>
            <th scope="col">ε</th>
            {METRIC_NAMES.map((metric) => <th key={metric} scope="col" class="number">{METRIC_TITLES[metric]}</th>)}
          </tr>
        </thead>
        <tbody>
          {methods.map(({ method, title, epsilon, ours, thesis }) => (
            <tr key={method}>
              <th scope="row">{unbroken(title)}</th>
              <td>{epsilon}</td>
              {METRIC_NAMES.map((metric) => {
                const { mean, low, high } = ours[metric];
                return (
                  <td key={metric} class="number">
                    {mean === best(metric) ? <strong>{metricText(mean)}</strong> : metricText(mean)}
                    <span class="interval">[{low.toFixed(2)}, {high.toFixed(2)}]</span>
                    {thesis && <span class="thesis">thesis {metricText(thesis[metric])}</span>}
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

/** The compared method against each other one, and image by image against the one with ε = 0. */
function Differences({ group }: { group: GroupResults }): VNode | null {
  const compared = group.methods.find(({ method }) => method === group.compared);
  const comparisons = group.comparisons.filter(({ weights }) => weights === "best");
  if (!compared || comparisons.length === 0) return null;
  const { method } = comparisons.find(({ method }) => method === "polydice1") ?? comparisons[0];
  const baseline = group.methods.find((one) => one.method === method)!;
  const pairs = pairedScores(baseline, compared);
  return (
    <>
      <h3>How sure are the differences?</h3>
      <p>
        The paired bootstrap draws the test images anew ten thousand times. An interval that holds 0 means that these
        images can't tell the two methods apart. It says nothing of other seeds, which move results of small profiles by
        several hundredths.
      </p>
      <DataTable table={differenceTable(compared, group)} label="Differences in Dice with their intervals" />
      <ChartFigure
        id="per-image-chart"
        chart={perImageComparison(pairs, { first: baseline, second: compared })}
        table={table(pairs, [
          { field: "id", heading: "image" },
          { field: "first", heading: baseline.title },
          { field: "second", heading: compared.title },
        ])}
      />
    </>
  );
}

function differenceTable({ title }: MethodResults, { comparisons, images }: GroupResults): Table {
  const rows = comparisons.filter(({ weights }) => weights === "best").map(({ title, bySeed, overImages }) => ({
    title: unbroken(title),
    images,
    difference: bySeed.mean,
    lower: overImages.lower,
    upper: overImages.upper,
  }));
  const format = (value: string | number) => signedText(Number(value));
  return table(rows, [
    { field: "title", heading: `${title} minus …` },
    { field: "difference", heading: "mean difference in Dice", format },
    { field: "lower", heading: "2.5 %", format },
    { field: "upper", heading: "97.5 %", format },
    { field: "images", heading: "images" },
  ]);
}

/** For data sets of which the thesis has no table. */
function ThesisTable(): VNode {
  const titles: Readonly<Record<string, { readonly title: string }>> = {
    ...METHODS,
    "polydice1-fixed": { title: "PolyDice-1 (best ε)" },
  };
  const rows = Object.entries(THESIS_TABLE_2).map(([name, metrics]) => ({ method: titles[name].title, ...metrics }));
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
