/**
 * Results for people and programs in a folder: the files that `deno task reproduce` leaves.
 *
 * @module
 */
import { join } from "@std/path";
import { writeAtomically } from "../files/atomic_file.ts";
import { METRIC_NAMES, METRIC_TITLES, type MetricName } from "../metrics/metric_names.ts";
import { markdownCell } from "../text/escape.ts";
import { fewSeedsTexts, seedsOf } from "./few_seeds.ts";
import { durationText, listText, metricText } from "./result_texts.ts";
import { markdownTable } from "../text/markdown_table.ts";
import { resultsCsvFiles } from "./results_csv.ts";
import type { GroupResults, Results } from "./results_of.ts";
import { encodeRecord } from "./record_encoding.ts";

/** Names of the files that are written. */
export const RESULT_FILES = { markdown: "results.md", csv: "results.csv", json: "results.json" } as const;

/**
 * Writes the results of a study: the table of methods as Markdown and, of both weights, as CSV; and everything as JSON,
 * with the record of each run.
 *
 * @param known results of a study with more seeds, for what one seed can't say
 * @returns the Markdown
 */
export async function writeResults(directory: string, results: Results, known?: Results): Promise<string> {
  await Deno.mkdir(directory, { recursive: true });
  const markdown = resultsTable(results, known);
  const { study, groups, records, settings, environments, seconds } = results;
  const json = {
    format: 2,
    ...{ study, settings, environments, networks: records.length, seconds },
    groups: groups.map(({ methods, ...group }) => ({
      ...group,
      methods: methods.map(({ records, ...method }) => ({ ...method, runs: records.map(({ run }) => run) })),
    })),
    records: records.map((record) => JSON.parse(encodeRecord(record))),
  };
  const files = {
    [RESULT_FILES.markdown]: markdown,
    [RESULT_FILES.csv]: resultsCsvFiles(results)["methods.csv"] ?? "",
    [RESULT_FILES.json]: JSON.stringify(json, null, 1) + "\n",
  };
  for (const [name, text] of Object.entries(files)) {
    await writeAtomically(join(directory, name), new TextEncoder().encode(text));
  }
  return markdown;
}

/**
 * Table 2 in Markdown: for each method one row of ours (the highest mean of each metric in bold), with the thesis' values
 * beside them in brackets, and below it what the numbers depend on.
 *
 * @param known results of a study with more seeds, for what one seed can't say
 */
export function resultsTable(results: Results, known?: Results): string {
  return results.groups.filter(({ images }) => images > 0).map((group) => {
    const rows = group.methods.filter(({ best }) => best);
    const highest = (name: MetricName) => Math.max(...rows.map(({ best }) => best![name].mean));
    const cells = rows.map(({ title, epsilon, best, thesis }) => [
      markdownCell(title),
      epsilon,
      ...METRIC_NAMES.map((name) => {
        const value = metricText(best![name].mean);
        const ours = best![name].mean === highest(name) ? `**${value}**` : value;
        return thesis ? `${ours} (${metricText(thesis[name])})` : ours;
      }),
    ]);
    const headings = ["Method", "ε", ...METRIC_NAMES.map((name) => `>${METRIC_TITLES[name]}`)];
    return [markdownTable(headings, cells), "", describe(group, results, known)].join("\n") + "\n";
  }).join("\n");
}

function describe(group: GroupResults, { study, environments, seconds }: Results, known?: Results): string {
  const seeds = seedsOf(group);
  const missing = group.methods.filter(({ best }) => !best).map(({ title }) => markdownCell(title));
  const text = [
    `Data: ${markdownCell(group.title)}, ${group.images} test images`,
    `profile \`${study.profile}\``,
    `seed ${seeds.join(", ")}`,
    "weights of the best validation epoch",
    "means over images at probability 0.5",
    `training ${durationText(seconds)} in all`,
    ...environments.map(markdownCell),
  ].join("; ");
  return [
    `${text}.`,
    group.methods.some(({ thesis }) => thesis)
      ? "In brackets the thesis' Table 2: Kvasir-SEG at 224 px, width 64, 200 epochs; split and seeds not named."
      : "The thesis has no table for these images.",
    ...(missing.length > 0 ? [`Without a run: ${listText(missing)}.`] : []),
    ...fewSeedsTexts(group, known).map(markdownCell),
  ].join(" ");
}
