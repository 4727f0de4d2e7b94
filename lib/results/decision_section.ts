/**
 * The answer of a decisive study in words and as a table.
 *
 * @module
 */
import { markdownCell } from "../text/escape.ts";
import { type ControlComparison, type Decision, type ExploredMethod, isBehind, OF_THE_PLAN } from "./decision.ts";
import { intervalText, listText, pValueText, signedText, WEIGHTS_TITLES } from "./result_texts.ts";
import { markdownTable } from "../text/markdown_table.ts";
import type { Results } from "./results_of.ts";

/** How to read the table. */
export const DECISION_READING: string =
  "The same ε without the signal: as their mean for every image, and permuted among the images. *Helps*: ahead of both, the " +
  "interval over images and seeds above 0 and p < 0.05 (paired t test over seeds, Holm's correction over the two). *Does " +
  "not*: both intervals within the margin, or behind one of them in the same sense. *Undecided*: anything else. *By " +
  "variance*: the same interval by the variance of seeds, images and the rest; with ten seeds or more it is narrower, since " +
  "drawing anew counts the rest three times, with few it is wider, since their variance is hardly known. It stands beside " +
  "the rule, which the plan had fixed before. *Power over seeds*: the chance, at " +
  "the seeds' deviation, that one t test finds a difference as large as the margin, and that the equivalence test finds " +
  "none; both know these test images alone, so the rule answers less often. The last epoch at working size is the main " +
  "comparison; the others stand beside it.";

/**
 * The answer at the last epoch and working size in one or two sentences.
 *
 * @param isMain Whether it is the study's main one; the plan gives a verdict on no other.
 */
export function decisionText(decisions: readonly Decision[], isMain = true): string | undefined {
  const main = decisions.find(({ weights, size }) => weights === "last" && size === "working");
  if (!main) return undefined;
  const against = main.comparisons.map(({ title, bySeed, overSeeds, seeds }) =>
    `${signedText(bySeed.mean)} against ${markdownCell(title)} (95 % ${intervalText(overSeeds)}, ${seeds.length} seeds)`
  );
  const uppers = main.comparisons.map(({ overSeeds }) => overSeeds!.upper);
  // Rounded up: what is excluded must lie outside of the interval.
  const most = Math.ceil(1000 * Math.min(...uppers)) / 1000;
  const little = uppers.some((upper) => upper < main.margin);
  const harms = main.comparisons.some(isBehind);
  const answers = {
    "helps": `The signal **helps**${little ? ", by less than would matter" : ""}`,
    "does not": `The signal **does not help**${harms ? "; it harms" : ""}`,
    "undecided": "Whether the signal helps is **undecided**",
  };
  const excluded = main.answer === "helps" || most <= 0 || !main.complete
    ? ""
    : ` An advantage of more than ${signedText(most)} over both at once is excluded.`;
  const whole = answers[main.answer];
  const beside = whole.replaceAll("**", "_");
  const answer = isMain ? whole : `Beside the main comparison, ${beside[0].toLowerCase()}${beside.slice(1)}`;
  return `${answer}: ${against.join(", ")}.${excluded}${
    main.complete ? "" : " **Runs are still missing; this is no final answer.**"
  }`;
}

/** The answer on each data set of a study as a list in Markdown, and which runs are missing. */
export function answersText({ study, groups }: Pick<Results, "study" | "groups">): string {
  return groups.map(({ title, methods, compared, comparisons, decisions, note }, index) => {
    const where = `- **${markdownCell(title)}, study \`${study.name}\`.**`;
    if (methods.every(({ records }) => records.length === 0)) return `${where} No run yet.`;
    const unfinished = methods.filter(({ complete }) => !complete);
    const main = decisions.length > 0
      ? [...OF_THE_PLAN, compared, ...comparisons.map(({ method }) => method)]
      : undefined;
    const gaps = unfinished.filter(({ method }) => main?.includes(method) ?? true);
    const named = gaps.map(({ title, seeds }) => `${title} (${seeds})`);
    const missing = named.length > 0 ? ` Missing runs: ${markdownCell(listText(named))}.` : "";
    const others = unfinished.length - gaps.length;
    const explored = others > 0 ? ` Runs of what is explored beside it are missing, too (${others}).` : "";
    const answer = decisionText(decisions, index === 0) ?? "No answer yet.";
    return [`${where} ${answer}${missing}${explored}`, ...(note ? [note] : [])].join(" ");
  }).join("\n");
}

/** What both tables say of the difference to a control. */
const DIFFERENCE_HEADINGS = [
  ">Seeds",
  ">Δ Dice over seeds",
  ">95 %, images and seeds",
  ">95 %, by variance",
  ">t test p",
  ">p, Holm",
] as const;

function differenceCells({ seeds, bySeed, overSeeds, byVariance, pValue, corrected }: ControlComparison): string[] {
  return [
    `${seeds.length}`,
    `${signedText(bySeed.mean)} ± ${bySeed.deviation!.toFixed(3)}`,
    intervalText(overSeeds),
    intervalText(byVariance),
    pValueText(pValue),
    pValueText(corrected),
  ];
}

/** Every decision, one line a control. */
export function decisionTable(decisions: readonly Decision[]): string {
  return markdownTable(
    ["Minus", "Dice at", ...DIFFERENCE_HEADINGS, ">p, equivalence", ">Power over seeds", "The signal"],
    decisions.flatMap(({ weights, size, answer, comparisons }) =>
      comparisons.map((one) => [
        markdownCell(one.title),
        `${WEIGHTS_TITLES[weights]}, ${size} size`,
        ...differenceCells(one),
        pValueText(one.equivalencePValue),
        `${one.power.toFixed(2)}, ${one.equivalencePower.toFixed(2)}`,
        answer,
      ])
    ),
  );
}

/** How to read the table of what was explored. */
export const EXPLORED_READING: string =
  "No verdict: among so many some come out ahead by chance. p is corrected (Holm) over all that are planned and both " +
  "controls. One that is ahead of both, every seed being there, is trained again on seeds that had no part in finding it.";

/** Every explored method, one line a control. */
export function exploredTable(explored: readonly ExploredMethod[]): string {
  return markdownTable(
    ["Method", "Minus", ...DIFFERENCE_HEADINGS, "To confirm on new seeds"],
    explored.flatMap(({ title, comparisons, complete, goesOn }) =>
      comparisons.map((one) => [
        markdownCell(title),
        markdownCell(one.title),
        ...differenceCells(one),
        goesOn ? "yes" : complete ? "no" : "seeds are missing",
      ])
    ),
  );
}
