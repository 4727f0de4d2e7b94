/**
 * Checks the folder of a published data set.
 *
 * @module
 */
import { readReleases, type Release } from "../acquisition/published_release.ts";
import { type ImagePair, listImagePairs, type PairListing, type ReadProgress } from "../image_pairs.ts";
import { datasetNotFound, findRealDataset, type RealDataset } from "../real_dataset.ts";
import { duplicateFindings, nearDuplicateFindings } from "./duplicate_findings.ts";
import { type ExaminedPair, examineFile, examinePair } from "./examine_pair.ts";
import { checkPublishedFiles, countFindings, polypPixels } from "./published_findings.ts";
import { trySplits } from "./split_findings.ts";
import { type Check, CHECKS, type Finding, type Verification } from "./verification.ts";

/** What to check. */
export interface VerifyOptions {
  readonly definition: RealDataset;
  /** The data set's folder or the one above it. */
  readonly directory: string;
  /** Whether the folder is the user's own selection or addition: what the published set has is then only noted. */
  readonly selection?: boolean;
  /** Releases with their checksums; by default the project's lists. */
  readonly releases?: readonly Release[];
  readonly onProgress?: ReadProgress;
}

/** Pairs read at once. */
const CONCURRENCY = 3;
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
  const pairs = await examineAll(listing.pairs, options.onProgress);
  const singleFindings: Finding[] = [];
  const sums = new Map<string, string | undefined>(
    pairs.flatMap(({ image, mask, imageSum, maskSum }) => [[image, imageSum], [mask, maskSum]]),
  );
  for (const file of [...listing.single.images, ...listing.single.masks]) {
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
    ...trySplits(folders, { name: definition.name, ids, groups }, { published: !selection }),
  ];
  const known = (finding: Finding) => selection && AGAINST_PUBLISHED.includes(finding.check);
  const findings = inOrder(found.filter((finding) => !known(finding)));
  const notes = inOrder([
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
    counts: { ...countFiles(listing), expectedPairs: definition.official.count, polypPixels: polypPixels(pairs) },
    findings,
    notes,
  };
}

async function examineAll(pairs: readonly ImagePair[], onProgress?: ReadProgress): Promise<ExaminedPair[]> {
  const examined: ExaminedPair[] = [];
  let next = 0, done = 0;
  const examineUntilNoneIsLeft = async () => {
    for (let index = next++; index < pairs.length; index = next++) {
      examined[index] = await examinePair(pairs[index]);
      onProgress?.({ done: ++done, total: pairs.length });
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, examineUntilNoneIsLeft));
  return examined;
}

function countFiles({ pairs, single }: PairListing): { images: number; masks: number; pairs: number } {
  return {
    images: pairs.length + single.images.length,
    masks: pairs.length + single.masks.length,
    pairs: pairs.length,
  };
}

/** Findings in the order of the checks. */
function inOrder(findings: readonly Finding[]): Finding[] {
  const order = Object.keys(CHECKS);
  return findings.toSorted((a, b) => order.indexOf(a.check) - order.indexOf(b.check));
}
