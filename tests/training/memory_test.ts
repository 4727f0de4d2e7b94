import { backend } from "../backend.ts";
import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import type { Held } from "./soak.ts";

const path = (name: string) => fromFileUrl(new URL(name, import.meta.url));

/** What `soak.ts` prints. */
async function printed(...args: (string | number)[]) {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-q", "--no-check", "-P=training", "--config", path("../../deno.json"), "--v8-flags=--expose-gc"],
      ...[path("soak.ts"), ...args.map(String)],
    ],
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assert(success, text(stderr));
  return JSON.parse(text(stdout));
}

const STEPS = 10_000;
/** JavaScript's compiler and TensorFlow's pools have what they need after about 2,000 steps. */
const WARM_UP = 2000;

/** What the other 8,000 steps may add: 125 bytes a step, less than a tensor's JavaScript object takes. */
const ALLOWED_HEAP = 1e6;
/** 2 KB a step; a step's batch alone takes 8 KB. */
const ALLOWED_MEMORY = 16e6;

Deno.test(
  `memory is flat over ${STEPS} captured training steps`,
  { ignore: backend.name !== "tensorflow" },
  async () => {
    const { measured, traceCount } = await printed("steps", STEPS, WARM_UP);
    const [warm, end]: Held[] = measured;
    assertEquals([end.tensors, end.nativeTensors], [warm.tensors, warm.nativeTensors]);
    const grown = `in ${STEPS - WARM_UP} steps the heap grew by ${end.heap - warm.heap} bytes and the process by ${
      end.process - warm.process
    }`;
    assert(end.heap - warm.heap < ALLOWED_HEAP, grown);
    assert(end.process - warm.process < ALLOWED_MEMORY, grown);
    assertEquals(traceCount, 1);
  },
);

/** Ten passes side by side held about 270 MB more than one; two at a time about 120 MB. */
const ALLOWED_FOR_NINE_PASSES = 200e6;

Deno.test(
  "MC Dropout holds the maps of two passes at a time, however many there are",
  { ignore: backend.name !== "tensorflow" || Deno.build.os !== "linux" },
  async () => {
    const growth = await printed("passes", 10) - await printed("passes", 1);
    assert(growth < ALLOWED_FOR_NINE_PASSES, `nine more passes took ${(growth / 1e6).toFixed(0)} MB more`);
  },
);
