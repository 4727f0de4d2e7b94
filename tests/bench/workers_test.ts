import { assert, assertAlmostEquals, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { sumKernels } from "../../bench/kernel_profile.ts";
import { agreement, compareComputation, COMPARED_SETTINGS, isSame, SAME_WITHIN } from "../../bench/measure_machine.ts";
import type { Repeated, Timed, Traced, WorkSettings } from "../../bench/messages.ts";
import { CHANNELS_LAST, fastest, formatVariant } from "../../bench/peer_variants.ts";
import {
  ourWorker,
  pytorchWorker,
  startWorker,
  type WorkerCommand,
  WorkerFailure,
} from "../../bench/worker_process.ts";
import { TaskError } from "../../tasks/cli/task_error.ts";
import { pytorchEnvironment } from "../../tasks/setup/environments.ts";
import { projectFolder } from "../../tasks/setup/project_folder.ts";

const TINY: WorkSettings = {
  work: "train",
  precision: "float32",
  baseWidth: 4,
  imageSize: 32,
  batch: 2,
  images: 4,
  passes: 2,
  dropoutRate: 0.5,
};

const { python, compileCache } = pytorchEnvironment(projectFolder(), "cpu");
const peer = pytorchWorker(python, "cpu", compileCache);
const isInstalled = await Deno.stat(python).then(() => true, () => false);
const skipped = isInstalled ? "" : " (skipped: PyTorch is not installed; `deno task bench` installs it)";

/** Writes inputs and gives their path to a function. */
async function withInputs({ baseWidth, imageSize, images }: WorkSettings, use: (path: string) => Promise<void>) {
  const folder = await Deno.makeTempDir({ prefix: "polydice_bench_test_" });
  try {
    const path = join(folder, "inputs.safetensors");
    const [program, ...args] = ourWorker().command;
    const numbers = [baseWidth, imageSize, images].map(String);
    const { success } = await new Deno.Command(program, { args: [...args, "--write", path, ...numbers] }).output();
    assert(success);
    await use(path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Lets a worker do every kind of work on a tiny network. */
async function tryWorks(command: WorkerCommand): Promise<void> {
  await withInputs(TINY, async (inputs) => {
    await using worker = await startWorker(command);
    const missing = { operation: "load", inputs: join("no", "such.safetensors") } as const;
    await assertRejects(() => worker.ask(missing), WorkerFailure); // and it goes on
    await assertRejects(() => worker.ask({ operation: "run", count: 1 }), WorkerFailure);
    for (const work of ["train", "mc"] as const) {
      await worker.ask({ operation: "load", inputs });
      const prepared = await worker.ask<Timed>({ operation: "prepare", ...TINY, work, variant: CHANNELS_LAST });
      assert(prepared.milliseconds >= 0);
      const { milliseconds, value } = await worker.ask<Repeated>({ operation: "run", count: 3 });
      assertEquals(milliseconds.length, 3);
      assert(work === "train" ? value > 0 && value < 3 : value >= 0 && value <= Math.LN2, `${work}: ${value}`);
    }
    for (const [kind, expected] of [["product", 32 / 4], ["convolution", 4 * 4 / 4]] as const) {
      const shapes = { size: 32, image: [1, 8, 8, 4], kernel: [3, 3, 4, 4] };
      const request = { operation: "peak", kind, ...shapes, precision: "float32", count: 2 } as const;
      const { milliseconds, value } = await worker.ask<Repeated>(request);
      assertEquals(milliseconds.length, 2);
      assertEquals(value, expected);
    }
    const { processorSeconds, peakBytes } = await worker.usage();
    assert(processorSeconds > 0 && peakBytes > 1e7);
  });
}

Deno.test("our worker says what it can't do and goes on, trains, measures difficulty and multiplies", () =>
  tryWorks(ourWorker()));

Deno.test({
  name: "our worker names the operations of a training step, and of nothing else",
  async fn() {
    await withInputs(TINY, async (inputs) => {
      await using worker = await startWorker(ourWorker());
      await assertRejects(() => worker.ask({ operation: "trace", count: 1 }), WorkerFailure, "no training is prepared");
      await worker.ask({ operation: "load", inputs });
      await worker.ask({ operation: "prepare", ...TINY, variant: CHANNELS_LAST });
      const { operations } = await worker.ask<Traced>({ operation: "trace", count: 2 });
      const counts = Object.fromEntries(operations.map(({ operation, count }) => [operation, count]));
      const forward = Object.keys(counts).find((name) => name.endsWith("Conv2D"));
      assertEquals(counts[forward!], 19); // two in each of nine blocks, and the output's
    });
  },
});

Deno.test({
  name: `PyTorch's worker trains, measures difficulty and multiplies${skipped}`,
  ignore: !isInstalled,
  fn: () => tryWorks(peer),
});

Deno.test({
  name: `both workers compute the same losses and probabilities from equal weights${skipped}`,
  ignore: !isInstalled,
  async fn() {
    await withInputs(COMPARED_SETTINGS, async (inputs) => {
      await using ours = await startWorker(ourWorker());
      await using theirs = await startWorker(peer);
      const { loss, probability } = await compareComputation(ours, theirs, inputs);
      assertAlmostEquals(loss, 0, SAME_WITHIN);
      assertAlmostEquals(probability, 0, SAME_WITHIN);
    });
  },
});

Deno.test("a worker that ends is told with its last words", async () => {
  const code = 'console.error("out of memory"); Deno.exit(3)';
  const command = { name: "the worker", command: [Deno.execPath(), "eval", code], env: {} };
  const error = await assertRejects(() => startWorker(command), TaskError, "the worker ended with status 3");
  assertMatch(error.message, /out of memory/);
});

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

const result = (loss: number, probability: number) => ({ losses: [[1, loss]], probabilities: [0.5, probability] });

Deno.test("agreement() is the largest difference, and rounding is no difference", () => {
  const found = agreement(result(0.5, 0.25), result(0.50001, 0.252));
  assertAlmostEquals(found.loss, 1e-5);
  assertAlmostEquals(found.probability, 2e-3);
  assertEquals(isSame(found), false);
  assertEquals(isSame(agreement(result(0.5, 0.25), result(0.50001, 0.25))), true);
});

Deno.test("isSame() is false where a side gave NaN or another number of values", () => {
  assertEquals(isSame(agreement(result(NaN, 0.25), result(0.5, 0.25))), false);
  assertEquals(isSame(agreement({ losses: [[1]], probabilities: [] }, result(1, 0.25))), false);
});
