/**
 * The tables of a data set and split in Markdown, and what they say in words.
 *
 * @module
 */
import { METRIC_NAMES, METRIC_TITLES, type MetricName } from "../metrics/metric_names.ts";
import { markdownCell } from "../text/escape.ts";
import type { ImageGrouping } from "./image_groups.ts";
import { type MethodComparison, VERDICT_SEEDS } from "./method_comparison.ts";
import type { MethodResults } from "./method_results.ts";
import {
  intervalText,
  listText,
  metricText,
  NOTHING,
  pValueText,
  signedText,
  spreadText,
  WEIGHTS_TITLES,
} from "./result_texts.ts";
import { markdownTable } from "../text/markdown_table.ts";
import type { GroupResults } from "./results_of.ts";
import type { WeightsName } from "./run_record.ts";

const BOTH_WEIGHTS = ["best", "last"] as const;

/** What the comparison says in words, whichever way it went; with one or two seeds no verdict. */
export function verdictText({ methods, compared, comparisons, decisions }: GroupResults): string {
  const twins = methods.flatMap(({ title, sameAs }) => {
    const other = methods.find(({ method }) => method === sameAs);
    return other ? [`${markdownCell(title)} has the runs of ${markdownCell(other.title)}, and counts once.`] : [];
  });
  const gaps = methods.filter(({ complete }) => !complete).map(({ title, seeds }) => `${title} (${seeds} seeds)`);
  const missing = gaps.length > 0 ? [`**Not complete yet:** ${markdownCell(listText(gaps))}.`] : [];
  const method = methods.find((one) => one.method === compared);
  if (!method) return [...twins, ...missing].join(" ");
  const rank = (weights: WeightsName) => {
    const scores = methods.flatMap((row) => row[weights] && row.sameAs === undefined ? [row[weights].dice.mean] : []);
    const higher = scores.filter((score) => score > method[weights]!.dice.mean).length;
    return `rank ${higher + 1} of ${scores.length}`;
  };
  const said = (weights: WeightsName) => {
    const controls = decisions.flatMap(({ comparisons }) => comparisons.map(({ method }) => method));
    const rows = comparisons.filter((row) =>
      row.weights === weights && row.verdict !== undefined && !controls.includes(row.method)
    );
    const titles = (select: (row: MethodComparison) => boolean) =>
      markdownCell(listText(rows.filter(select).map(({ title }) => title)));
    const within = rows.some(({ withinMargin }) => withinMargin)
      ? `, within the margin of ${titles(({ withinMargin }) => withinMargin === true)}`
      : "";
    return `ahead of ${titles(({ verdict }) => verdict === "ahead")}, behind ${
      titles(({ verdict }) => verdict === "behind")
    }, not told apart from ${titles(({ verdict }) => verdict === "open")}${within}`;
  };
  const decided = comparisons.some(({ verdict }) => verdict !== undefined);
  const few = Math.max(0, ...comparisons.map(({ seeds }) => seeds.length)) < VERDICT_SEEDS;
  return [
    `By mean Dice, ${markdownCell(method.title)} has ${rank("best")} at the best validation epoch and ${
      rank("last")
    } at the last.`,
    ...(decided ? [`At the best epoch it is ${said("best")}; at the last it is ${said("last")}.`] : []),
    ...(few && comparisons.length > 0 ? [`With fewer than ${VERDICT_SEEDS} seeds there is no verdict.`] : []),
    ...twins,
    ...missing,
  ].join(" ");
}

/** All metrics of both weights beside the thesis'. */
export function metricsTable({ methods }: GroupResults): string {
  const headings = ["Method", "ε", "Weights", ">Seeds", ...METRIC_NAMES.map((name) => `>${METRIC_TITLES[name]}`)];
  const rows = methods.flatMap((row) => [
    ...BOTH_WEIGHTS.map((weights) => [
      markdownCell(row.title),
      row.epsilon,
      WEIGHTS_TITLES[weights],
      row.seeds,
      ...METRIC_NAMES.map((name) => metricCell(methods, row, name, weights)),
    ]),
    ...(row.thesis
      ? [[
        markdownCell(row.title),
        "",
        "_thesis_",
        NOTHING,
        ...METRIC_NAMES.map((name) => metricText(row.thesis![name])),
      ]]
      : []),
  ]);
  return markdownTable(headings, rows);
}

