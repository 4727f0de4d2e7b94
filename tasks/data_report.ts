/**
 * What `deno task data verify` prints and writes.
 *
 * @module
 */
import { type Check, CHECKS, type Finding, type Verification } from "../lib/data/verification/verification.ts";

/** Notes of one check that are printed; all of them stand in the file of --json. */
const MOST_NOTES = 5;

/**
 * The lines of a report: counts, one line a check, every finding, and the first notes of each check. Another number of
 * pairs than the published one leaves the question of their polyp area open.
 *
 * @param title of the data set
 */
export function reportLines(title: string, { format, folders, counts, findings, notes }: Verification): string[] {
  const number = (check: Check) => findings.filter((finding) => finding.check === check).length;
  const open = (check: string) => check === "polyp area" && counts.pairs !== counts.expectedPairs;
  const width = Math.max(...Object.keys(CHECKS).map((check) => check.length));
  return [
    `${title}${format ? ` (${format})` : ""}: ${counts.images} images in ${folders.images}`,
    `${" ".repeat(title.length)}  ${counts.masks} masks in ${folders.masks}`,
    ...Object.entries(CHECKS).map(([check, asks]) => {
      const wrong = number(check as Check);
      return `  ${(wrong > 0 ? `${wrong} wrong` : open(check) ? "not asked" : "ok").padEnd(10)}${
        check.padEnd(width)
      }  ${asks}`;
    }),
    ...section("Findings", findings.map(({ message }) => message)),
    ...section("Notes", firstNotes(notes)),
  ];
}

/** The one sentence that a failed check ends with. */
export function failureLine(title: string, { dataset, folders, findings }: Verification): string {
  const number = Map.groupBy(findings, ({ check }) => check);
  const parts = [...number].map(([check, { length }]) => `${length} × ${check}`).join(", ");
  const files = new Set(findings.map(({ file }) => file)).size;
  const count = (many: number, what: string) => `${many} ${what}${many === 1 ? "" : "s"}`;
  return `Cannot accept ${title} in ${folders.images}: ${count(findings.length, "finding")} in ${
    count(files, "file")
  } ` +
    `(${parts}). Mend them, or get the data set anew by \`deno task data ${dataset}\`.`;
}

/** The report as JSON. */
export function reportJson(verification: Verification): string {
  const checks = Object.entries(CHECKS).map(([check, asks]) => {
    const number = (list: readonly Finding[]) => list.filter((finding) => finding.check === check).length;
    return { check, asks, findings: number(verification.findings), notes: number(verification.notes) };
  });
  const { findings, notes, ...rest } = verification;
  return JSON.stringify({ ...rest, checks, findings, notes }, null, 2) + "\n";
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  ${line}`)];
}

function firstNotes(notes: readonly Finding[]): string[] {
  return [...Map.groupBy(notes, ({ check }) => check)].flatMap(([check, list]) => {
    const more = list.length - MOST_NOTES;
    const first = list.slice(0, MOST_NOTES).map(({ message }) => message);
    return more > 0 ? [...first, `and ${more} more notes on ${check} (--json FILE has all)`] : first;
  });
}
