/**
 * The library's losses on images of two pixels, so that prediction and mask are vectors that can be drawn.
 *
 * @module
 */
import { tf } from "../../lib/backend/tf.ts";
import { diceCrossEntropyLoss } from "../../lib/loss/dice_cross_entropy_loss.ts";
import { diceDecomposition } from "../../lib/loss/dice_decomposition.ts";
import { diceLoss } from "../../lib/loss/dice_loss.ts";
import { focalLoss } from "../../lib/loss/focal_loss.ts";
import type { LossFunction } from "../../lib/loss/losses.ts";
import { polyDice1Loss, polyDiceLoss } from "../../lib/loss/polydice_loss.ts";
import { tvmfDiceLoss } from "../../lib/loss/tvmf_dice_loss.ts";

/** Two pixels. */
export type Vector = readonly [first: number, second: number];

/** What the losses are set to. */
export interface LossParameters {
  /** ε of PolyDice-1 */
  readonly epsilon: number;
  /** γ of the focal loss */
  readonly gamma: number;
  /** κ of t-vMF Dice */
  readonly kappa: number;
}

/** A loss that the page shows. */
export interface ShownLoss {
  readonly id: string;
  readonly name: string;
  /** Whether s and θ determine it, so that it is a curve over θ. */
  readonly ofAngle: boolean;
  readonly make: (parameters: LossParameters) => LossFunction;
}

/** The losses, those of the thesis first. */
export const LOSSES: readonly ShownLoss[] = [
  { id: "polydice1", name: "PolyDice-1", ofAngle: true, make: ({ epsilon }) => (p, y) => polyDice1Loss(p, y, epsilon) },
  { id: "dice", name: "Dice", ofAngle: true, make: () => diceLoss },
  { id: "polydice2", name: "PolyDice, order 2", ofAngle: true, make: () => (p, y) => polyDiceLoss(p, y, { order: 2 }) },
  { id: "focal", name: "Focal", ofAngle: false, make: ({ gamma }) => (p, y) => focalLoss(p, y, { gamma }) },
  { id: "tvmf", name: "t-vMF Dice", ofAngle: true, make: ({ kappa }) => (p, y) => tvmfDiceLoss(p, y, { kappa }) },
  { id: "dice-ce", name: "Dice + cross entropy", ofAngle: false, make: () => diceCrossEntropyLoss },
];

/** The loss of this id. */
export function lossOf(id: string): ShownLoss {
  const loss = LOSSES.find((loss) => loss.id === id);
  if (!loss) throw new RangeError(`Cannot show the loss "${id}": there is none of that id.`);
  return loss;
}

/** What there is to tell of a pair. */
export interface PairGeometry {
  /** s */
  readonly scale: number;
  /** cos θ */
  readonly cosine: number;
  /** θ, radians */
  readonly angle: number;
}

/** s and θ of a pair (eq. 2). */
export async function pairGeometry(prediction: Vector, mask: Vector): Promise<PairGeometry> {
  const parts = tf.tidy(() => {
    const { scale, cosine, angle } = diceDecomposition(imagesOf([prediction]), imagesOf([mask]));
    return tf.concat([scale, cosine, angle]);
  });
  const [scale, cosine, angle] = await parts.data();
  parts.dispose();
  return { scale, cosine, angle };
}

/** A loss and where it falls fastest. */
export interface LossAtPair {
  readonly loss: number;
  /** ∂L/∂ŷ, by automatic differentiation */
  readonly gradient: Vector;
}

/** A loss and its gradient at a pair. */
export async function lossAtPair(loss: LossFunction, prediction: Vector, mask: Vector): Promise<LossAtPair> {
  const values = tf.tidy(() => {
    const [image, target] = [imagesOf([prediction]), imagesOf([mask])];
    const { value, grad } = tf.valueAndGrad((x) =>
      tf.sum(loss(x as tf.Tensor3D, target, tf.zeros([1]), tf.zeros([1])))
    )(image);
    return tf.concat([tf.reshape(value, [1]), tf.reshape(grad, [2])]);
  });
  const [value, first, second] = await values.data();
  values.dispose();
  return { loss: value, gradient: [first, second] };
}

/**
 * A loss for every ŷ of a grid over the unit square, `[cells · cells]`, rows from ŷ₂ = 1 down to 0, as pictures run.
 *
 * @param cells at least 2; the outermost ones lie on the square's edge
 */
export async function lossField(loss: LossFunction, mask: Vector, cells: number): Promise<Float32Array> {
  const steps = Array.from({ length: cells }, (_, index) => index / (cells - 1));
  const predictions = steps.flatMap((down) => steps.map((right): Vector => [right, 1 - down]));
  const field = tf.tidy(() => {
    const target = tf.tile(imagesOf([mask]), [predictions.length, 1, 1]);
    return loss(imagesOf(predictions), target, tf.zeros([predictions.length]), tf.zeros([predictions.length]));
  });
  const values = await field.data<"float32">();
  field.dispose();
  return values;
}

function imagesOf(vectors: readonly Vector[]): tf.Tensor3D {
  return tf.tensor3d(vectors.flat(), [vectors.length, 1, 2]);
}
