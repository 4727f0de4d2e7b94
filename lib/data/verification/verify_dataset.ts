/**
 * Checks the folder of a published data set.
 *
 * @module
 */
import { readReleases, type Release } from "../acquisition/published_release.ts";
import { listImagePairs, type ReadProgress } from "../image_pairs.ts";
import { inOrder } from "../read_pairs.ts";
import { datasetNotFound, findRealDataset, type RealDataset } from "../real_dataset.ts";
import { SPLIT_KINDS, splitDataset } from "../split.ts";
import { type Check, CHECKS, type Finding } from "./checks.ts";
import { type ExaminedPair, examineFile, examinePair } from "./examine_pair.ts";
import { checkPublishedFiles, countFindings, duplicateFindings, nearDuplicateFindings } from "./set_findings.ts";

/** The result of all checks. */
export interface Verification {
  /** Name of the data set, as in "kvasir-seg". */
  readonly dataset: string;
  readonly folders: { readonly images: string; readonly masks: string };
  /** The format of the published release that it is, as in "TIFF"; nothing where no file is of one. */
  readonly format?: string;
  /** Whether the folder was held against the whole published data set or is the user's own selection. */
  readonly selection: boolean;
  readonly passed: boolean;
  /** Of the folder; `expectedPairs` of the published data set, `polypPixels` of all masks at native size. */
  readonly counts: Readonly<Record<"images" | "masks" | "pairs" | "expectedPairs" | "polypPixels", number>>;
  readonly findings: readonly Finding[];
  /** What one should know and is not wrong, such as near-duplicates that the published data set has. */
  readonly notes: readonly Finding[];
}

/** What to check. */
export interface VerifyOptions {
  readonly definition: RealDataset;
  readonly directory: string;
  /** Whether the folder is the user's own selection or addition: what the published set has is then only noted. */
  readonly selection?: boolean;
  readonly releases?: readonly Release[];
  readonly onProgress?: ReadProgress;
}

/** Checks that hold a folder against the published data set. */
const AGAINST_PUBLISHED: readonly Check[] = ["count", "polyp area", "checksums"];

/**
 * Reads every file of a data set's folder and returns all that is wrong with it ({@linkcode CHECKS}), and notes on what
 * the published data set itself has. Nothing is changed.
 *
 * @throws Only if the data set is not found.
 */
export async function verifyDataset(options: VerifyOptions): Promise<Verification> {
  const { definition, directory, selection = false, releases = readReleases(definition) } = options;
  const folders = findRealDataset(definition, directory);
  if (folders === undefined) throw new Error(datasetNotFound(definition, directory));
  const listing = await listImagePairs(folders, definition.extensions);
  const { single, pairs: { length: total } } = listing, singleFindings: Finding[] = [];
  const pairs: ExaminedPair[] = [];
  await inOrder(listing.pairs, examinePair, (_, examined) => {
    pairs.push(examined);
    options.onProgress?.({ done: pairs.length, total });
  });
  const sums = new Map<string, string | undefined>(
    pairs.flatMap(({ image, mask, imageSum, maskSum }) => [[image, imageSum], [mask, maskSum]]),
  );
  for (const file of [...single.images, ...single.masks]) {
    sums.set(file, (await examineFile(file, singleFindings)).sum);
  }
  const files = checkPublishedFiles(folders, sums, { definition, releases });
  const ids = pairs.map(({ id }) => id);
  const { groups, notes: groupNotes } = definition.groupsOf(ids);
  const alike = nearDuplicateFindings(pairs, groups, files.published);
  const found: Finding[] = [
    ...countFindings(definition, folders, pairs),
    ...listing.findings.map((finding) => ({ check: "pairs", ...finding }) as const),
    ...pairs.flatMap(({ findings }) => findings),
    ...singleFindings,
    ...files.findings,
    ...duplicateFindings(pairs),
    ...alike.findings,
    ...splitFindings(folders.images, { name: definition.name, ids, groups }, !selection),
  ];
  const known = (finding: Finding) => selection && AGAINST_PUBLISHED.includes(finding.check);
  const findings = sorted(found.filter((finding) => !known(finding)));
  const notes = sorted([
    ...found.filter(known),
    ...alike.notes,
    ...groupNotes.map((message): Finding => ({ check: "splits", file: folders.images, message })),
  ]);
  return {
    dataset: definition.name,
    folders,
    ...(files.format && { format: files.format }),
    selection,
    passed: findings.length === 0,
    counts: {
      images: pairs.length + single.images.length,
      masks: pairs.length + single.masks.length,
      pairs: pairs.length,
      expectedPairs: definition.official.count,
      polypPixels: pairs.reduce((sum, { foreground }) => sum + foreground, 0),
    },
    findings,
    notes,
  };
}

/** Why the data set can't be split by image, by group or, where it is the whole Kvasir-SEG, as published. */
function splitFindings(
  file: string,
  dataset: { readonly name: string; readonly ids: readonly string[]; readonly groups: readonly string[] },
  whole: boolean,
): Finding[] {
  const kinds = SPLIT_KINDS.filter((kind) => kind !== "published" || (whole && dataset.name === "kvasir-seg"));
  return kinds.flatMap((kind): Finding[] => {
    try {
      splitDataset(dataset, { kind, seed: 1 });
      return [];
    } catch (error) {
      return [{ check: "splits", file, message: `"${file}", ${kind} split: ${(error as Error).message}` }];
    }
  });
}

/** Findings in the order of the checks. */
function sorted(findings: readonly Finding[]): Finding[] {
  const order = Object.keys(CHECKS);
  return findings.toSorted((a, b) => order.indexOf(a.check) - order.indexOf(b.check));
}
