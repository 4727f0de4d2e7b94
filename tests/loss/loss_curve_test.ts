import "../backend.ts";
import { assertAlmostEquals, assertRejects } from "@std/assert";
import { diceLoss } from "../../lib/loss/dice_loss.ts";
import { lossCurve } from "../../lib/loss/loss_curve.ts";
import { LOSSES } from "../../lib/loss/losses.ts";
import { polyDice1Loss } from "../../lib/loss/polydice_loss.ts";

const ANGLES = [0, 0.3, 0.9, 1.5];

Deno.test("lossCurve() of PolyDice-1 is (1 − s) + s(½ + ε)θ², with slope s(1 + 2ε)θ", async () => {
  for (const [scale, epsilon] of [[0.1, 0], [0.1, 0.5], [0.8, -0.25], [1, 0.3]]) {
    for (const { angle, loss, gradient } of await lossCurve(polyDice1Loss, { scale, angles: ANGLES, epsilon })) {
      assertAlmostEquals(loss, (1 - scale) + scale * (0.5 + epsilon) * angle ** 2, 1e-5);
      assertAlmostEquals(gradient, scale * (1 + 2 * epsilon) * angle, 1e-4);
    }
  }
});

Deno.test("lossCurve() of Dice is 1 − s·cos θ", async () => {
  for (const { angle, loss } of await lossCurve(diceLoss, { scale: 0.6, angles: ANGLES })) {
    assertAlmostEquals(loss, 1 - 0.6 * Math.cos(angle), 1e-5);
  }
});

Deno.test("lossCurve() hands κ to losses that have one", async () => {
  const curve = (kappa?: number) => lossCurve(LOSSES.tvmf.make({ focalGamma: 2 }), { scale: 0.6, angles: [1], kappa });
  const [[sharp], [plain]] = [await curve(8), await curve()];
  assertAlmostEquals(plain.loss, (1 - Math.cos(1)) ** 2, 1e-5);
  assertAlmostEquals(sharp.loss, (2 - (1 + Math.cos(1)) / (1 + 8 * (1 - Math.cos(1)))) ** 2, 1e-5);
});

Deno.test("lossCurve() refuses scales and angles that no pair of images has", async () => {
  await assertRejects(() => lossCurve(diceLoss, { scale: 0, angles: [1] }), RangeError, "(0, 1]");
  await assertRejects(() => lossCurve(diceLoss, { scale: 0.5, angles: [2] }), RangeError, "[0, π/2]");
});
