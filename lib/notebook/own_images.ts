/**
 * Which images notebook 6 works on: the reader's own, or drawings in their place.
 *
 * @module
 */
import { join } from "@std/path";
import sharp from "sharp";
import { datasetReference } from "../data/dataset_reference.ts";
import { syntheticImage } from "../data/synthetic/image.ts";
import { projectDirectory } from "../project_directory.ts";

/** Height = width of the drawings, pixels. */
const SIDE = 96;

/**
 * The folder or manifest to work on: the one that is named here, else the one that the settings name, else drawings in the
 * project's cache, which are made where they are missing.
 *
 * @param named "" for none.
 * @param dataset The settings' data set; a published one is none of one's own.
 */
export async function ownImages(named: string, dataset?: string): Promise<string> {
  return named || (dataset && datasetReference(dataset).own) ||
    await cachedDrawings(join(projectDirectory(), ".cache"));
}

/** Whole drawings only come into the cache, whoever else makes them at the same time. */
async function cachedDrawings(cache: string): Promise<string> {
  const folder = join(cache, "drawings");
  const isThere = () => Deno.stat(folder).then(() => true, () => false);
  if (await isThere()) return folder;
  await Deno.mkdir(cache, { recursive: true });
  const made = await Deno.makeTempDir({ dir: cache, prefix: "drawings_" });
  try {
    await Deno.rename(await drawnImages(made), folder);
  } catch (error) {
    if (!await isThere()) throw error;
  } finally {
    await Deno.remove(made, { recursive: true });
  }
  return folder;
}

/**
 * Writes drawings of polyps and their masks as people keep them, `images/NAME.png` and `masks/NAME.png` (0 and 255), into
 * a folder called `drawings` in a folder.
 *
 * @returns Its path.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const folder = await drawnImages(await Deno.makeTempDir(), 3);
 * assertEquals([...Deno.readDirSync(`${folder}/masks`)].length, 3);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function drawnImages(parent: string, count = 160): Promise<string> {
  const folder = join(parent, "drawings");
  for (const part of ["images", "masks"]) await Deno.mkdir(join(folder, part), { recursive: true });
  for (let index = 0; index < count; index++) {
    const { image, mask } = syntheticImage(1, index, SIDE);
    const size = { width: SIDE, height: SIDE };
    const name = `drawing ${index + 1}.png`;
    const write = async (part: string, pixels: Uint8Array, channels: 1 | 3) =>
      await Deno.writeFile(
        join(folder, part, name),
        await sharp(pixels, { raw: { ...size, channels } }).png().toBuffer(),
      );
    await write("images", image, 3);
    await write("masks", mask.map((value) => 255 * value), 1);
  }
  return folder;
}