/** The compared method against each other one. */
export function comparisonTable({ methods, compared, comparisons, decisions }: GroupResults): string {
  const title = methods.find(({ method }) => method === compared)?.title ?? "";
  const margin = comparisons.some(({ withinMargin }) => withinMargin !== undefined);
  const decided = comparisons.some(({ verdict }) => verdict !== undefined);
  const headings = [
    `${markdownCell(title)} minus`,
    "Weights",
    ">Seeds",
    ">Δ Dice over seeds",
    ">Seeds ahead",
    ">95 %, images",
    ">95 %, images and seeds",
    ">Wilcoxon p",
    ">p, Holm",
    ...(decided ? ["It is"] : []),
    ...(margin ? ["Within the margin", ">p, equivalence"] : []),
  ];
  const verdicts = { ahead: "ahead", behind: "behind", open: "not told apart" };
  const controls = decisions.flatMap(({ comparisons }) => comparisons.map(({ method }) => method));
  const isControl = ({ method }: MethodComparison) => controls.includes(method); // the plan's rule decides these
  const rows = comparisons.map((row) => [
    markdownCell(row.title),
    WEIGHTS_TITLES[row.weights],
    `${row.seeds.length}`,
    signedText(row.bySeed.mean) + (row.bySeed.deviation === undefined ? "" : ` ± ${row.bySeed.deviation.toFixed(3)}`),
    `${row.seedsAhead} of ${row.seeds.length}`,
    intervalText(row.overImages),
    intervalText(row.overSeeds),
    pValueText(row.pValue),
    pValueText(row.corrected),
    ...(decided ? [isControl(row) ? "see above" : row.verdict ? verdicts[row.verdict] : NOTHING] : []),
    ...(margin
      ? [
        row.withinMargin === undefined ? NOTHING : row.withinMargin ? "yes" : "no",
        row.equivalencePValue === undefined ? NOTHING : pValueText(row.equivalencePValue),
      ]
      : []),
  ]);
  return markdownTable(headings, rows);
}

/** Dice of every method on the groups of a grouping, one column a group. */
export function imageGroupTable({ methods, imageGroups }: GroupResults, grouping: ImageGrouping): string {
  const rows = imageGroups.filter((row) => row.grouping === grouping);
  const groups = [...new Map(rows.map((row) => [row.group, row])).values()];
  const bound = (value: number) => grouping === "size" ? `${(100 * value).toFixed(1)} %` : value.toPrecision(2);
  const headings = ["Method", ">Seeds"].concat(
    groups.map(({ from, to, images }) => `>${bound(from)} to ${bound(to)} (${images} images)`),
  );
  return markdownTable(
    headings,
    methods.filter(({ records }) => records.length > 0).map(({ method, title, seeds }) => [
      markdownCell(title),
      seeds,
      ...rows.filter((row) => row.method === method).map(({ dice }) => spreadText(dice, 3)),
    ]),
  );
}

/** Rank correlations of uncertainty and error, calibration, and error kept against uncertainty rejected. */
export function uncertaintyTable({ methods }: GroupResults): string {
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
  const rows = methods.flatMap(({ title, seeds, uncertainty }) =>
    uncertainty
      ? [[
        markdownCell(title),
        seeds,
        spreadText(uncertainty.difficulty, 2),
        spreadText(uncertainty.entropy, 2),
        spreadText(uncertainty.calibrationError),
        spreadText(uncertainty.error),
        spreadText(uncertainty.area),
        spreadText(uncertainty.areaShare, 3),
      ]]
      : []
  );
  return markdownTable(headings, rows);
}

/** By which validation Dice methods were chosen; undefined where none was. */
export function choiceText({ methods }: GroupResults): string | undefined {
  const texts = methods.flatMap(({ title, choice }) =>
    choice
      ? [
        `${markdownCell(title)} is \`${choice.method}\` here, by validation Dice: ${
          listText(Object.entries(choice.validationDice).map(([method, dice]) => `\`${method}\` ${metricText(dice)}`))
        }.`,
      ]
      : []
  );
  return texts.length > 0 ? texts.join(" ") : undefined;
}

/** A metric over seeds; the highest is set in bold where every method is complete. */
export function metricCell(
  methods: readonly MethodResults[],
  row: MethodResults,
  name: MetricName,
  weights: WeightsName,
): string {
  const text = spreadText(row[weights]?.[name]);
  if (methods.some(({ complete }) => !complete)) return text;
  const highest = Math.max(...methods.map((other) => other[weights]![name].mean));
  return row[weights]![name].mean === highest ? `**${text}**` : text;
}
