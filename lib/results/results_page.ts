/**
 * Results of a study as Markdown: the page beside its records, and the part of it that the project's README shows.
 *
 * @module
 */
import { markdownCell, markdownText } from "../text/escape.ts";
import { DIFFICULTY_REFERENCE, type ImageGrouping } from "./image_groups.ts";
import { exploredMethods } from "./decision.ts";
import {
  answersText,
  DECISION_READING,
  decisionTable,
  decisionText,
  EXPLORED_READING,
  exploredTable,
} from "./decision_section.ts";
import { exclusionText } from "./exclusion.ts";
import { FURTHER_KINDS, furtherResults, furtherTable } from "./further_results.ts";
import {
  choiceText,
  comparisonTable,
  imageGroupTable,
  metricCell,
  metricsTable,
  uncertaintyTable,
  verdictText,
} from "./result_sections.ts";
import { durationText, intervalText, listText, NOTHING, signedText } from "./result_texts.ts";
import { markdownTable } from "../text/markdown_table.ts";
import type { GroupResults, Results } from "./results_of.ts";

/** The page of a study's results, with every table. */
export function resultsPage(results: Results): string {
  const { study, groups, strangers } = results;
  const exclusion = exclusionText(groups);
  return paragraphs([
    `# ${markdownCell(study.title)}`,
    `\`deno task results\` makes this page and the CSV files beside it from \`records.jsonl\` and the study \`${study.name}\`; ` +
    "edits by hand are found by `deno task results --check`.",
    ...(study.question ? [`**Question.** ${markdownText(study.question)}`] : []),
    ...study.notes.map(markdownText),
    settingsText(results),
    ...(strangers.length > 0
      ? [`Records of no run of the study, in no table: ${listText(strangers.map(({ run }) => `\`${run}\``))}.`]
      : []),
    ...(exclusion ? [`**What is excluded.** ${exclusion}`] : []),
    READING,
    ...(study.margin === undefined ? [] : [marginText(study.margin)]),
    ...groups.flatMap((group, index) => [
      `## ${markdownCell(group.title)}`,
      ...(group.images > 0 ? sections(group, study.margin, index === 0) : [NO_RUNS]),
    ]),
  ]);
}

/**
 * The part for the project's README: of a study with an answer the answers; else one table over all data sets and splits,
 * and what it says.
 */
export function resultsBlock(results: Results): string {
  const groups = results.groups.filter(({ images }) => images > 0);
  const [first] = groups;
  if (!first) return `No run of the study \`${results.study.name}\` is committed yet.\n`;
  if (groups.some(({ decisions }) => decisions.length > 0)) return `${answersText(results)}\n`;
  const rows = first.methods.map(({ method, title }) => [
    markdownCell(title),
    ...groups.map(({ methods }) => {
      const row = methods.find((one) => one.method === method);
      return row ? metricCell(methods, row, "dice", "best") : NOTHING;
    }),
  ]);
  const difference = groups.map(({ comparisons }) => comparisons.find(({ method }) => method === DIFFICULTY_REFERENCE));
  const compared = first.methods.find(({ method }) => method === first.compared);
  const reference = first.methods.find(({ method }) => method === DIFFICULTY_REFERENCE);
  const differences = compared && reference
    ? [[
      `_${markdownCell(compared.title)} minus ${markdownCell(reference.title)}_`,
      ...difference.map((row) => row ? `${signedText(row.bySeed.mean)} (${intervalText(row.overSeeds)})` : NOTHING),
    ]]
    : [];
  const { name } = results.study;
  return paragraphs([
    markdownTable(["Dice", ...groups.map(({ title }) => `>${markdownCell(title)}`)], [...rows, ...differences]),
    "Mean of the test images with the weights of the best validation epoch, ± sample deviation over " +
    `${seedCounts(groups)} seeds; below, the difference with its 95 % interval over images and seeds. ${
      settingsText(results)
    } All tables are in [results/${name}](results/${name}/README.md).`,
  ]);
}

const NO_RUNS = "No runs yet.";

const READING =
  "**How to read the tables.** A metric is the mean over the test images at probability 0.5; then mean ± sample standard " +
  "deviation over seeds. *Best epoch*: weights of the epoch with the highest validation Dice; *last epoch*: those at the " +
  "end of training. Bold: the highest mean, where no run is missing. *Thesis*: its Table 2 (224 pixels, base width 64, 200 " +
  "epochs; it names neither split nor seeds). Differences are of the same images and seeds. Their 95 % intervals are of the " +
  "bootstrap: *images* draws the images anew, after averaging over seeds, and says what other images would give with these " +
  "very networks; *images and seeds* draws the training runs anew as well. p: Wilcoxon's signed-rank test of the images' " +
  "differences (two-sided, zeros left out), then Holm's correction over the comparisons on one data set, split and choice " +
  "of weights; the same runs under two names count once. It knows nothing of seeds, so *ahead* and *behind* ask for both: " +
  "corrected p under 0.05, and an interval over images and seeds without 0. That interval is wider than it need be with " +
  "ten seeds or more, as drawing anew counts thrice what belongs to neither seed nor image. With three seeds that interval is too narrow: " +
  "it leaves out 0 about whenever all three seeds agree, which chance alone brings about once in four times; with one or " +
  "two there is no verdict.";

