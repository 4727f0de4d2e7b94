import "../backend.ts";
import { assert, assertAlmostEquals, assertThrows } from "@std/assert";
import {
  lossAtPair,
  LOSSES,
  lossField,
  lossOf,
  type LossParameters,
  pairGeometry,
  type Vector,
} from "../../explorer/compute/vector_losses.ts";

const PARAMETERS: LossParameters = { epsilon: 0.25, gamma: 2, kappa: 3 };
const [PREDICTION, MASK]: [Vector, Vector] = [[0.6, 0.3], [1, 0]];

Deno.test("pairGeometry() of two arrows is what a ruler and a protractor say", async () => {
  const { scale, cosine, angle } = await pairGeometry([0.5, 0.5], [1, 0]);
  assertAlmostEquals(angle, Math.PI / 4, 1e-6);
  assertAlmostEquals(cosine, Math.SQRT1_2, 1e-6);
  assertAlmostEquals(scale, 2 * Math.SQRT1_2 / 1.5, 1e-6);
});

/** Each loss of the pair above, by hand. */
const THETA = Math.atan2(0.3, 0.6);
const SCALE = 2 * Math.sqrt(0.45) / 1.45;
const PHI = (1 + Math.cos(THETA)) / (1 + 3 * (1 - Math.cos(THETA))) - 1;
const FOCAL = -(0.4 ** 2 * Math.log(0.6) + 0.3 ** 2 * Math.log(0.7)) / 2;
const CROSS_ENTROPY = -(Math.log(0.6) + Math.log(0.7)) / 2;
const BY_HAND: Readonly<Record<string, number>> = {
  "polydice1": 1 - SCALE + SCALE * 0.75 * THETA ** 2,
  "dice": 1 - 1.2 / 1.45,
  "polydice2": 1 - SCALE + SCALE * (THETA ** 2 / 2 - THETA ** 4 / 24),
  "focal": FOCAL,
  "tvmf": (1 - PHI) ** 2,
  "dice-ce": CROSS_ENTROPY + 1 - 1.2 / 1.45,
};

for (const { id, name, make } of LOSSES) {
  Deno.test(`${name} of a pair is its formula's value, its gradient that of differences`, async () => {
    const loss = make(PARAMETERS);
    const { loss: value, gradient } = await lossAtPair(loss, PREDICTION, MASK);
    assertAlmostEquals(value, BY_HAND[id], 1e-5);
    const step = 1e-2;
    for (const axis of [0, 1]) {
      const moved = (by: number): Vector => [PREDICTION[0] + (1 - axis) * by, PREDICTION[1] + axis * by];
      const [above, below] = [await lossAtPair(loss, moved(step), MASK), await lossAtPair(loss, moved(-step), MASK)];
      assertAlmostEquals(gradient[axis], (above.loss - below.loss) / (2 * step), 2e-3);
    }
  });
}

Deno.test("lossField() runs as a picture does: ŷ₁ to the right, ŷ₂ upwards", async () => {
  const loss = lossOf("dice").make(PARAMETERS);
  const cells = 5;
  const field = await lossField(loss, [1, 0], cells);
  const at = async (prediction: Vector) => (await lossAtPair(loss, prediction, [1, 0])).loss;
  assertAlmostEquals(field[0], await at([0, 1]), 1e-6); // top left
  assertAlmostEquals(field[cells - 1], await at([1, 1]), 1e-6); // top right
  assertAlmostEquals(field[cells * cells - 1], 0, 1e-6); // bottom right: the mask
  assertAlmostEquals(field[1 * cells + 2], await at([0.5, 0.75]), 1e-6);
  assert(field.every(Number.isFinite));
});

Deno.test("lossOf() names a loss that there is not", () => {
  assertThrows(() => lossOf("hinge"), RangeError, 'Cannot show the loss "hinge"');
});
