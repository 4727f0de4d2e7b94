import "../backend.ts";
import { assertAlmostEquals } from "@std/assert";
import { tf } from "../../lib/backend/tf.ts";
import { squaredAngle } from "../../lib/loss/dice_geometry.ts";
import { assertClose } from "../reference_vectors.ts";

const ANGLES = [0, 1e-6, 1e-4, 1e-3, 0.01, 0.1, 0.5, 1, 1.3, 1.5, Math.PI / 2];
const squaredChords = ANGLES.map((angle) => 4 * Math.sin(angle / 2) ** 2);

Deno.test("squaredAngle() is θ² for angles from 0 to π/2, also relative to small ones", () => {
  const values = squaredAngle(tf.tensor1d(squaredChords)).dataSync();
  for (const [index, angle] of ANGLES.entries()) assertAlmostEquals(values[index], angle ** 2, 1e-6 * angle ** 2);
});

Deno.test("squaredAngle() has the derivative θ/sin θ, which is 1 at 0", () => {
  const derivative = tf.grad((d) => tf.sum(squaredAngle(d)))(tf.tensor1d(squaredChords));
  assertClose(derivative, ANGLES.map((angle) => angle === 0 ? 1 : angle / Math.sin(angle)), 2e-6);
});

Deno.test("θ² as a function of cos θ has the derivative −2θ/√(1 − cos²θ), which goes to −2 as cos θ goes to 1", () => {
  const squaredAngleOfCosine = (cosine: tf.Tensor) => squaredAngle(tf.mul(2, tf.sub(1, cosine)));
  const cosines = [0, 0.3, 0.9, 0.999, 1 - 2 ** -24, 1];
  const derivative = tf.grad((c) => tf.sum(squaredAngleOfCosine(c)))(tf.tensor1d(cosines));
  assertClose(
    derivative,
    cosines.map((cosine) => cosine === 1 ? -2 : -2 * Math.acos(cosine) / Math.sqrt(1 - cosine ** 2)),
  );
});
