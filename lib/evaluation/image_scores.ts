/**
 * What a network gets of one image.
 *
 * @module
 */

/** Scores of one image; with `difficulty` and `entropy` where stochastic passes were made. */
export interface ImageScores {
  /** The image. */
  readonly id: string;
  /** Dice at probability 0.5. */
  readonly dice: number;
  /** IoU at probability 0.5. */
  readonly iou: number;
  /** Precision at probability 0.5. */
  readonly precision: number;
  /** Recall at probability 0.5. */
  readonly recall: number;
  /** Share of the image that is lesion in the mask. */
  readonly foreground: number;
  /** D of eq. 8 over the mask's lesion, nats. */
  readonly difficulty?: number;
  /** Mean predictive entropy over the image, nats. */
  readonly entropy?: number;
}
