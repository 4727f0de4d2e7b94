/**
 * What the processor can do, where that decides how to compute.
 *
 * @module
 */
import type { TensorFlowLibrary } from "./library.ts";

/** `tsl::port::CPUFeature` of the wheel's `tsl/platform/cpu_info.h`. */
const AVX2 = 14, AVX512F = 27;

/** Vector instructions that oneDNN has kernels of their own for; each rounds differently. */
export type InstructionSet = "AVX-512" | "AVX2";

/**
 * The widest that TensorFlow finds and oneDNN may use; undefined where that is neither, and where TensorFlow's library does
 * not export the question, which is not part of its C interface.
 *
 * @param limit oneDNN's own setting of the widest, by its name of today or else by the older one; an unknown value it ignores.
 */
export function instructionSet(
  { framework }: Pick<TensorFlowLibrary, "framework">,
  limit = Deno.env.get("ONEDNN_MAX_CPU_ISA") ?? Deno.env.get("DNNL_MAX_CPU_ISA") ?? "",
): InstructionSet | undefined {
  if (/^(SSE41|AVX)$/i.test(limit)) return undefined;
  const hasFeature = framework.testProcessorFeature;
  if (hasFeature?.(AVX512F) && !/^AVX2(_VNNI(_2)?)?$/i.test(limit)) return "AVX-512";
  return hasFeature?.(AVX2) ? "AVX2" : undefined;
}
