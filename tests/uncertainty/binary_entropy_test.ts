import "../backend.ts";
import { assertEquals } from "@std/assert";
import { tf } from "../../lib/backend/tf.ts";
import { binaryEntropy } from "../../lib/uncertainty/binary_entropy.ts";
import { assertClose } from "../reference_vectors.ts";

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
