import "../backend.ts";
import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { tf } from "../../lib/backend/tf.ts";
import { binaryEntropy, expectedEntropy, mutualInformation, predictiveEntropy } from "../../lib/uncertainty/entropy.ts";
import { assertClose, reference } from "../reference_vectors.ts";

Deno.test("binaryEntropy() is exactly 0 at 0 and 1", () => {
  assertEquals([...binaryEntropy(tf.tensor1d([0, 1])).dataSync()], [0, 0]);
});

Deno.test("binaryEntropy() is ln 2 at ½, and in nats elsewhere", () => {
  const entropy = (p: number) => -p * Math.log(p) - (1 - p) * Math.log(1 - p);
  assertClose(binaryEntropy(tf.tensor1d([0.5])), [Math.LN2], 1e-7);
  const probabilities = [1e-30, 1e-7, 1e-3, 0.1, 0.3, 0.9, 0.999];
  assertClose(binaryEntropy(tf.tensor1d(probabilities)), probabilities.map(entropy), 1e-6);
});

Deno.test("binaryEntropy() keeps the shape", () => {
  assertEquals(binaryEntropy(tf.fill([2, 1, 3], 0.2)).shape, [2, 1, 3]);
});

/** Passes of one image with one row of pixels. */
function passes(...rows: number[][]): tf.Tensor4D {
  return tf.tensor4d(rows.map((row) => [[row]]));
}

Deno.test("the entropies and the mutual information of the reference's samples agree to 1e-5", () => {
  const samples = tf.tensor4d(reference.uncertainty.samples);
  assertClose(predictiveEntropy(samples), reference.uncertainty.predictive_entropy);
  assertClose(expectedEntropy(samples), reference.uncertainty.expected_entropy);
  assertClose(mutualInformation(samples), reference.uncertainty.mutual_information);
});

Deno.test("mutualInformation() of passes that agree is 0, however unsure they are", () => {
  const row = [0, 0.1, 0.5, 0.73, 1];
  assertClose(mutualInformation(passes(row, row, row)), [0, 0, 0, 0, 0], 1e-6);
});

Deno.test("mutualInformation() of passes that contradict each other with certainty is ln 2", () => {
  assertClose(mutualInformation(passes([0, 1], [1, 0])), [Math.LN2, Math.LN2], 1e-6);
});

Deno.test("mutualInformation() of one pass is exactly 0", () => {
  assertEquals([...mutualInformation(passes([0, 0.1, 0.5, 0.73, 1])).dataSync()], [0, 0, 0, 0, 0]);
});

Deno.test("predictiveEntropy() counts disagreement and doubt, expectedEntropy() doubt alone", () => {
  const [disagreement, doubt] = [passes([0], [1]), passes([0.5], [0.5])];
  assertClose(predictiveEntropy(disagreement), [Math.LN2], 1e-6);
  assertClose(predictiveEntropy(doubt), [Math.LN2], 1e-6);
  assertClose(expectedEntropy(disagreement), [0], 1e-6);
  assertClose(expectedEntropy(doubt), [Math.LN2], 1e-6);
});

Deno.test("mutualInformation() does not depend on the order of the passes", () => {
  const rows = [[0.1, 0.8], [0.4, 0.3], [0.9, 0.6]];
  const inOrder = mutualInformation(passes(...rows)).dataSync();
  assertClose(mutualInformation(passes(...rows.toReversed())), [...inOrder], 1e-6);
});

Deno.test("mutualInformation() is in [0, ln 2] for random and extreme samples", () => {
  const value = fc.oneof(
    fc.constantFrom(0, 1, 1e-38, 1e-8, 1 - 2 ** -24),
    fc.double({ min: 0, max: 1, noNaN: true }),
  );
  const row = fc.array(value, { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 12 }), (rows) => {
      const information = mutualInformation(passes(...rows)).dataSync();
      assert(information.every((entry) => entry >= 0 && entry <= Math.LN2 + 1e-6), `${information}`);
    }),
    { seed: 4, numRuns: 100 },
  );
});

Deno.test("the entropies and the mutual information leave no tensor behind but their result", () => {
  const samples = tf.tensor4d(reference.uncertainty.samples);
  for (const compute of [predictiveEntropy, expectedEntropy, mutualInformation]) {
    const before = tf.memory().numTensors;
    compute(samples).dispose();
    assertEquals(tf.memory().numTensors, before);
  }
});

Deno.test("the entropies and the mutual information refuse samples without passes or of another rank", () => {
  for (const compute of [predictiveEntropy, expectedEntropy, mutualInformation]) {
    for (const shape of [[2, 3, 4], [0, 2, 3, 4]]) {
      assertThrows(
        () => compute(tf.zeros(shape) as unknown as tf.Tensor4D),
        RangeError,
        `expected samples of shape [N, batch, height, width] with at least one pass, found [${shape.join(", ")}]`,
      );
    }
  }
});
