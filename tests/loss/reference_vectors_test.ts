import "../backend.ts";
import { tf } from "../../lib/backend/tf.ts";
import { diceDecomposition } from "../../lib/loss/dice_decomposition.ts";
import { diceLoss } from "../../lib/loss/dice_loss.ts";
import { focalLoss } from "../../lib/loss/focal_loss.ts";
import { polyDice1Loss, polyDiceLoss } from "../../lib/loss/polydice_loss.ts";
import { tvmfDiceLoss } from "../../lib/loss/tvmf_dice_loss.ts";
import { assertClose, reference, referenceImages } from "../reference_vectors.ts";
import { gradientOf, type LossOfEpsilon } from "./every_loss.ts";
import { assertEquals } from "@std/assert";

const LOSSES: Record<string, LossOfEpsilon> = {
  dice: diceLoss,
  polydice1: polyDice1Loss,
  polydice_k1: (probability, mask) => polyDiceLoss(probability, mask, { order: 1 }),
  polydice_k2: (probability, mask) => polyDiceLoss(probability, mask, { order: 2 }),
  polydice_k3: (probability, mask) => polyDiceLoss(probability, mask, { order: 3 }),
  polydice_k8: (probability, mask) => polyDiceLoss(probability, mask, { order: 8 }),
  focal_gamma2: (probability, mask) => focalLoss(probability, mask, { gamma: 2 }),
  tvmf_kappa8: (probability, mask) => tvmfDiceLoss(probability, mask, { kappa: 8 }),
};

Deno.test("the reference vectors name no loss that is not tested", () => {
  assertEquals(Object.keys(LOSSES).toSorted(), Object.keys(reference.losses).toSorted());
});

for (const [name, loss] of Object.entries(LOSSES)) {
  Deno.test(`${name} has the reference's values and gradient to 1e-5`, () => {
    const { probability, mask, epsilon } = referenceImages();
    assertClose(loss(probability, mask, epsilon), reference.losses[name].value);
    assertClose(gradientOf((x) => loss(x, mask, epsilon), probability), reference.losses[name].gradient);
  });
}

Deno.test("diceDecomposition() has the reference's scale, cosine and angle to 1e-5", () => {
  const { probability, mask } = referenceImages();
  const { scale, cosine, angle } = diceDecomposition(probability, mask);
  assertClose(scale, reference.decomposition.s);
  assertClose(cosine, reference.decomposition.cos);
  assertClose(angle, reference.decomposition.theta);
});

for (const [name, edge] of Object.entries(reference.edge)) {
  Deno.test(`Dice and PolyDice-1 have the reference's values in the edge case "${name}"`, () => {
    const [probability, mask] = [tf.tensor3d(edge.probability), tf.tensor3d(edge.mask)];
    assertClose(diceLoss(probability, mask), [edge.dice]);
    assertClose(polyDice1Loss(probability, mask, 0.25), [edge["polydice1_eps0.25"]]);
  });
}
