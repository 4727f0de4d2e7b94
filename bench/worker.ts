/**
 * Our side of `deno task bench`: reads one JSON request a line, writes one JSON answer a line. See messages.ts.
 *
 * With `--write FILE BASE_WIDTH IMAGE_SIZE IMAGES` it writes the inputs that both sides read instead.
 *
 * @module
 */
import process from "node:process";
import { useBackend } from "../lib/backend/use_backend.ts";
import {
  compareWork,
  type Inputs,
  prepareWork,
  readInputs,
  type RunOnce,
  withPeakArithmetic,
  writeInputs,
} from "./our_work.ts";
import type { Ready, Request, Usage } from "./messages.ts";
import { textLines } from "../tasks/cli/child_process.ts";

let inputs: Inputs | undefined;
let work: RunOnce | undefined;

async function serve(request: Request): Promise<object> {
  switch (request.operation) {
    case "load":
      inputs = await readInputs(request.inputs);
      return {};
    case "prepare": {
      const start = performance.now();
      work = prepareWork(loaded(), request);
      return { milliseconds: performance.now() - start };
    }
    case "run":
      if (!work) throw new Error("Cannot run: nothing is prepared");
      return await repeat(work, request.count);
    case "compare":
      return await compareWork(loaded(), request, request.steps);
    case "usage":
      return {};
    case "peak":
      return await withPeakArithmetic(request, (runOnce) => repeat(runOnce, request.count));
  }
}

/** The inputs, for one use: training changes the weights. */
function loaded(): Inputs {
  if (!inputs) throw new Error("Cannot prepare: no inputs are loaded");
  const taken = inputs;
  inputs = undefined;
  return taken;
}

async function repeat(runOnce: RunOnce, count: number): Promise<{ milliseconds: number[]; value: number }> {
  const milliseconds: number[] = [];
  let value = 0;
  for (let index = 0; index < count; index++) {
    const start = performance.now();
    value = await runOnce();
    milliseconds.push(performance.now() - start);
  }
  return { milliseconds, value };
}

function usage(): Usage {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return { processorSeconds: (userCPUTime + systemCPUTime) / 1e6, peakBytes: 1024 * maxRSS };
}

function answer(message: object): void {
  const bytes = new TextEncoder().encode(JSON.stringify({ ...message, usage: usage() }) + "\n");
  for (let from = 0; from < bytes.length;) from += Deno.stdout.writeSync(bytes.subarray(from));
}

async function main(): Promise<void> {
  const { version, device } = await useBackend();
  const ready: Ready = { framework: `TensorFlow ${version}`, device };
  answer({ ok: true, ...ready });
  for await (const line of textLines(Deno.stdin.readable)) {
    try {
      answer({ ok: true, ...await serve(JSON.parse(line)) });
    } catch (error) {
      answer({ ok: false, error: (error as Error).message });
    }
  }
}

if (Deno.args[0] === "--write") {
  const [, path, baseWidth, imageSize, images] = Deno.args;
  await useBackend();
  await writeInputs(path, { baseWidth: Number(baseWidth), imageSize: Number(imageSize), images: Number(images) });
} else {
  await main();
}
Deno.exit(0);
