/**
 * How sure a mean over seeds and images is, by the variance that seeds, images and the rest bring.
 *
 * @module
 */
import tQuantile from "@stdlib/stats-base-dists-t-quantile";
import type { DifferenceInterval } from "./bootstrap.ts";
import { mean } from "./mean.ts";

/** Share of the means inside the interval. */
const CONFIDENCE = 0.95;

/**
 * The mean of differences that belong to a seed and an image, and its 95 % interval for other seeds and other images, by an
 * analysis of variance with two crossed random effects and one value a cell (Searle, Casella and McCulloch, Variance
 * Components, 1992, ch. 4):
 *
 * ```text
 * d_ij = μ + a_i + b_j + e_ij,   n seeds i, m images j
 * Var(d̄) = σ²_a/n + σ²_b/m + σ²_e/(nm) = (max(MS_a − MS_e, 0) + max(MS_b − MS_e, 0) + MS_e)/(nm)
 * interval: d̄ ± t₀.₉₇₅·√Var(d̄), degrees of freedom by Satterthwaite
 * ```
 *
 * `crossedBootstrap()` asks the same and assumes no distribution, but counts σ²_e three times (Owen, 2007, eq. 5), so that
 * it is up to 1.7 times as wide where most of the variance belongs to neither seed nor image.
 *
 * @param differences `[seeds][images]`, second method minus first
 * @throws {RangeError} if there are fewer than two seeds or images, or lists of different lengths
 */
export function crossedInterval(differences: readonly (readonly number[])[]): DifferenceInterval {
  const [seeds, images] = [differences.length, differences[0]?.length ?? 0];
  if (seeds < 2 || images < 2 || differences.some(({ length }) => length !== images)) {
    throw new RangeError(
      "Cannot find the variance of seeds and images: expected lists of one length from 2 for two seeds or more, " +
        `found lengths ${differences.map(({ length }) => length).join(", ") || "of no seed"}`,
    );
  }
  const ofSeeds = differences.map(mean);
  const ofImages = differences[0].map((_, image) => mean(differences.map((row) => row[image])));
  const center = mean(ofSeeds);
  const rest = differences.flatMap((row, seed) =>
    row.map((value, image) => value - ofSeeds[seed] - ofImages[image] + center)
  );
  const freedoms = { seed: seeds - 1, image: images - 1, rest: (seeds - 1) * (images - 1) };
  const squares = (values: readonly number[]) => values.reduce((sum, value) => sum + value ** 2, 0);
  const meanSquares = {
    seed: images * squares(ofSeeds.map((value) => value - center)) / freedoms.seed,
    image: seeds * squares(ofImages.map((value) => value - center)) / freedoms.image,
    rest: squares(rest) / freedoms.rest,
  };
  const counted = {
    seed: meanSquares.seed > meanSquares.rest ? 1 : 0,
    image: meanSquares.image > meanSquares.rest ? 1 : 0,
  };
  const factors = { ...counted, rest: 1 - counted.seed - counted.image };
  const kinds = ["seed", "image", "rest"] as const;
  const total = kinds.reduce((sum, kind) => sum + factors[kind] * meanSquares[kind], 0);
  const freedom = total ** 2 /
    kinds.reduce((sum, kind) => sum + (factors[kind] * meanSquares[kind]) ** 2 / freedoms[kind], 0);
  const reach = total > 0 ? tQuantile((1 + CONFIDENCE) / 2, freedom) * Math.sqrt(total / (seeds * images)) : 0;
  return { difference: center, lower: center - reach, upper: center + reach };
}
