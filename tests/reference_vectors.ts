/**
 * The float64 reference values that were made independently of this code: `data/reference.json`.
 *
 * Shapes are `[batch, height, width]`; losses are per image. As every loss of an image depends on that image only, each
 * `gradient` is that of the sum of the per-image losses with respect to the probability.
 *
 * @module
 */
import { assert } from "@std/assert";
import { tf } from "../lib/backend/tf.ts";

/** Nested lists of numbers, as JSON holds a tensor. */
export type Nested = number | Nested[];

interface Reference {
  readonly probability: number[][][];
  readonly mask: number[][][];
  readonly epsilon: number[];
  readonly losses: Record<string, { readonly value: number[]; readonly gradient: number[][][] }>;
  readonly decomposition: { readonly s: number[]; readonly cos: number[]; readonly theta: number[] };
  readonly edge: Record<string, {
    readonly probability: number[][][];
    readonly mask: number[][][];
    readonly dice: number;
    readonly "polydice1_eps0.25": number;
  }>;
  readonly uncertainty: {
    readonly samples: number[][][][];
    readonly mean: number[][][];
    readonly predictive_entropy: number[][][];
    readonly expected_entropy: number[][][];
    readonly mutual_information: number[][][];
    readonly difficulty: number[];
  };
  readonly controller: {
    readonly difficulty: number[];
    readonly percentile: number;
    readonly delta: number;
    readonly k: number;
    readonly epsilonMin: number;
    readonly epsilonMax: number;
    readonly percentileValue: number;
    readonly std: number;
    readonly normalized: number[];
    readonly epsilon: number[];
  };
  readonly metrics: {
    readonly dice: number[];
    readonly iou: number[];
    readonly precision: number[];
    readonly recall: number[];
  };
}

/** The reference values. */
export const reference: Reference = JSON.parse(
  Deno.readTextFileSync(new URL("./data/reference.json", import.meta.url)),
);

/** The four images of the reference as tensors. */
export function referenceImages(): { probability: tf.Tensor3D; mask: tf.Tensor3D; epsilon: tf.Tensor1D } {
  return {
    probability: tf.tensor3d(reference.probability),
    mask: tf.tensor3d(reference.mask),
    epsilon: tf.tensor1d(reference.epsilon),
  };
}

/** Asserts that a tensor or list equals the expected numbers, element by element, within an absolute tolerance. */
export function assertClose(actual: tf.Tensor | ArrayLike<number>, expected: Nested, tolerance = 1e-5): void {
  const found = Array.from(actual instanceof tf.Tensor ? actual.dataSync() : actual);
  const wanted = flatten(expected);
  assert(found.length === wanted.length, `expected ${wanted.length} numbers, found ${found.length}`);
  for (const [index, value] of found.entries()) {
    assert(
      Math.abs(value - wanted[index]) <= tolerance,
      `element ${index} is ${value}, expected ${wanted[index]} to within ${tolerance}`,
    );
  }
}

function flatten(nested: Nested): number[] {
  return typeof nested === "number" ? [nested] : nested.flatMap(flatten);
}
