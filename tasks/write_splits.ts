/**
 * Writes the splits of the protocol into `data/splits` as lists of ids: who has the images but not this library can use
 * the same ones. A test compares them with what the library splits.
 *
 * @module
 */
import { parse } from "@std/csv";
import { CVC_CLINICDB } from "../lib/data/cvc_clinicdb.ts";
import { KVASIR_SEG } from "../lib/data/kvasir_seg.ts";
import type { SegmentationDataset } from "../lib/data/segmentation_dataset.ts";
import { type Split, splitDataset, type SplitKind } from "../lib/data/split.ts";
import { readSplitFile } from "../lib/data/real_dataset.ts";
import { join } from "node:path";
import { projectFolder } from "./setup/project_folder.ts";
import { writeFileAtomically } from "./cli/write_file.ts";

/** Seed of the splits of all experiments that name no other. */
export const PROTOCOL_SPLIT_SEED = 0;

/** The kinds of split of each published data set that are committed. */
const COMMITTED: readonly (readonly [dataset: string, kind: SplitKind])[] = [
  ["kvasir-seg", "grouped"],
  ["kvasir-seg", "published"],
  ["cvc-clinicdb", "grouped"],
  ["cvc-clinicdb", "random"],
];

/**
 * A split as text: the line `id,part`, then one line an image in the data set's order; part is train, validation or test.
 */
function splitList(ids: readonly string[], split: Split): string {
  const partOf = new Map(
    (["train", "validation", "test"] as const).flatMap((part) => split[part].map((index) => [index, part] as const)),
  );
  return ["id,part", ...ids.map((id, index) => `${id},${partOf.get(index)}`), ""].join("\n");
}

/** The text of every committed list by its file's name, made anew. */
export function protocolSplitLists(): Record<string, string> {
  return Object.fromEntries(COMMITTED.map(([name, kind]) => {
    const dataset = publishedDataset(name);
    const split = splitDataset(dataset, { kind, seed: PROTOCOL_SPLIT_SEED });
    return [`${name}_${kind}_seed${PROTOCOL_SPLIT_SEED}.csv`, splitList(dataset.ids, split)];
  }));
}

/** Ids and groups of a whole published data set, in the order in which it is read. */
export function publishedDataset(name: string): Pick<SegmentationDataset, "name" | "ids" | "groups"> {
  const ids = name === "kvasir-seg"
    ? ["kvasir_880_train.txt", "kvasir_120_val.txt"].flatMap((list) => readSplitFile(list).trim().split(/\s+/))
    : parse(readSplitFile("clinicdb_frame_sequence.csv"), { skipFirstRow: true }).map((row) => row.frame!);
  ids.sort(new Intl.Collator("en", { numeric: true }).compare); // as listImagePairs()
  return { name, ids, groups: (name === KVASIR_SEG.name ? KVASIR_SEG : CVC_CLINICDB).groupsOf(ids).groups };
}

if (import.meta.main) {
  for (const [name, text] of Object.entries(protocolSplitLists())) {
    await writeFileAtomically(join(projectFolder().root, "data", "splits", name), text);
    console.log(`data/splits/${name}`);
  }
}
