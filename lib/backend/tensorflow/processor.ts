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
 * The widest that TensorFlow finds; undefined where it finds neither, and where its library does not export the question,
 * which is not part of its C interface.
 */
export function instructionSet({ framework }: Pick<TensorFlowLibrary, "framework">): InstructionSet | undefined {
  const hasFeature = framework.testProcessorFeature;
  return hasFeature?.(AVX512F) ? "AVX-512" : hasFeature?.(AVX2) ? "AVX2" : undefined;
}
