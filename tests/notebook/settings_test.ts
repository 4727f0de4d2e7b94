import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { readSettings } from "../../lib/notebook/settings.ts";

function from(variables: Record<string, string>) {
  return readSettings((name) => variables[name]);
}

Deno.test("readSettings() without variables gives the quick profile and results inside the project", () => {
  const { resultsDirectory, ...rest } = from({});
  const unset = ["dataset", "dataDirectory", "groups", "split", "backend"].map((name) => [name, undefined]);
  assertEquals(rest, { profile: "quick", seed: 1, set: {}, ...Object.fromEntries(unset) });
  assertStringIncludes(resultsDirectory, "latest");
});

Deno.test("readSettings() takes every variable", () => {
  assertEquals(
    from({
      POLYDICE_PROFILE: "thesis",
      POLYDICE_DATASET: "kvasir-seg",
      POLYDICE_DATA: "/images",
      POLYDICE_GROUPS: "/groups.csv",
      POLYDICE_SPLIT: "fold-1-of-5",
      POLYDICE_FIT: "pad",
      POLYDICE_MASK_VALUE: "1,2",
      POLYDICE_SEED: "7",
      POLYDICE_BACKEND: "webgpu",
      POLYDICE_RESULTS: "/results",
    }),
    {
      profile: "thesis",
      dataset: "kvasir-seg",
      dataDirectory: "/images",
      groups: "/groups.csv",
      split: "fold-1-of-5",
      set: { fit: "pad", maskValues: "1,2" },
      seed: 7,
      backend: "webgpu",
      resultsDirectory: "/results",
    },
  );
});

Deno.test("readSettings() takes an empty variable as not set", () => {
  assertEquals(from({ POLYDICE_PROFILE: "", POLYDICE_DATA: " " }), from({}));
});

Deno.test("readSettings() tells all wrong values at once, with the valid ones", () => {
  const error = assertThrows(
    () => from({ POLYDICE_PROFILE: "fast", POLYDICE_FIT: "crop", POLYDICE_BACKEND: "wasm", POLYDICE_SEED: "1.5" }),
    RangeError,
  );
  for (
    const part of [
      'POLYDICE_PROFILE: expected one of smoke, quick, small, long, thesis, found "fast"',
      'POLYDICE_FIT: expected one of stretch, pad, found "crop"',
      'POLYDICE_BACKEND: expected one of tensorflow, cpu, webgpu, found "wasm"',
      'POLYDICE_SEED: expected a whole number of at least 0, found "1.5"',
    ]
  ) assertStringIncludes(error.message, part);
});

Deno.test("readSettings() refuses a seed that is no whole number of at least 0", () => {
  for (const seed of ["-1", "0x10", "1e3", "seed", "99999999999999999999"]) {
    assertThrows(() => from({ POLYDICE_SEED: seed }), RangeError, "POLYDICE_SEED", seed);
  }
});
