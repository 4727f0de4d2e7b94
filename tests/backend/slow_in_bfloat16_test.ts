import { backend } from "../backend.ts";
import { assertEquals } from "@std/assert";
import { capture } from "../../lib/backend/capture.ts";
import { batchNormInput } from "../../lib/backend/slow_in_bfloat16.ts";
import { tf } from "../../lib/backend/tf.ts";

// Between two convolutions, where the rewrite takes everything that it can to bfloat16, x + 2⁻¹⁰ − x tells the precision:
// bfloat16 has 8 binary digits, so that a small number beside 1 is lost.
const SMALL = 2 ** -10;

for (const [channels, kept] of [[8, true], [16, false]] as const) {
  const claim = `${channels} channels before a batch norm ${kept ? "stay in float32" : "may be bfloat16"}`;
  Deno.test(claim, { ignore: backend.name !== "tensorflow" }, () => {
    const identity = tf.reshape(tf.eye(channels), [1, 1, channels, channels]) as tf.Tensor4D;
    const convolve = (x: tf.Tensor4D) => tf.conv2d(x, identity, 1, "same");
    const difference = capture(({ one, small }: { one: tf.Tensor4D; small: tf.Tensor4D }) => {
      const sum = tf.add(batchNormInput(convolve(one)), small);
      return convolve(tf.sub(sum, convolve(one)));
    }, { precision: "bfloat16" });
    const one = tf.ones<tf.Rank.R4>([1, 8, 8, channels]);
    const found = new Set(difference({ one, small: tf.fill(one.shape, SMALL) }).dataSync());
    // Where the processor has no bfloat16, nothing is rewritten.
    if (kept) assertEquals(found, new Set([SMALL]));
    else assertEquals(found.isSubsetOf(new Set([0, SMALL])), true);
  });
}
