/**
 * How sure a mean, or the difference between two methods on the same images, is: intervals from data drawn anew.
 *
 * @module
 */
import { randomStream } from "../random/random_stream.ts";
import { mean } from "./mean.ts";
import { percentileInterval } from "./quantile.ts";

/** Options of {@linkcode pairedBootstrap}. */
export interface PairedBootstrapOptions {
  /** How many times the images are drawn anew. Default 10 000. */
  readonly resamples?: number;
  /** Share of the resampled means inside the interval, in (0, 1). Default 0.95. */
  readonly confidence?: number;
  /** Seed of the draws. Default 0. */
  readonly seed?: number;
}

/** A mean difference and its confidence interval. */
export interface DifferenceInterval {
  /** Mean of second − first. */
  readonly difference: number;
  /** Lower end of the interval. */
  readonly lower: number;
  /** Upper end of the interval. */
  readonly upper: number;
}

/**
 * Computes the mean difference second − first and its percentile bootstrap interval: images are drawn with replacement, the
 * mean difference of each draw is kept, and the middle `confidence` of them is the interval. Pairing by image takes out
 * that some images are hard for every method. An interval that holds 0 means that these images do not tell the two apart.
 *
 * @param first one metric of every image by one method
 * @param second the same metric of the same images, in the same order, by another
 * @throws {RangeError} if the lengths differ, there is no pair, a value is not finite, or an option is out of range
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * const { difference, lower, upper } = pairedBootstrap([0.5, 0.6, 0.9], [0.6, 0.8, 0.95], { seed: 7 });
 * assert(lower <= difference && difference <= upper && lower > 0);
 * ```
 */
export function pairedBootstrap(
  first: readonly number[],
  second: readonly number[],
  options: PairedBootstrapOptions = {},
): DifferenceInterval {
  const { resamples, confidence, seed } = checked(options);
  if (first.length !== second.length || first.length === 0) {
    throw new RangeError(
      `Cannot bootstrap a difference: expected two lists of one length from 1, ` +
        `found ${first.length} and ${second.length}`,
    );
  }
  const differences = first.map((value, index) => second[index] - value);
  const images = differences.length;
  const means: number[] = [];
  for (const drawn of draws("paired bootstrap", seed, resamples, [images])) {
    let sum = 0;
    for (let draw = 0; draw < images; draw++) sum += differences[drawn[draw]];
    means.push(sum / images);
  }
  return { difference: mean(differences), ...percentileInterval(means, confidence) };
}

/**
 * Computes the mean of differences that belong to a seed and an image, and its percentile interval when seeds and images
 * are drawn anew, independently of each other and with replacement (the "pigeonhole" bootstrap of A. B. Owen, Ann. Appl.
 * Stat. 1, 2007). Where images alone are drawn, the interval says what other images would give with these very training
 * runs; this one says what other runs would give too, and is the wider the more the difference changes from seed to seed.
 *
 * @param differences `[seeds][images]`, second method minus first
 * @param options as of `pairedBootstrap()`
 * @throws {RangeError} if there are fewer than two seeds, no image, lists of different lengths, or options out of range
 */
export function crossedBootstrap(
  differences: readonly (readonly number[])[],
  options: PairedBootstrapOptions = {},
): DifferenceInterval {
  const { resamples, confidence, seed } = checked(options);
  const [seeds, images] = [differences.length, differences[0]?.length ?? 0];
  if (seeds < 2 || images === 0 || differences.some(({ length }) => length !== images)) {
    throw new RangeError(
      "Cannot bootstrap over seeds and images: expected lists of one length from 1 for two seeds or more, " +
        `found lengths ${differences.map(({ length }) => length).join(", ") || "of no seed"}`,
    );
  }
  const means: number[] = [];
  for (const drawn of draws("crossed bootstrap", seed, resamples, [seeds, images])) {
    const times = new Array<number>(seeds).fill(0); // how often each seed is drawn
    for (let draw = 0; draw < seeds; draw++) times[drawn[draw]]++;
    let sum = 0;
    for (let draw = seeds; draw < seeds + images; draw++) {
      const image = drawn[draw];
      for (let index = 0; index < seeds; index++) sum += times[index] * differences[index][image];
    }
    means.push(sum / (seeds * images));
  }
  return { difference: mean(differences.flat()), ...percentileInterval(means, confidence) };
}

/** A mean and its confidence interval. */
export interface MeanInterval {
  /** The mean. */
  readonly mean: number;
  /** Lower end of the interval. */
  readonly low: number;
  /** Upper end of the interval. */
  readonly high: number;
}

/**
 * Computes the mean of the values and its percentile bootstrap interval: the values are drawn with replacement, and the
 * middle `confidence` of the means of these draws is the interval. It is {@linkcode pairedBootstrap} against zeros, so that
 * methods on the same images are drawn alike.
 *
 * The interval tells how far the mean would move with other images of the same kind, not with another seed.
 *
 * @throws {RangeError} if there is no value, a value is not finite, or an option is out of range
 */
export function meanInterval(values: readonly number[], options: PairedBootstrapOptions = {}): MeanInterval {
  const { difference, lower, upper } = pairedBootstrap(values.map(() => 0), values, options);
  return { mean: difference, low: lower, high: upper };
}

/** Tables of draws by what they follow from: the comparisons of a study ask for the same ones, and drawing takes longest. */
const TABLES = new Map<string, Uint32Array>();
/** How many tables are kept, and of how many draws at most: 10,000 of 100 images have 4 MB, of 10,000 images 400. */
const MOST_TABLES = 6, MOST_DRAWS = 1e7;

/**
 * For each resample as many draws with replacement as each list is long, list after list, as indices. What is given is
 * valid until the next one is asked for.
 */
function* draws(label: string, seed: number, resamples: number, lengths: readonly number[]): Generator<Uint32Array> {
  const key = JSON.stringify([label, seed, resamples, lengths]), known = TABLES.get(key);
  const width = lengths.reduce((sum, length) => sum + length, 0), isKept = resamples * width <= MOST_DRAWS;
  const table = known ?? new Uint32Array(isKept ? resamples * width : width);
  const stream = randomStream(seed, label);
  for (let resample = 0; resample < resamples; resample++) {
    const drawn = isKept ? table.subarray(resample * width, (resample + 1) * width) : table;
    if (!known) {
      let position = 0;
      for (const length of lengths) {
        for (let draw = 0; draw < length; draw++) drawn[position++] = stream.integer(0, length - 1);
      }
    }
    yield drawn;
  }
  if (known || !isKept) return;
  if (TABLES.size === MOST_TABLES) TABLES.delete(TABLES.keys().next().value!);
  TABLES.set(key, table);
}

function checked({ resamples = 10_000, confidence = 0.95, seed = 0 }: PairedBootstrapOptions) {
  if (!Number.isInteger(resamples) || resamples < 1 || !(confidence > 0 && confidence < 1)) {
    throw new RangeError(
      "Cannot bootstrap: expected resamples from 1 and a confidence between 0 and 1, " +
        `found ${resamples} and ${confidence}`,
    );
  }
  return { resamples, confidence, seed };
}
