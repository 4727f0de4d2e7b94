import "../backend.ts";
import { assert, assertEquals } from "@std/assert";
import { tf } from "../../lib/backend/tf.ts";
import { decompositionResiduals, diceDecomposition } from "../../lib/loss/dice_decomposition.ts";
import { diceLoss } from "../../lib/loss/dice_loss.ts";
import { assertGradientMatches } from "../finite_difference.ts";
import { assertClose, referenceImages } from "../reference_vectors.ts";

const RIGHT = Math.PI / 2;

const CASES: [
  claim: string,
  probability: number[],
  mask: number[],
  expected: { scale: number; cosine: number; angle: number },
][] = [
  ["is s = 1, θ = 0 for equal masks", [1, 0, 1], [1, 0, 1], { scale: 1, cosine: 1, angle: 0 }],
  ["has a scale below 1 and θ = 0 for a faint prediction", [0.5, 0, 0.5], [1, 0, 1], {
    scale: 0.8,
    cosine: 1,
    angle: 0,
  }],
  ["is s = 1, θ = π/2 for disjoint masks of one size", [0, 1], [1, 0], { scale: 1, cosine: 0, angle: RIGHT }],
  ["has θ = π/4 for one pixel of two", [1, 0], [1, 1], {
    scale: 2 * Math.SQRT2 / 3,
    cosine: Math.SQRT1_2,
    angle: Math.PI / 4,
  }],
  ["is s = 0, θ = π/2 for an empty prediction", [0, 0], [1, 0], { scale: 0, cosine: 0, angle: RIGHT }],
  ["is s = 0, θ = π/2 for an empty mask", [0.3, 0.3], [0, 0], { scale: 0, cosine: 0, angle: RIGHT }],
  ["is s = 1, θ = 0 where both are empty", [0, 0], [0, 0], { scale: 1, cosine: 1, angle: 0 }],
];

for (const [claim, probability, mask, expected] of CASES) {
  Deno.test(`diceDecomposition() ${claim}`, () => {
    const { scale, cosine, angle } = diceDecomposition(tf.tensor3d([[probability]]), tf.tensor3d([[mask]]));
    assertClose(scale, [expected.scale], 1e-6);
    assertClose(cosine, [expected.cosine], 1e-6);
    assertClose(angle, [expected.angle], 1e-6);
  });
}

Deno.test("1 − s·cos θ is the Dice loss, in the empty cases too (eq. 2)", () => {
  const images = referenceImages();
  const pairs: [tf.Tensor3D, tf.Tensor3D][] = [
    [images.probability, images.mask],
    ...CASES.map(([, p, m]): [tf.Tensor3D, tf.Tensor3D] => [tf.tensor3d([[p]]), tf.tensor3d([[m]])]),
  ];
  for (const [probability, mask] of pairs) {
    const { scale, cosine } = diceDecomposition(probability, mask);
    assertClose(tf.sub(1, tf.mul(scale, cosine)), diceLoss(probability, mask).arraySync(), 1e-6);
  }
});

Deno.test("1 − s·cos θ is not the Dice loss with the s that the thesis prints", () => {
  const { probability, mask } = referenceImages();
  const { cosine } = diceDecomposition(probability, mask);
  const overlap = tf.sum(tf.mul(probability, mask), [1, 2]);
  const printedScale = tf.div(
    tf.mul(2, overlap),
    tf.sum(tf.add(tf.square(probability), tf.square(mask)), [1, 2]),
  );
  const printed = tf.sub(1, tf.mul(printedScale, cosine));
  assert(tf.max(tf.abs(tf.sub(printed, diceLoss(probability, mask)))).dataSync()[0] > 0.1);
});

Deno.test("diceDecomposition() keeps the digits of an angle near 0", () => {
  // cos θ = 1 − 5e-9 is 1 in float32: an arccosine of it would say θ = 0.
  const { angle } = diceDecomposition(tf.tensor3d([[[1, 1e-4]]]), tf.tensor3d([[[1, 0]]]));
  assertClose(angle, [1e-4], 1e-9);
});

Deno.test("the scale does not depend on the direction, nor the angle on the length", () => {
  const mask = tf.tensor3d([[[1, 1, 0, 0]]]);
  const one = diceDecomposition(tf.tensor3d([[[0.8, 0.1, 0.4, 0]]]), mask);
  const turned = diceDecomposition(tf.tensor3d([[[0.4, 0, 0.1, 0.8]]]), mask);
  const faint = diceDecomposition(tf.tensor3d([[[8e-9, 1e-9, 4e-9, 0]]]), mask);
  assertClose(turned.scale, one.scale.arraySync(), 1e-6);
  assertClose(faint.angle, one.angle.arraySync(), 1e-6);
});

Deno.test("diceDecomposition() has the gradients of finite differences", () => {
  const mask = tf.tensor3d([[[1, 0, 1], [0, 0, 1]]]);
  const probability = tf.tensor3d([[[0.7, 0.2, 0.4], [0.1, 0.5, 0.9]]]);
  for (const part of ["scale", "cosine", "angle"] as const) {
    assertGradientMatches((x) => diceDecomposition(x, mask)[part], probability);
  }
});

Deno.test("diceDecomposition() has finite gradients where θ has a kink and where an image is empty", () => {
  for (const [, probability, mask] of CASES) {
    for (const part of ["scale", "cosine", "angle"] as const) {
      const gradient = tf.grad((x) => diceDecomposition(x as tf.Tensor3D, tf.tensor3d([[mask]]))[part])(
        tf.tensor3d([[probability]]),
      );
      assert(gradient.dataSync().every(Number.isFinite), `${part} of [${probability}] and [${mask}]: ${gradient}`);
    }
  }
});

Deno.test("eq. 2 equals eq. 1 as it must read, and not as it is printed", async () => {
  const rows = await decompositionResiduals(50, 1);
  assertEquals(rows.length, 100);
  for (const { form, residual } of rows) {
    if (form === "corrected") assert(residual < 1e-6, `corrected: off by ${residual}`);
    else assert(residual > 1e-3, `printed: off by ${residual} only`);
  }
});

Deno.test("decompositionResiduals() covers the Dice loss from small to large", async () => {
  const losses = (await decompositionResiduals(50, 1)).map(({ dice }) => dice);
  assert(Math.min(...losses) < 0.1 && Math.max(...losses) > 0.5);
});
