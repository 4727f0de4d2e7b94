/**
 * Folders of drawings as people have images and masks: noise with a brighter ellipse, and masks of every kind; and of
 * patterns with square masks, whose pixels are easily said.
 *
 * @module
 */
import { dirname, join } from "@std/path";
import sharp, { type Sharp } from "sharp";
import type { DataChoice } from "../../lib/data/open_data.ts";
import { randomStream } from "../../lib/random/random_stream.ts";

/** Width and height of a drawing, pixels. */
export const WIDTH = 96, HEIGHT = 80;

/** The choice of own images that most tests make. */
export const CHOICE: DataChoice = {
  dataset: "own",
  imageCount: 0,
  imageSize: 32,
  fit: "stretch",
  maskValues: "",
  split: "grouped",
  splitSeed: 0,
};

/** A drawing: RGB of the image, and 1 where the ellipse is. */
export interface Drawing {
  readonly pixels: Uint8Array;
  readonly shape: Uint8Array;
}

/** The drawing with this number; all differ in noise, place and size. */
export function drawing(number: number): Drawing {
  const stream = randomStream(number, "drawing");
  const [x, y, width, height] = [
    stream.integer(35, 60),
    stream.integer(30, 50),
    stream.integer(14, 22),
    stream.integer(10, 16),
  ];
  const coarse = Array.from({ length: 12 * 10 }, () => stream.uniform());
  const pixels = new Uint8Array(3 * WIDTH * HEIGHT), shape = new Uint8Array(WIDTH * HEIGHT);
  for (let pixel = 0; pixel < shape.length; pixel++) {
    const [column, row] = [pixel % WIDTH, Math.floor(pixel / WIDTH)];
    shape[pixel] = ((column - x) / width) ** 2 + ((row - y) / height) ** 2 < 1 ? 1 : 0;
    const level = 90 + 60 * coarse[(row >> 3) * 12 + (column >> 3)] + 20 * stream.uniform() + 40 * shape[pixel];
    pixels.set([level, 0.6 * level, 0.5 * level], 3 * pixel);
  }
  return { pixels, shape };
}

/** Writes the image of a drawing; the extension says the format. */
export async function writeDrawing(path: string, { pixels }: Drawing, orientation?: number): Promise<void> {
  Deno.mkdirSync(dirname(path), { recursive: true });
  const image = sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
  await (orientation ? image.withMetadata({ orientation }) : image).toFile(path);
}

/** How a mask file is made of a shape: one to four values a pixel, and then what sharp makes of them. */
export interface MaskKind {
  /** The channels of a pixel by whether it is in the ellipse and its number. */
  readonly value: (isLesion: boolean, pixel: number) => readonly number[];
  readonly save?: (image: Sharp) => Sharp;
  readonly bits?: 16;
}

/** Writes a mask of a kind; without `save` as PNG. */
export async function writeMask(path: string, shape: Uint8Array, { value, save, bits }: MaskKind): Promise<void> {
  Deno.mkdirSync(dirname(path), { recursive: true });
  const values = [...shape].flatMap((one, pixel) => value(one === 1, pixel));
  const channels = (values.length / shape.length) as 1;
  const raw = { width: WIDTH, height: HEIGHT, channels };
  const image = bits === 16
    ? sharp(new Uint16Array(values), { raw }).toColourspace("grey16")
    : channels < 3
    ? sharp(new Uint8Array(values), { raw }).toColourspace("b-w")
    : sharp(new Uint8Array(values), { raw });
  const { data } = await (save ?? ((image) => image.png()))(image).toBuffer({ resolveWithObject: true });
  Deno.writeFileSync(path, data);
}

/** Black and white masks as PNG. */
export const BLACK_AND_WHITE: MaskKind = { value: (isLesion) => [isLesion ? 255 : 0] };

/** A temporary folder `images/` and `masks/` with so many drawings; removed when disposed of. */
export async function drawnFolder(
  count: number,
  { kind = BLACK_AND_WHITE, image = (id: string) => `images/${id}.png`, mask = (id: string) => `masks/${id}.png` }: {
    kind?: MaskKind | ((number: number) => MaskKind);
    image?: (id: string) => string;
    mask?: (id: string) => string;
  } = {},
): Promise<{ path: string; share: number } & Disposable> {
  const path = Deno.makeTempDirSync();
  let lesion = 0;
  for (let number = 0; number < count; number++) {
    const drawn = drawing(number), id = `case${number}`;
    await writeDrawing(join(path, image(id)), drawn);
    await writeMask(join(path, mask(id)), drawn.shape, typeof kind === "function" ? kind(number) : kind);
    lesion += drawn.shape.reduce((sum, value) => sum + value, 0) / drawn.shape.length;
  }
  return { path, share: lesion / count, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

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
