import { assertEquals, assertThrows } from "@std/assert";
import { CHANNELS_LAST, fastest, formatVariant } from "../../bench/peer_variants.ts";

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
