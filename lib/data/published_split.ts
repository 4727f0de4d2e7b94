/**
 * The split of Kvasir-SEG that its authors publish: 880 training and 120 test images.
 *
 * @module
 */
import { randomStream, shuffled } from "../random/random_stream.ts";
import type { SegmentationDataset } from "./segmentation_dataset.ts";
import { ascending, checkSplit, dealOut, type Split } from "./split.ts";
import { readSplitFile } from "./split_file.ts";

/** Lists of one id a line. */
const TRAIN_LIST = "kvasir_880_train.txt";
const TEST_LIST = "kvasir_120_val.txt";

/**
 * Kvasir-SEG's published split: the 120 images of the published list are the test part; from the 880, `validation` of
 * them (default 0.1, 88 images) are drawn by the seed, near-duplicates kept together.
 *
 * Of a subset of Kvasir-SEG each image stays on the side where the lists have it.
 *
 * @throws If an image stands on neither list, or if a part would be empty.
 */
export function publishedSplit(
  dataset: Pick<SegmentationDataset, "name" | "ids" | "groups">,
  { seed, validation = 0.1 }: { seed: number; validation?: number },
): Split {
  const trainIds = new Set(readIds(TRAIN_LIST)), testIds = new Set(readIds(TEST_LIST));
  const unknown = dataset.ids.filter((id) => !trainIds.has(id) && !testIds.has(id));
  if (unknown.length > 0) {
    throw new Error(
      `Cannot use the published split for "${dataset.name}": expected images of Kvasir-SEG's lists, found ` +
        `${unknown.length} others, the first of them "${unknown[0]}"`,
    );
  }
  const indices = [...dataset.ids.keys()];
  const test = indices.filter((index) => testIds.has(dataset.ids[index]));
  const rest = indices.filter((index) => trainIds.has(dataset.ids[index]));
  const groups = Map.groupBy(rest, (index) => dataset.groups[index]);
  const order = shuffled([...groups.values()], randomStream(seed, "published split"));
  const { taken, left } = dealOut(order, Math.max(1, Math.round(validation * rest.length)));
  const split: Split = { kind: "published", ...ascending({ train: left, validation: taken, test: [test] }) };
  if (split.train.length === 0 || split.test.length === 0) {
    throw new Error(
      `Cannot use the published split for "${dataset.name}": expected images of both lists, found ${rest.length} of the ` +
        `880 and ${test.length} of the 120`,
    );
  }
  checkSplit(split, dataset.ids.length);
  return split;
}

function readIds(list: string): string[] {
  return readSplitFile(list).split("\n").map((line) => line.trim()).filter((line) => line !== "");
}
