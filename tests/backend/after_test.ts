import "../backend.ts";
import { assertEquals } from "@std/assert";
import { after } from "../../lib/backend/after.ts";
import { capture } from "../../lib/backend/capture.ts";
import { tf } from "../../lib/backend/tf.ts";

for (const eager of [false, true]) {
  Deno.test(`after() leaves values and types as they are, ${eager ? "at once" : "captured"}`, () => {
    const ordered = capture(
      ({ x, other }: { x: tf.Tensor; other: tf.Tensor }) => ({ x: after(x, tf.square(other)), y: after(other, x) }),
      { eager },
    );
    const x = tf.tensor1d([1, 2], "int32");
    const { x: same, y } = ordered({ x, other: tf.scalar(0.5) });
    assertEquals([same.arraySync(), same.dtype], [[1, 2], "int32"]);
    assertEquals([y.arraySync(), y.dtype], [0.5, "float32"]);
    ordered.dispose();
  });
}
