import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { sumKernels } from "../../bench/kernel_profile.ts";
import { CHANNELS_LAST, fastest, formatVariant } from "../../bench/peer_variants.ts";
import { agreement, isSame } from "../../bench/measure_machine.ts";

/** A line of oneDNN, which tells a time in milliseconds at its end. */
function told(primitive: string, direction: string, milliseconds: number): string {
  return `onednn_verbose,v1,primitive,exec,cpu,${primitive},brg:avx512_core,${direction},src:f32 dst:f32,,,8x16,${milliseconds}`;
}

Deno.test("sumKernels() adds up the kernels of each kind, as means of a repetition", () => {
  const sums = sumKernels([
    "onednn_verbose,v1,info,cpu,runtime:threadpool",
    "onednn_verbose,v1,primitive,create:cache_hit,cpu,convolution,brg,forward_training,src,,,8x16,7",
    told("convolution", "forward_training", 1),
    told("convolution", "forward_inference", 2),
    told("convolution", "backward_data", 3),
    told("convolution", "backward_weights", 4),
    told("reorder", "undef", 5),
    told("batch_normalization", "backward", 6),
    told("pooling", "forward_training", 8),
  ], 2);
  assertEquals(sums, {
    "convolution, forward": 1.5,
    "convolution, gradient of the image": 1.5,
    "convolution, gradient of the kernel": 2,
    "reorder": 2.5,
    "batch normalization": 3,
    "other": 4,
  });
});

const compiled = { ...CHANNELS_LAST, compile: true };

Deno.test("fastest() passes over settings that failed", () => {
  const trials = [{ variant: compiled, error: "no compiler" }, { variant: CHANNELS_LAST, milliseconds: 7 }];
  assertEquals(fastest(trials), CHANNELS_LAST);
  assertEquals(fastest([...trials, { variant: compiled, milliseconds: 6 }]), compiled);
});

Deno.test("fastest() tells why nothing works", () => {
  assertThrows(() => fastest([{ variant: compiled, error: "no memory" }]), Error, "Cannot measure PyTorch: no memory");
});

Deno.test("formatVariant() names what differs from PyTorch's defaults", () => {
  assertEquals(
    formatVariant({ ...compiled, fusedAdam: true, waiting: "passive" }),
    [
      "channels_last",
      "torch.compile",
      "fused Adam",
      "passive",
    ].join(", "),
  );
});

const result = (loss: number, probability: number) => ({ losses: [[1, loss]], probabilities: [0.5, probability] });

Deno.test("agreement() is the largest difference, and rounding is no difference", () => {
  const found = agreement(result(0.5, 0.25), result(0.50001, 0.252));
  assertAlmostEquals(found.loss, 1e-5);
  assertAlmostEquals(found.probability, 2e-3);
  assertEquals(isSame(found), false);
  assertEquals(isSame(agreement(result(0.5, 0.25), result(0.50001, 0.25))), true);
});

Deno.test("isSame() is false where a side gave NaN or another number of values", () => {
  assertEquals(isSame(agreement(result(NaN, 0.25), result(0.5, 0.25))), false);
  assertEquals(isSame(agreement({ losses: [[1]], probabilities: [] }, result(1, 0.25))), false);
});
