/**
 * The sections of a profile's results as Markdown: each a table and what it needs to be understood.
 *
 * @module
 */
import type { AblationSummary } from "./ablation_summary.ts";
import type { ImageGrouping } from "./image_groups.ts";
import { markdownTable } from "./markdown_table.ts";
import { ADAPTIVE_METHOD, type MethodComparison } from "./method_comparison.ts";
import type { MethodSummary } from "./method_summary.ts";
import type { GroupResults } from "./protocol_results.ts";
import { groupTitle, intervalText, listText, NOTHING, pValueText, signedText, spreadText } from "./result_texts.ts";
import { formatMetric, METRIC_NAMES, type MetricName } from "./results_table.ts";
import type { RecordedWeights } from "./run_record.ts";

const WEIGHTS_TITLES: Readonly<Record<RecordedWeights, string>> = { best: "best epoch", last: "last epoch" };

const METRIC_TITLES: Readonly<Record<MetricName, string>> = {
  dice: "Dice",
  iou: "IoU",
  precision: "Precision",
  recall: "Recall",
};

/** Methods with Dice of both weights, the thesis' value, and how far the adaptive method is ahead of each. */
export function overviewTable({ methods, comparisons }: GroupResults): string {
  const hasThesis = methods.some(({ thesis }) => thesis);
  const headings = [
    "Method",
    "ε",
    ">Seeds",
    ">Dice, best epoch",
    ">Dice, last epoch",
    ...(hasThesis ? [">Thesis"] : []),
    ">Adaptive − this",
    ">95 % interval",
    ">p",
  ];
  const rows = methods.map((row) => {
    const comparison = comparisons.find(({ method, weights }) => method === row.method && weights === "best");
    return [
      row.title,
      row.epsilon,
      row.seeds,
      metricCell(methods, row, "dice", "best"),
      metricCell(methods, row, "dice", "last"),
      ...(hasThesis ? [row.thesis ? formatMetric(row.thesis.dice) : NOTHING] : []),
      comparison ? signedText(comparison.bySeed.mean) : NOTHING,
      intervalText(comparison?.overSeeds),
      comparison ? pValueText(comparison.corrected) : NOTHING,
    ];
  });
  return markdownTable(headings, rows);
}

/** What the comparison says in words, whichever way it went. */
export function verdictText({ methods, comparisons }: GroupResults): string {
  const adaptive = methods.find(({ method }) => method === ADAPTIVE_METHOD);
  if (!adaptive?.best || !adaptive.last) return "There is no run of the adaptive method yet.";
  const rank = (weights: RecordedWeights) => {
    const scores = methods.flatMap((row) => row[weights] && row.sameAs === undefined ? [row[weights].dice.mean] : []);
    const higher = scores.filter((score) => score > adaptive[weights]!.dice.mean).length;
    return `rank ${higher + 1} of ${scores.length}`;
  };
  const titles = (verdict: MethodComparison["verdict"], weights: RecordedWeights) =>
    listText(
      comparisons.filter((row) => row.verdict === verdict && row.weights === weights).map(({ title }) => title),
    );
  const outcome = (weights: RecordedWeights) =>
    `ahead of ${titles("ahead", weights)}, behind ${titles("behind", weights)}, not told apart from ${
      titles("open", weights)
    }`;
  const twins = methods.flatMap(({ title, sameAs }) => {
    const other = methods.find(({ method }) => method === sameAs);
    return other ? [`${title} has the runs of ${other.title}, and counts once.`] : [];
  });
  const gaps = methods.filter(({ complete }) => !complete).map(({ title, seeds }) => `${title} (${seeds} seeds)`);
  return [
    `By mean Dice, ${adaptive.title} has ${rank("best")} at the best validation epoch and ${rank("last")} at the last.`,
    `At the best epoch it is ${outcome("best")}; at the last it is ${outcome("last")}.`,
    ...twins,
    ...(gaps.length > 0 ? [`**Not complete yet:** ${listText(gaps)}.`] : []),
  ].join(" ");
}

/** All metrics of both weights beside the thesis'. */
export function metricsTable({ methods }: GroupResults): string {
  const headings = ["Method", "Weights", ">Seeds", ...METRIC_NAMES.map((name) => `>${METRIC_TITLES[name]}`)];
  const rows = methods.flatMap((row) => [
    ...(["best", "last"] as const).map((weights) => [
      row.title,
      WEIGHTS_TITLES[weights],
      row.seeds,
      ...METRIC_NAMES.map((name) => metricCell(methods, row, name, weights)),
    ]),
    ...(row.thesis
      ? [[row.title, "_thesis_", NOTHING, ...METRIC_NAMES.map((name) => formatMetric(row.thesis![name]))]]
      : []),
  ]);
  return markdownTable(headings, rows);
}

