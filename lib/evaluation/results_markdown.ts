/**
 * Results of a profile as Markdown: the page beside its records, and the part of it that the project's README shows.
 *
 * @module
 */
import { DIFFICULTY_REFERENCE } from "./image_groups.ts";
import type { GroupResults, ProtocolResults } from "./protocol_results.ts";
import {
  ablationTable,
  comparisonTable,
  imageGroupTable,
  metricsTable,
  overviewTable,
  uncertaintyTable,
  verdictText,
} from "./result_sections.ts";
import { durationText, groupTitle, listText } from "./result_texts.ts";

/** The page of a profile's results, with every table. */
export function resultsPage(results: ProtocolResults): string {
  const { profile, groups, ablations, reference } = results;
  return paragraphs([
    `# Results of the profile \`${profile}\``,
    "`deno task results` makes this page and the CSV files beside it from the records in `runs` and `ablations`; edits by " +
    "hand are found by `deno task results --check`.",
    settingsText(results),
    READING,
    ...groups.flatMap((group) => [`## ${groupTitle(group)}`, ...(hasRuns(group) ? groupSections(group) : [NO_RUNS])]),
    ...(ablations.length > 0
      ? ["## Ablations", `${ABLATION_READING}${referenceText(reference)}`, ablationTable(ablations)]
      : []),
  ]);
}

/** The part for the project's README: one table a data set and split, and what it says. */
export function resultsBlock(results: ProtocolResults): string {
  const { profile, groups, ablations } = results;
  const shown = groups.filter(hasRuns);
  if (shown.length === 0) return `No run of the profile \`${profile}\` is committed yet.\n`;
  const missing = groups.filter((group) => !hasRuns(group)).map(groupTitle);
  return paragraphs([
    settingsText(results),
    ...shown.flatMap((group) => [
      `**${groupTitle(group)}**, ${imageCount(group)} test images.${noteText(group)}`,
      overviewTable(group),
      verdictText(group),
    ]),
    ...(missing.length > 0 ? [`No runs yet: ${listText(missing)}.`] : []),
    "Dice: mean of the test images, then mean ± sample deviation over seeds. Best epoch: weights of the best validation " +
    "epoch. Adaptive − this: mean difference at the best epoch on the same images and seeds, with the 95 % bootstrap " +
    "interval over images and seeds, and the p-value of Wilcoxon's signed-rank test over images after Holm's correction. " +
    `All tables, also by polyp size and difficulty, ${
      ablations.length > 0 ? "of calibration and of the ablations" : "and of calibration"
    }, are in [results/${profile}](results/${profile}/README.md).`,
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
  "corrected p under 0.05, and an interval over images and seeds without 0. With three seeds that interval is too narrow: " +
  "it leaves out 0 about whenever all three seeds agree, which chance alone brings about once in four times. *Best ε*: of a " +
  "grid (-0.25, 0, 0.25, 0.5, 1 in `small` and `thesis`) the one with the highest validation Dice in the run of seed 1; one " +
  "run decides, and another seed may choose another.";

const SIZE_READING =
  "Thirds of the test images by the lesion's share of the image. Thirds and not fixed bounds: the data sets differ by a " +
  "factor of 1.7 in their median share, and fixed bounds would leave groups of a few images.";

const DIFFICULTY_READING =
  `Quartiles of D (eq. 8, nats), averaged over the seeds of \`${DIFFICULTY_REFERENCE}\` at their best epochs, so that the ` +
  "groups are the same for all methods.";

const UNCERTAINTY_READING =
  "ρ: Spearman's rank correlation over the test images, in each run with its own D (mutual information over the lesion) or " +
  "entropy (mean predictive entropy over the image, which needs no mask). *Calibration error*: expected calibration error " +
  "of the mean probability of N passes, over pixels, ten bins. *Area, error kept*: the share of wrong pixels among those " +
  "kept, averaged over all shares rejected, those of the highest predictive entropy first (20 bins); over the error it is 1 " +
  "for an uncertainty that says nothing.";

const ABLATION_READING =
  "Each row changes one choice of the adaptive method. Δ: Dice minus that of the reference on the same images and seeds; the " +
  "intervals are over images and seeds. Of so many intervals some leave out 0 by chance, and with two seeds they are too " +
  "narrow. `p` changes dropout in training and in the passes; *in each batch* means as many consecutive images of the data " +
  "set as a batch has.";

/** What a reader must know of a data set's split before reading its tables. */
const GROUP_NOTES: Readonly<Record<string, string>> = {
  "cvc-clinicdb grouped":
    "The test frames are of 3 video sequences, and frames of one sequence resemble each other: intervals and p hold for " +
    "other frames of these sequences, not for other patients.",
  "cvc-clinicdb random":
    "Every test frame has frames of its own video sequence in training or validation: these scores measure memory of a " +
    "sequence too, and intervals and p hold for such frames only.",
};

function groupSections(group: GroupResults): string[] {
  const grouped = (grouping: "size" | "difficulty", title: string, reading: string) =>
    group.imageGroups.some((row) => row.grouping === grouping)
      ? [title, reading, imageGroupTable(group, grouping)]
      : [title, "There are no runs to draw the groups from yet."];
  return [
    `${imageCount(group)} test images.${noteText(group)} ${verdictText(group)}`,
    metricsTable(group),
    "### Adaptive method against each other",
    ...(group.comparisons.length > 0 ? [comparisonTable(group)] : ["No two methods share a seed yet."]),
    ...grouped("size", "### Dice by polyp size", SIZE_READING),
    ...grouped("difficulty", "### Dice by difficulty", DIFFICULTY_READING),
    "### Uncertainty and calibration",
    UNCERTAINTY_READING,
    uncertaintyTable(group),
  ];
}

function noteText({ dataset, split }: GroupResults): string {
  const note = GROUP_NOTES[`${dataset} ${split}`];
  return note ? ` ${note}` : "";
}

/** ` The reference: …`; nothing where there is none. */
function referenceText(reference: ProtocolResults["reference"]): string {
  if (!reference) return "";
  const { interval, startEpoch, passes, dropoutRate, percentile, slope, epsilonMin, epsilonMax } = reference;
  return ` The reference, *as in the profile*: τ = ${interval}, E₀ = ${startEpoch}, N = ${passes}, p = ${dropoutRate}, ` +
    `percentile ${percentile}, k = ${slope}, ε in [${epsilonMin}, ${epsilonMax}], D from mutual information, normalised over ` +
    "the training set.";
}

function settingsText({ profile, settings, environments, networks, seconds, groups }: ProtocolResults): string {
  if (!settings) return `No run of the protocol is committed yet.`;
  const { imageSize, baseWidth, epochs, batchSize, interval } = settings;
  const complete = groups.every(({ methods }) => methods.every((row) => row.complete));
  return `Profile \`${profile}\`: ${imageSize} pixels, base width ${baseWidth}, ${epochs} epochs, batch ${batchSize}, τ = ${interval}; ` +
    `${durationText(seconds)} for training ${networks} ${networks === 1 ? "network" : "networks"}; ${
      environments.join("; ")
    }.` +
    (complete ? "" : " **Runs of the protocol are still missing; the column of seeds tells which.**");
}

function hasRuns({ methods }: GroupResults): boolean {
  return methods.some(({ images }) => images > 0);
}

function imageCount({ methods }: GroupResults): number {
  return Math.max(...methods.map(({ images }) => images));
}

function paragraphs(parts: readonly string[]): string {
  return parts.join("\n\n") + "\n";
}
