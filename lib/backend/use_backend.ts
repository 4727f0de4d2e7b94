/**
 * Chooses and starts the compute backend.
 *
 * @module
 */
import os from "node:os";
import { TENSORFLOW } from "./tensorflow/node_backend.ts";
import { type InstructionSet, instructionSet } from "./tensorflow/processor.ts";
import { startTensorFlow } from "./tensorflow/start_tensorflow.ts";
import { tf } from "./tf.ts";

/** Names of the backends that the library supports. */
export const BACKEND_NAMES = ["tensorflow", "cpu", "webgpu"] as const;

/** Name of a compute backend. */
export type BackendName = typeof BACKEND_NAMES[number];

/** What computes: for people to see and for records to keep. */
export interface BackendInformation {
  /** Name to give to {@linkcode useBackend}. */
  readonly name: BackendName;
  /** Version of TensorFlow, or of tfjs where that computes itself. */
  readonly version: string;
  /** The device, such as `"CPU: Intel Xeon (AVX-512), 2 cores"`, `"CPU: AMD EPYC (AVX2), 2 cores, 1 thread"` or `"GPU:0"`. */
  readonly device: string;
}

const started = new Map<BackendName, BackendInformation>();

/**
 * Starts a compute backend and makes it the one that every tensor lives on. Called again it returns at once.
 *
 * - `"tensorflow"`, the default: TensorFlow's C library, on a GPU where it finds one.
 * - `"webgpu"`: tfjs' own, for Macs and browsers. `"cpu"`: tfjs' own in plain JavaScript, hundreds of times slower.
 *
 * There is no silent fallback: what can't be started is an error.
 *
 * @throws {RangeError} When there is no backend of that name.
 * @throws {Error} When it can't be started; the message says what to do.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const backend = await useBackend("cpu");
 * assertEquals(backend.name, "cpu");
 * ```
 */
export async function useBackend(name: string = TENSORFLOW): Promise<BackendInformation> {
  if (!isBackendName(name)) {
    throw new RangeError(
      `Cannot use backend "${name}": there is none of that name, choose ${BACKEND_NAMES.join(", ")}.`,
    );
  }
  let information = started.get(name);
  if (!information) {
    information = await start(name);
    started.set(name, information);
  }
  if (!await tf.setBackend(name)) throw new Error(`Cannot start the backend "${name}": tfjs could not initialise it.`);
  await tf.ready();
  return information;
}

async function start(name: BackendName): Promise<BackendInformation> {
  switch (name) {
    case "tensorflow": {
      const context = await startTensorFlow();
      const gpu = context.devices.find(({ type }) => type === "GPU");
      const processor = () => processorName({ instructions: instructionSet(context), threads: threadsOfTensorFlow() });
      return { name, version: context.version, device: gpu ? gpu.name.replace(/^.*device:/, "") : processor() };
    }
    case "webgpu": {
      await import("@tensorflow/tfjs-backend-webgpu");
      const adapter = await navigator.gpu?.requestAdapter();
      if (!adapter) {
        throw new Error('Cannot start the backend "webgpu": this machine offers no WebGPU adapter. Use "tensorflow".');
      }
      return { name, version: tf.version.tfjs, device: adapter.info.description || "WebGPU adapter" };
    }
    case "cpu":
      // It would advertise the Node.js binding, which this library takes the place of.
      (tf.findBackend(name) as { firstUse?: boolean }).firstUse = false;
      return { name, version: tf.version.tfjs, device: processorName() };
  }
}

function isBackendName(name: string): name is BackendName {
  return (BACKEND_NAMES as readonly string[]).includes(name);
}

/** Processor and cores; and what decides how numbers are rounded: its instructions, and the threads where they are not as many. */
function processorName({ instructions, threads }: { instructions?: InstructionSet; threads?: number } = {}): string {
  const cores = os.cpus();
  const model = `${cores[0]?.model.trim() || "unknown model"}${instructions ? ` (${instructions})` : ""}`;
  const some = threads === undefined || threads === cores.length
    ? ""
    : `, ${threads} ${threads === 1 ? "thread" : "threads"}`;
  return `CPU: ${model}, ${cores.length} cores${some}`;
}

/** Threads that one operation of TensorFlow may use: what the user says, else the cores that this process may use. */
function threadsOfTensorFlow(): number {
  return Number(Deno.env.get("TF_NUM_INTRAOP_THREADS")) || navigator.hardwareConcurrency;
}