/** The adaptive method against each other one. */
export function comparisonTable({ comparisons }: GroupResults): string {
  const headings = [
    "Adaptive PolyDice-1 minus",
    "Weights",
    ">Seeds",
    ">Δ Dice over seeds",
    ">Seeds ahead",
    ">95 %, images",
    ">95 %, images and seeds",
    ">Wilcoxon p",
    ">p, Holm",
    "Adaptive is",
  ];
  const verdicts = { ahead: "ahead", behind: "behind", open: "not told apart" };
  const rows = comparisons.map((row) => [
    row.title,
    WEIGHTS_TITLES[row.weights],
    `${row.seeds.length}`,
    signedText(row.bySeed.mean) + (row.bySeed.deviation === undefined ? "" : ` ± ${row.bySeed.deviation.toFixed(3)}`),
    `${row.seedsAhead} of ${row.seeds.length}`,
    intervalText(row.overImages),
    intervalText(row.overSeeds),
    pValueText(row.pValue),
    pValueText(row.corrected),
    verdicts[row.verdict],
  ]);
  return markdownTable(headings, rows);
}

/** Dice of every method on the groups of a grouping, one column a group. */
export function imageGroupTable({ imageGroups }: GroupResults, grouping: ImageGrouping): string {
  const rows = imageGroups.filter((row) => row.grouping === grouping);
  const groups = [...new Map(rows.map((row) => [row.group, row])).values()];
  const bound = (value: number) => grouping === "size" ? `${(100 * value).toFixed(1)} %` : value.toPrecision(2);
  const headings = ["Method", ">Seeds"].concat(
    groups.map(({ from, to, images }) => `>${bound(from)} to ${bound(to)} (${images} images)`),
  );
  const methods = [...Map.groupBy(rows, ({ method }) => method).values()];
  return markdownTable(
    headings,
    methods.map((ofMethod) => [
      ofMethod[0].title,
      ofMethod[0].seeds,
      ...ofMethod.map(({ dice }) => spreadText(dice, 3)),
    ]),
  );
}

/** Rank correlations of uncertainty and error, calibration, and error kept against uncertainty rejected. */
export function uncertaintyTable({ difficulty, calibration }: GroupResults): string {
  const headings = [
    "Method",
    ">Seeds",
    ">ρ(D, 1 − Dice)",
    ">ρ(entropy, 1 − Dice)",
    ">Calibration error",
    ">Wrong pixels",
    ">Area, error kept",
    ">Area / error",
  ];
  const rows = calibration.map((row, index) => [
    row.title,
    row.seeds,
    spreadText(difficulty[index].difficulty, 2),
    spreadText(difficulty[index].entropy, 2),
    spreadText(row.calibrationError),
    spreadText(row.error),
    spreadText(row.area),
    spreadText(row.areaShare, 3),
  ]);
  return markdownTable(headings, rows);
}

/** Every variant of every ablation beside its reference. */
export function ablationTable(ablations: readonly AblationSummary[]): string {
  const headings = [
    "Ablation",
    "Data",
    "Variant",
    ">Seeds",
    ">Dice, best epoch",
    ">Dice, last epoch",
    ">Δ to reference",
    ">95 %, images and seeds",
    ">Δ, last epoch",
    ">95 %, last epoch",
  ];
  const change = (difference: AblationSummary["difference"]) =>
    difference ? signedText(difference.bySeed.mean) + sharedSeeds(difference.bySeed.seeds) : NOTHING;
  const sharedSeeds = (seeds: number) => seeds > 1 ? "" : " (1 seed)";
  const rows = ablations.map((row) => [
    row.ablation,
    groupTitle(row),
    row.title,
    `${row.seeds.length}`,
    spreadText(row.best),
    spreadText(row.last),
    change(row.difference),
    intervalText(row.difference?.overSeeds),
    change(row.lastDifference),
    intervalText(row.lastDifference?.overSeeds),
  ]);
  return markdownTable(headings, rows);
}

/** A metric over seeds; the highest is set in bold where every method is complete. */
function metricCell(
  methods: readonly MethodSummary[],
  row: MethodSummary,
  name: MetricName,
  weights: RecordedWeights,
): string {
  const text = spreadText(row[weights]?.[name]);
  if (methods.some(({ complete }) => !complete)) return text;
  const highest = Math.max(...methods.map((other) => other[weights]![name].mean));
  return row[weights]![name].mean === highest ? `**${text}**` : text;
}
