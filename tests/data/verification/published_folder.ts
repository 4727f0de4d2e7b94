/**
 * A temporary folder with a small data set of drawn images, published as far as its definition and checksums go.
 *
 * @module
 */
import { join } from "@std/path";
import sharp from "sharp";
import { sha256 } from "../../../lib/data/acquisition/published_release.ts";
import type { Release } from "../../../lib/data/acquisition/published_release.ts";
import { CVC_CLINICDB } from "../../../lib/data/cvc_clinicdb.ts";
import type { RealDataset } from "../../../lib/data/real_dataset.ts";
import { randomStream } from "../../../lib/random/random_stream.ts";

/** Width and height of an image, and of the square that its mask has in a corner, pixels. */
const WIDTH = 48, HEIGHT = 32, SQUARE = 10;

/** A published data set in a folder. */
export interface PublishedFolder extends Disposable {
  readonly directory: string;
  readonly definition: RealDataset;
  readonly releases: readonly Release[];
  /** Path of an image or a mask. */
  readonly path: (kind: "images" | "masks", id: string | number) => string;
}

/**
 * Makes a data set of `count` pairs called 1, 2, …
 *
 * @param alike pairs of ids whose images differ in a few pixels only
 */
export async function publishedFolder(count = 12, alike: readonly (readonly [number, number])[] = []): Promise<
  PublishedFolder
> {
  const directory = Deno.makeTempDirSync();
  const path = (kind: string, id: string | number) => join(directory, kind, `${id}.png`);
  for (const kind of ["images", "masks"]) Deno.mkdirSync(join(directory, kind));
  const files = new Map<string, string>();
  for (let id = 1; id <= count; id++) {
    const model = alike.find(([, other]) => other === id)?.[0];
    await writeDrawing(path("images", id), model ?? id, { touch: model === undefined ? 0 : id });
    await writeSquare(path("masks", id), SQUARE + id % 3, id);
    for (const kind of ["images", "masks"]) files.set(`${kind}/${id}.png`, sha256(Deno.readFileSync(path(kind, id))));
  }
  const foreground = Array.from({ length: count }, (_, index) => (SQUARE + (index + 1) % 3) ** 2);
  return {
    directory,
    path,
    releases: [{ format: "PNG", files, extras: new Map() }],
    definition: {
      ...CVC_CLINICDB,
      official: { count, foreground: foreground.reduce((a, b) => a + b, 0), bytes: 1 },
      groupsOf: (ids) => ({ groups: [...ids], notes: [] }),
    },
    [Symbol.dispose]: () => Deno.removeSync(directory, { recursive: true }),
  };
}

/** Draws coarse random blocks of colour; drawings of two seeds look different. `touch` changes a few pixels. */
export async function writeDrawing(
  path: string,
  seed: number,
  { touch = 0, width = WIDTH, height = HEIGHT }: { touch?: number; width?: number; height?: number } = {},
): Promise<void> {
  const stream = randomStream(seed, "drawing");
  const blocks = Uint8Array.from({ length: 3 * 64 }, () => stream.integer(0, 255));
  const drawing = sharp(blocks, { raw: { width: 8, height: 8, channels: 3 } }).resize(width, height, { fit: "fill" });
  const pixels = new Uint8Array(await drawing.raw().toBuffer());
  for (let entry = 0; entry < touch; entry++) pixels[entry] ^= 8;
  await sharp(pixels, { raw: { width, height, channels: 3 } }).toFile(path);
}

/** A mask with one white square; `shift` moves it, `white` is its level. */
export async function writeSquare(
  path: string,
  side: number,
  shift = 0,
  { width = WIDTH, height = HEIGHT, white = 255 } = {},
): Promise<void> {
  const pixels = new Uint8Array(width * height);
  for (let row = 0; row < Math.min(side, height); row++) {
    for (let column = 0; column < Math.min(side, width); column++) pixels[row * width + column + shift % 16] = white;
  }
  await sharp(pixels, { raw: { width, height, channels: 1 } }).toFile(path);
}