function marginText(margin: number): string {
  return `**Margin.** A difference within ±${margin} in Dice would not matter. *Within the margin*: the whole interval over ` +
    "images and seeds lies there. *p, equivalence*: two one-sided t tests of the seeds' mean differences against it.";
}

const SIZE_READING =
  "Thirds of the test images by the lesion's share of the image. Thirds and not fixed bounds: data sets differ in their " +
  "median share, and fixed bounds would leave groups of a few images.";

const DIFFICULTY_READING =
  `Quartiles of D (eq. 8, nats), averaged over the seeds of \`${DIFFICULTY_REFERENCE}\` at their best epochs, so that the ` +
  "groups are the same for all methods.";

const UNCERTAINTY_READING =
  "ρ: Spearman's rank correlation over the test images, in each run with its own D (mutual information over the lesion) or " +
  "entropy (mean predictive entropy over the image, which needs no mask). *Calibration error*: expected calibration error " +
  "of the mean probability of N passes, over pixels, ten bins. *Area, error kept*: the share of wrong pixels among those " +
  "kept, averaged over all shares rejected, those of the highest predictive entropy first (20 bins); over the error it is 1 " +
  "for an uncertainty that says nothing.";

function sections(group: GroupResults, margin: number | undefined, isMain: boolean): string[] {
  const grouped = (grouping: ImageGrouping, title: string, reading: string) => [
    title,
    reading,
    imageGroupTable(group, grouping),
  ];
  const choice = choiceText(group);
  const compared = group.methods.find(({ method }) => method === group.compared);
  const decided = decisionText(group.decisions, isMain);
  const explored = group.decisions.length > 0 ? exploredMethods(group.methods, margin!) : [];
  return [
    [`${group.images} test images.`, group.note, verdictText(group)].filter((text) => text).join(" "),
    ...(choice ? [choice] : []),
    ...(group.decisions.length > 0
      ? [
        "### Does the signal do the work?",
        ...(decided ? [decided] : []),
        DECISION_READING,
        decisionTable(group.decisions),
        ...(explored.length > 0 ? ["### Explored", EXPLORED_READING, exploredTable(explored)] : []),
        "### Metrics",
      ]
      : []),
    metricsTable(group),
    ...(compared
      ? [
        `### ${markdownCell(compared.title)} against each other`,
        group.comparisons.length > 0 ? comparisonTable(group) : "No two methods share a seed yet.",
      ]
      : []),
    ...grouped("size", "### Dice by size of the lesion", SIZE_READING),
    ...grouped("difficulty", "### Dice by difficulty", DIFFICULTY_READING),
    "### Uncertainty and calibration",
    UNCERTAINTY_READING,
    uncertaintyTable(group),
    ...FURTHER_KINDS.flatMap((kind) => {
      const rows = furtherResults(kind, group.methods);
      return rows.length > 0 ? [kind.heading, kind.reading, furtherTable(rows)] : [];
    }),
  ];
}

/** Sizes, cost and machines. */
export function settingsText({ study, settings, environments, records, seconds, groups }: Results): string {
  if (records.length === 0) return "There is no run yet.";
  const { imageSize, baseWidth, epochs, batchSize, interval } = settings;
  const parts = [
    imageSize && `${imageSize} pixels`,
    baseWidth && `base width ${baseWidth}`,
    epochs && `${epochs} epochs`,
    batchSize && `batch ${batchSize}`,
    interval && `τ = ${interval}`,
  ].filter((part) => part);
  const complete = groups.every(({ methods }) => methods.every((row) => row.complete));
  return `Profile \`${study.profile}\`: ${parts.join(", ")}; ${durationText(seconds)} for training ${records.length} ${
    records.length === 1 ? "network" : "networks"
  }; ${markdownCell(environments.join("; "))}.${
    complete ? "" : " **Runs are still missing; the column of seeds tells which.**"
  }`;
}

/** `"3 to 5"`. */
function seedCounts(groups: readonly GroupResults[]): string {
  const counts = groups.flatMap(({ methods }) => methods.map(({ records }) => records.length)).filter((count) => count);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? `${least}` : `${least} to ${most}`;
}

function paragraphs(parts: readonly string[]): string {
  return parts.join("\n\n") + "\n";
}
