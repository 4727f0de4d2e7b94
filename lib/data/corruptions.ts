/**
 * Stated changes of images, to see how far a network holds on images that are worse than those it was trained on: blur,
 * noise, darkness, compression and glare, each at three strengths. They act on images at working size; lengths are shares
 * of their width, so that one strength means the same at any size.
 *
 * @module
 */
import sharp from "sharp";
import { type RandomStream, randomStream } from "../random/random_stream.ts";
import { type SegmentationDataset, segmentationDataset, subset } from "./segmentation_dataset.ts";

/** What is done, and how much at each strength, from the weakest on. */
export const CORRUPTIONS = {
  /** Gaussian blur; standard deviation, share of the width. */
  blur: [0.01, 0.02, 0.04],
  /** Gaussian noise on every value; standard deviation, share of white. */
  noise: [0.04, 0.08, 0.16],
  /** Less light: what is left of every value. */
  brightness: [0.75, 0.5, 0.25],
  /** JPEG compression; quality of libjpeg, colours at half resolution. */
  jpeg: [40, 20, 10],
  /** Specular spots, white ellipses with a longer half axis of 0.01 to 0.04 of the width; their number. */
  specular: [5, 15, 45],
} as const satisfies Readonly<Record<string, readonly [number, number, number]>>;

type Corruption = keyof typeof CORRUPTIONS;

/** From the weakest to the strongest. */
type CorruptionStrength = 1 | 2 | 3;

/** Every corruption at every strength. */
export const CORRUPTION_CASES: readonly { readonly corruption: Corruption; readonly strength: CorruptionStrength }[] =
  (Object.keys(CORRUPTIONS) as Corruption[]).flatMap((corruption) =>
    ([1, 2, 3] as const).map((strength) => ({ corruption, strength }))
  );

/** Half axes of a spot, share of the width, and of the shorter one to the longer one. */
const SPOT_RADIUS = [0.01, 0.04], SPOT_ROUNDNESS = [0.5, 1];

/**
 * A changed copy of an image. What is random in it depends on `id` alone: the same image always gets the same noise and
 * spots, of which a higher strength has more.
 *
 * @param image [size, size, 3] RGB, 0..255
 */
export async function corrupted(
  image: Uint8Array,
  size: number,
  corruption: Corruption,
  strength: CorruptionStrength,
  id: string,
): Promise<Uint8Array> {
  const amount = CORRUPTIONS[corruption][strength - 1];
  const stream = randomStream(0, "corruption", corruption, id);
  switch (corruption) {
    case "blur":
      return blurred(image, size, amount * size);
    case "noise":
      return new Uint8Array(Uint8ClampedArray.from(image, (value) => value + 255 * amount * stream.normal()).buffer);
    case "brightness":
      return Uint8Array.from(image, (value) => Math.round(amount * value));
    case "jpeg": {
      const raw = { width: size, height: size, channels: 3 } as const;
      const file = await sharp(image, { raw }).jpeg({ quality: amount, chromaSubsampling: "4:2:0" }).toBuffer();
      return Uint8Array.from(await sharp(file).raw().toBuffer());
    }
    case "specular":
      return withSpots(image, size, amount, stream);
  }
}

/** Images of a data set with one corruption, as a data set of their own. */
export async function corruptedImages(
  dataset: SegmentationDataset,
  indices: readonly number[],
  { corruption, strength }: { readonly corruption: Corruption; readonly strength: CorruptionStrength },
): Promise<SegmentationDataset> {
  const { size, ids, images: before, ...rest } = subset(dataset, indices);
  const images = new Uint8Array(before.length), length = 3 * size * size;
  for (const [index, id] of ids.entries()) {
    const image = before.subarray(index * length, (index + 1) * length);
    images.set(await corrupted(image, size, corruption, strength, id), index * length);
  }
  return segmentationDataset({ ...rest, size, ids, images });
}

/**
 * Gaussian blur with the deviation in pixels, rows and then columns; beyond the border the image's last values go on.
 * Libvips' own leaves small deviations without effect.
 */
function blurred(image: Uint8Array, size: number, deviation: number): Uint8Array {
  const reach = Math.ceil(4 * deviation);
  const kernel = Array.from(
    { length: 2 * reach + 1 },
    (_, place) => Math.exp(-0.5 * ((place - reach) / deviation) ** 2),
  );
  const total = kernel.reduce((sum, weight) => sum + weight);
  const along = (values: ArrayLike<number>, step: number, positionOf: (entry: number) => number) =>
    Float64Array.from({ length: values.length }, (_, entry) => {
      const position = positionOf(entry);
      const sum = kernel.reduce((sum, weight, place) => {
        const other = Math.min(size - 1, Math.max(0, position + place - reach));
        return sum + weight * values[entry + step * (other - position)];
      }, 0);
      return sum / total;
    });
  const rows = along(image, 3, (entry) => Math.floor(entry / 3) % size);
  return Uint8Array.from(along(rows, 3 * size, (entry) => Math.floor(entry / (3 * size))), Math.round);
}

/** White ellipses with an edge of a pixel. */
function withSpots(image: Uint8Array, size: number, count: number, stream: RandomStream): Uint8Array {
  const changed = Uint8Array.from(image);
  const between = ([from, to]: readonly number[]) => from + (to - from) * stream.uniform();
  for (let spot = 0; spot < count; spot++) {
    const [x, y] = [size * stream.uniform(), size * stream.uniform()];
    const long = size * between(SPOT_RADIUS), short = long * between(SPOT_ROUNDNESS);
    const angle = Math.PI * stream.uniform(), cos = Math.cos(angle), sin = Math.sin(angle);
    const reach = Math.ceil(long + 1);
    for (let row = Math.max(0, Math.floor(y) - reach); row < Math.min(size, y + reach); row++) {
      for (let column = Math.max(0, Math.floor(x) - reach); column < Math.min(size, x + reach); column++) {
        const [dx, dy] = [column + 0.5 - x, row + 0.5 - y];
        const distance = Math.hypot((cos * dx + sin * dy) / long, (cos * dy - sin * dx) / short);
        const share = Math.min(1, Math.max(0, 0.5 + (1 - distance) * short));
        for (let entry = 3 * (row * size + column), end = entry + 3; entry < end; entry++) {
          changed[entry] = Math.round(changed[entry] + share * (255 - changed[entry]));
        }
      }
    }
  }
  return changed;
}
