import "../backend.ts";
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { tf } from "../../lib/backend/tf.ts";
import { assertClose, referenceImages } from "../reference_vectors.ts";
import { EVERY_LOSS, gradientOf } from "./every_loss.ts";

const probabilityValue = fc.oneof(
  fc.constantFrom(0, 1, 0.5, 1e-38, 1e-30, 1e-20, 1e-15, 1e-10, 1e-7, 1 - 2 ** -24),
  fc.double({ min: 0, max: 1, noNaN: true }),
).map(Math.fround);

/** Two images of one size: random, equal to their masks, with an empty or a full mask, or with one that is not 0 or 1. */
const imagePair = fc.record({ height: fc.integer({ min: 1, max: 3 }), width: fc.integer({ min: 1, max: 4 }) }).chain(
  ({ height, width }) => {
    const image = (value: fc.Arbitrary<number>) =>
      fc.array(fc.array(value, { minLength: width, maxLength: width }), { minLength: height, maxLength: height });
    const pair = fc.record({ probability: image(probabilityValue), mask: image(fc.constantFrom(0, 1)) });
    const softMask = fc.record({ probability: image(probabilityValue), mask: image(probabilityValue) });
    const equal = image(fc.constantFrom(0, 1)).map((mask) => ({ probability: mask, mask }));
    const constantMask = (value: number) =>
      image(probabilityValue).map((probability) => ({
        probability,
        mask: probability.map((row) => row.map(() => value)),
      }));
    return fc.array(fc.oneof(pair, equal, constantMask(0), constantMask(1), softMask), { minLength: 2, maxLength: 2 });
  },
);

for (const [name, { loss, largest }] of Object.entries(EVERY_LOSS)) {
  Deno.test(`${name} and its gradient are finite and within range for random and extreme images`, () => {
    fc.assert(
      fc.property(imagePair, fc.double({ min: -0.25, max: 0.5, noNaN: true }), (images, epsilon) => {
        tf.tidy(() => {
          const probability = tf.tensor3d(images.map((image) => image.probability));
          const mask = tf.tensor3d(images.map((image) => image.mask));
          const epsilons = tf.fill<tf.Rank.R1>([2], epsilon);
          for (const value of loss(probability, mask, epsilons).dataSync()) {
            assert(value >= -1e-6 && value <= largest + 1e-5, `${value} is outside of [0, ${largest}]`);
          }
          const gradient = gradientOf((x) => loss(x, mask, epsilons), probability);
          assert(gradient.every(Number.isFinite), `gradient ${gradient}`);
        });
      }),
      { seed: 3, numRuns: 100 },
    );
  });

  Deno.test(`${name} of an image does not depend on the other images of its batch`, () => {
    const { probability, mask, epsilon } = referenceImages();
    const together = loss(probability, mask, epsilon).dataSync();
    for (let image = 0; image < 4; image++) {
      const one = (tensor: tf.Tensor3D) => tf.slice(tensor, [image, 0, 0], [1, -1, -1]);
      assertClose(loss(one(probability), one(mask), tf.slice(epsilon, image, 1)), [together[image]], 1e-6);
    }
  });

  Deno.test(`${name} leaves no tensor behind but its result`, () => {
    const { probability, mask, epsilon } = referenceImages();
    const before = tf.memory().numTensors;
    const value = loss(probability, mask, epsilon);
    assertEquals(tf.memory().numTensors, before + 1);
    value.dispose();
    gradientOf((x) => loss(x, mask, epsilon), probability);
    assertEquals(tf.memory().numTensors, before);
  });
}
