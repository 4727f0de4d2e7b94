import { assertEquals } from "@std/assert";
import { sumKernels } from "../../bench/kernel_profile.ts";

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
