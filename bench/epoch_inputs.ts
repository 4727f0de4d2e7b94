/**
 * What both sides of `deno task bench --work epoch` train on: writes synthetic image files where no own ones are given, and
 * prints which file belongs to which part, as our training splits them.
 *
 * @module
 */
import { join } from "node:path";
import sharp from "sharp";
import { readFolder } from "../lib/data/folder_layout.ts";
import { openData } from "../lib/data/open_data.ts";
import { syntheticImage } from "../lib/data/synthetic/image.ts";
import type { SplitPart } from "../lib/data/image_pairs.ts";
import type { Experiment } from "../lib/experiment/experiment.ts";

/** Files of the images and masks of each part. */
export type TrainingFiles = Readonly<Record<SplitPart, readonly (readonly [image: string, mask: string])[]>>;

/** Height and width of the synthetic files, pixels: colonoscopes give about as many. */
const SYNTHETIC_SIZE = 512;
const SYNTHETIC_COUNT = 300;

async function writeSyntheticFiles(folder: string): Promise<void> {
  const raw = { width: SYNTHETIC_SIZE, height: SYNTHETIC_SIZE };
  for (const name of ["images", "masks"]) await Deno.mkdir(join(folder, name), { recursive: true });
  for (let index = 0; index < SYNTHETIC_COUNT; index++) {
    const { image, mask } = syntheticImage(1, index, SYNTHETIC_SIZE);
    const name = String(index).padStart(4, "0");
    await sharp(image, { raw: { ...raw, channels: 3 } }).jpeg({ quality: 95 })
      .toFile(join(folder, "images", `${name}.jpg`));
    await sharp(mask.map((value) => 255 * value), { raw: { ...raw, channels: 1 } })
      .png().toFile(join(folder, "masks", `${name}.png`));
  }
}

async function filesOfParts(folder: string, experiment: Experiment): Promise<TrainingFiles> {
  const { dataset, split } = await openData(experiment, { own: folder });
  const pairs = new Map(readFolder(folder).pairs.map((pair) => [pair.id, [pair.image, pair.mask] as const]));
  const files = (indices: readonly number[]) => indices.map((index) => pairs.get(dataset.ids[index])!);
  return { train: files(split.train), validation: files(split.validation), test: files(split.test) };
}

if (import.meta.main) {
  const [folder, experiment] = Deno.args;
  if (experiment === undefined) await writeSyntheticFiles(folder);
  else console.log(JSON.stringify(await filesOfParts(folder, JSON.parse(experiment))));
}
