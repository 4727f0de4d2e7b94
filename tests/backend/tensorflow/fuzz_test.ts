import { backend } from "../../backend.ts";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl } from "@std/path";
import type { FuzzReport } from "./fuzz_process.ts";

const ignore = backend.name !== "tensorflow";
const SEED = 1;
const CALLS = 6000;

/** What the second half of the calls may add: kernels and definitions that TensorFlow keeps, and uncollected garbage. */
const ALLOWED_GROWTH = 80e6;

/** Runs `fuzz_process.ts`; where it ends badly, the last lines that it said name the call. */
async function runFuzz<T>(...args: string[]): Promise<T> {
  const path = (name: string) => fromFileUrl(new URL(name, import.meta.url));
  const command = ["run", "-q", "--no-check", "-P=training", "--config", path("../../../deno.json")];
  const { code, signal, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...command, path("fuzz_process.ts"), ...args],
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assertEquals({ code, signal }, { code: 0, signal: null }, text(stderr).slice(-6000));
  return JSON.parse(text(stdout));
}

Deno.test({
  name: `${CALLS} random calls of the binding end in a result or an exception that says why, and leave no tensor`,
  ignore,
  async fn() {
    const { calls, refused, tensorsLeft, growth } = await runFuzz<FuzzReport>(`${SEED}`, `${CALLS}`);
    const counts = Object.entries(calls).map(([kind, count]) => `${count} ${kind}`).join(", ");
    console.log(`${CALLS} calls (${counts}), ${refused} refused, ${tensorsLeft} tensors left`);
    assert(Object.values(calls).every((count) => count >= CALLS / 40), "each kind was tried");
    assert(refused > CALLS / 2 && refused < CALLS * 0.95, `${refused} were refused`);
    assertEquals(tensorsLeft, 0);
    assert(growth < ALLOWED_GROWTH, `the process grew by ${(growth / 1e6).toFixed(0)} MB`);
  },
});

Deno.test({
  name: "an output that no memory holds is refused, nothing leaks, and the next call works",
  ignore,
  async fn() {
    assertMatch(await runFuzz<string>("exhaust"), /^Cannot run Fill: OOM when allocating tensor with shape/);
  },
});
