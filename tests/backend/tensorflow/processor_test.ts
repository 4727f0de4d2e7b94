import { assertEquals } from "@std/assert";
import { hasAvx2Only } from "../../../lib/backend/tensorflow/processor.ts";
import type { TensorFlowLibrary } from "../../../lib/backend/tensorflow/library.ts";

/** A library that finds these features, by their numbers in `tsl/platform/cpu_info.h`; null: it can't be asked. */
function library(features: readonly number[] | null): Pick<TensorFlowLibrary, "framework"> {
  const testProcessorFeature = features && ((feature: number) => features.includes(feature));
  return { framework: { testProcessorFeature } as unknown as TensorFlowLibrary["framework"] };
}

Deno.test("hasAvx2Only() is true with AVX2 and without AVX-512, and false where nobody can be asked", () => {
  for (const [features, expected] of [[[12, 14], true], [[12, 14, 27], false], [[12], false], [null, false]] as const) {
    assertEquals(hasAvx2Only(library(features)), expected);
  }
});
