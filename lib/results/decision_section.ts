/**
 * The answer of a decisive study in words and as a table.
 *
 * @module
 */
import { markdownCell } from "../text/escape.ts";
import type { ControlComparison, Decision } from "./decision.ts";
import { intervalText, listText, pValueText, signedText, WEIGHTS_TITLES } from "./result_texts.ts";
import { markdownTable } from "../text/markdown_table.ts";
import type { Results } from "./results_of.ts";

/** How to read the table. */
export const DECISION_READING: string =
  "The same ε without the signal: as their mean for every image, and permuted among the images. *Helps*: ahead of both, the " +
  "interval over images and seeds above 0 and p < 0.05 (paired t test over seeds, Holm's correction over the two). *Does " +
  "not*: both intervals within the margin, or behind one of them in the same sense. *Undecided*: anything else. *Power*: " +
  "the chance, at the seeds' deviation, to find a difference as large as the margin, and to find that there is none. The " +
  "last epoch at working size is the main comparison; the others stand beside it.";

/** The main answer in one or two sentences. */
export function decisionText(decisions: readonly Decision[]): string | undefined {
  const main = decisions.find(({ weights, size }) => weights === "last" && size === "working");
  if (!main) return undefined;
  const against = main.comparisons.map(({ title, bySeed, overSeeds, seeds }) =>
    `${signedText(bySeed.mean)} against ${markdownCell(title)} (95 % ${intervalText(overSeeds)}, ${seeds.length} seeds)`
  );
  const most = Math.min(...main.comparisons.map(({ overSeeds }) => overSeeds!.upper));
  const little = main.comparisons.every(({ overSeeds }) => overSeeds!.upper < main.margin);
  const answers = {
    "helps": `The signal **helps**${little ? ", by less than would matter" : ""}`,
    "does not": "The signal **does not help**",
    "undecided": "Whether the signal helps is **undecided**",
  };
  const excluded = main.answer === "helps" || most <= 0
    ? ""
    : ` An advantage of more than ${signedText(most)} over both is excluded.`;
  return `${answers[main.answer]}: ${against.join(", ")}.${excluded}${
    main.complete ? "" : " **Runs are still missing; this is no final answer.**"
  }`;
}

/** The answer on each data set of a study as a list in Markdown, and which runs are missing. */
export function answersText({ study, groups }: Pick<Results, "study" | "groups">): string {
  return groups.map(({ title, methods, decisions, note }) => {
    const where = `- **${markdownCell(title)}, study \`${study.name}\`.**`;
    if (methods.every(({ records }) => records.length === 0)) return `${where} No run yet.`;
    const gaps = methods.filter(({ complete }) => !complete).map(({ title, seeds }) => `${title} (${seeds})`);
    const missing = gaps.length > 0 ? ` Missing runs: ${markdownCell(listText(gaps))}.` : "";
    const answer = decisionText(decisions) ?? "No answer yet.";
    return [`${where} ${answer}${missing}`, ...(note ? [note] : [])].join(" ");
  }).join("\n");
}

/** Every decision, one line a control. */
export function decisionTable(decisions: readonly Decision[]): string {
  const headings = [
    "Minus",
    "Dice at",
    ">Seeds",
    ">Δ Dice over seeds",
    ">95 %, images and seeds",
    ">t test p",
    ">p, Holm",
    ">p, equivalence",
    ">Power",
    "The signal",
  ];
  const row = ({ weights, size, answer }: Decision, one: ControlComparison) => [
    markdownCell(one.title),
    `${WEIGHTS_TITLES[weights]}, ${size} size`,
    `${one.seeds.length}`,
    `${signedText(one.bySeed.mean)} ± ${one.bySeed.deviation!.toFixed(3)}`,
    intervalText(one.overSeeds),
    pValueText(one.pValue),
    pValueText(one.corrected),
    pValueText(one.equivalencePValue),
    `${one.power.toFixed(2)}, ${one.equivalencePower.toFixed(2)}`,
    answer,
  ];
  return markdownTable(
    headings,
    decisions.flatMap((decision) => decision.comparisons.map((one) => row(decision, one))),
  );
}
