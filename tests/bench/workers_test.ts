import { assert, assertAlmostEquals, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "@std/path";
import type { Repeated, Timed, WorkSettings } from "../../bench/messages.ts";
import { CHANNELS_LAST } from "../../bench/peer_variants.ts";
import { compareComputation, COMPARED_SETTINGS, SAME_WITHIN } from "../../bench/measure_machine.ts";
import {
  ourWorker,
  pytorchWorker,
  startWorker,
  type WorkerCommand,
  WorkerFailure,
  type WorkerProcess,
} from "../../bench/worker_process.ts";
import { projectFolder } from "../../tasks/setup/project_folder.ts";
import { pytorchEnvironment } from "../../tasks/setup/environments.ts";
import { TaskError } from "../../tasks/cli/task_error.ts";

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

Deno.test("our worker trains, measures difficulty and multiplies", () => tryWorks(ourWorker()));

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

Deno.test("a worker that can't do something says so and goes on", async () => {
  await using worker: WorkerProcess = await startWorker(ourWorker());
  const missing = { operation: "load", inputs: join("no", "such.safetensors") } as const;
  await assertRejects(() => worker.ask(missing), WorkerFailure, "No such file");
  await assertRejects(() => worker.ask({ operation: "run", count: 1 }), WorkerFailure, "nothing is prepared");
  assertMatch(worker.ready.framework, /^TensorFlow 2\./);
  assert((await worker.usage()).peakBytes > 0);
});

Deno.test("a worker that ends is told with its last words", async () => {
  const code = 'console.error("out of memory"); Deno.exit(3)';
  const command = { name: "the worker", command: [Deno.execPath(), "eval", code], env: {} };
  const error = await assertRejects(() => startWorker(command), TaskError, "the worker ended with status 3");
  assertMatch(error.message, /out of memory/);
});
