import "../backend.ts";
import { assertThrows } from "@std/assert";
import { tf } from "../../lib/backend/tf.ts";
import { assertImageShapes } from "../../lib/backend/image_shape.ts";

Deno.test("assertImageShapes() accepts tensors of one shape [batch, height, width]", () => {
  assertImageShapes("compare", { probability: tf.zeros([2, 3, 4]), mask: tf.zeros([2, 3, 4]) });
});

const REFUSED: [found: string, probability: number[], mask: number[]][] = [
  ["expected probability of shape [batch, height, width] with at least one pixel, found [3, 4]", [3, 4], [3, 4]],
  ["expected probability of shape [batch, height, width] with at least one pixel, found [1, 0, 4]", [1, 0, 4], [
    1,
    0,
    4,
  ]],
  ["expected mask of shape [1, 3, 4] as probability has, found [2, 3, 4]", [1, 3, 4], [2, 3, 4]],
  ["expected mask of shape [1, 3, 4] as probability has, found [1, 3, 4, 1]", [1, 3, 4], [1, 3, 4, 1]],
  ["expected mask of shape [2, 3, 4] as probability has, found [3, 4]", [2, 3, 4], [3, 4]],
];

for (const [found, probability, mask] of REFUSED) {
  Deno.test(`assertImageShapes() says: ${found}`, () => {
    const images = { probability: tf.zeros(probability), mask: tf.zeros(mask) };
    assertThrows(() => assertImageShapes("compare", images), RangeError, `Cannot compare: ${found}`);
  });
}
