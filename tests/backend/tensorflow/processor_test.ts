import { assertEquals } from "@std/assert";
import { instructionSet } from "../../../lib/backend/tensorflow/processor.ts";
import type { TensorFlowLibrary } from "../../../lib/backend/tensorflow/library.ts";

/** A library that finds these features, by their numbers in `tsl/platform/cpu_info.h`; null: it can't be asked. */
function library(features: readonly number[] | null): Pick<TensorFlowLibrary, "framework"> {
  const testProcessorFeature = features && ((feature: number) => features.includes(feature));
  return { framework: { testProcessorFeature } as unknown as TensorFlowLibrary["framework"] };
}

Deno.test("instructionSet() is the widest that is found, and unknown where nobody can be asked", () => {
  const cases = [[[12, 14], "AVX2"], [[12, 14, 27], "AVX-512"], [[12], undefined], [null, undefined]] as const;
  for (const [features, expected] of cases) assertEquals(instructionSet(library(features), ""), expected);
});

Deno.test("instructionSet() is no wider than oneDNN is allowed to be", () => {
  const cases = [
    ["AVX2", "AVX2"],
    ["avx2", "AVX2"],
    ["AVX2_VNNI", "AVX2"],
    ["AVX", undefined],
    ["AVX512_CORE", "AVX-512"],
    ["AVX-2", "AVX-512"], // unknown to oneDNN
    ["", "AVX-512"],
  ] as const;
  for (const [limit, expected] of cases) assertEquals(instructionSet(library([12, 14, 27]), limit), expected, limit);
});
