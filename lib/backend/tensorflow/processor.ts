/**
 * What the processor can do, where that decides how to compute.
 *
 * @module
 */
import type { TensorFlowLibrary } from "./library.ts";

/** `tsl::port::CPUFeature` of the wheel's `tsl/platform/cpu_info.h`. */
const AVX2 = 14, AVX512F = 27;

/**
 * Whether TensorFlow finds a processor with AVX2 and without AVX-512. Where its library does not export the question,
 * which is not part of its C interface, the answer is false.
 */
export function hasAvx2Only({ framework }: Pick<TensorFlowLibrary, "framework">): boolean {
  const hasFeature = framework.testProcessorFeature;
  return hasFeature !== null && hasFeature(AVX2) && !hasFeature(AVX512F);
}
