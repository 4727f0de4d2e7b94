/**
 * Folders of drawn images and masks for the tests of the loaders; made with sharp in temporary folders.
 *
 * @module
 */
import { dirname, join } from "@std/path";
import sharp from "sharp";

/** Writes one image of random-looking colours or, with `mask`, one with a white square in a corner on black. */
export async function writeImage(
  path: string,
  { width = 12, height = 8, mask = false, white = 255, seed = 1 }: {
    width?: number;
    height?: number;
    mask?: boolean;
    white?: number;
    seed?: number;
  } = {},
): Promise<void> {
  const pixels = new Uint8Array(3 * width * height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const inSquare = pixel % width < width / 2 && pixel / width < height / 2;
    for (let channel = 0; channel < 3; channel++) {
      pixels[3 * pixel + channel] = mask ? (inSquare ? white : 0) : (37 * pixel + 91 * channel + 53 * seed) % 256;
    }
  }
  Deno.mkdirSync(dirname(path), { recursive: true });
  await sharp(pixels, { raw: { width, height, channels: 3 } }).toFile(path);
}

/** A temporary folder with `images` and `masks`, one pair for each id; removed when disposed of. */
export async function imageFolder(
  ids: readonly string[],
  { extension = ".png", images = "images", masks = "masks" } = {},
): Promise<{ path: string } & Disposable> {
  const path = Deno.makeTempDirSync();
  for (const [index, id] of ids.entries()) {
    await writeImage(join(path, images, id + extension), { seed: index });
    await writeImage(join(path, masks, id + extension), { mask: true });
  }
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}
