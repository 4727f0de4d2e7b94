/**
 * Graph capture: a function of tensors becomes one call to TensorFlow, as with `tf.function` or `jax.jit`.
 *
 * @module
 */
import { deriveSeed } from "../random/random_stream.ts";
import type { GraphFunction } from "./tensorflow/graph_trace.ts";
import { type NodeBackend, nodeBackend } from "./tensorflow/node_backend.ts";
import type { OperationTime } from "./tensorflow/operation_times.ts";
import type { TensorMetadata } from "./tensorflow/tensor_table.ts";
import { flattenTensors, type TreeStructure, unflattenTensors } from "./tensor_tree.ts";
import { tf } from "./tf.ts";

/**
 * What convolutions and matrix products are computed in; what goes in and comes out stays float32 in any case.
 *
 * `"bfloat16"` is for processors with instructions for it and `"float16"` for GPUs; elsewhere each computes in float32.
 * Small gradients vanish in float16: scale the loss, as the training step does.
 */
export type Precision = "float32" | "bfloat16" | "float16";

/** How a captured function runs. */
export interface CaptureOptions {
  /** Name for messages; default: the function's own. */
  readonly name?: string;
  /** What TensorFlow computes convolutions and matrix products in. Default `"float32"`. */
  readonly precision?: Precision;
  /** Compile with XLA; worth it on a GPU, several times slower on a CPU. Default false. */
  readonly compile?: boolean;
  /**
   * Add in the order of the calls. TensorFlow otherwise joins a chain of additions into one, which begins with whatever
   * buffer is free to be written to: the last bits then depend on timing. Default false: it costs a training step a few
   * per cent.
   */
  readonly orderedSums?: boolean;
  /** Run the function as it is, operation by operation; for debugging. Default false. */
  readonly eager?: boolean;
}

/** A captured function: called like the original one. */
export interface CapturedFunction<Arguments, Result> {
  (arguments_: Arguments): Result;
  /** Calls it on another thread: JavaScript goes on, to prepare the next call's arguments for example. */
  start(arguments_: Arguments): Promise<Result>;
  /**
   * Runs it a few times and tells what each kind of operation takes, the longest first; its results are dropped. On
   * TensorFlow, on a CPU.
   *
   * @param runs how many runs the means are of; default 5
   */
  operationTimes(arguments_: Arguments, runs?: number): OperationTime[];
  /** Number of traces so far: one for each combination of shapes and types that it was called with. */
  traceCount(): number;
  /** Frees the traces. */
  dispose(): void;
}

/** Fields of `ConfigProto.graph_options.rewrite_options` that ask TensorFlow's own rewrite for a precision, serialised. */
const PRECISION_REWRITES: Readonly<Record<Precision, readonly number[]>> = {
  float32: [],
  // auto_mixed_precision_onednn_bfloat16 (31) = ON
  bfloat16: [0xf8, 0x01, 0x01],
  // auto_mixed_precision (23) = ON; auto_mixed_precision_cpu, which emulates it, ends the process in TensorFlow 2.21
  float16: [0xb8, 0x01, 0x01],
};
/** arithmetic_optimization (7) = OFF */
const ORDERED_SUMS = [0x38, 0x02];

/** The options as a serialised `ConfigProto`. */
function graphConfigurationOf(
  { precision = "float32", orderedSums }: CaptureOptions,
): Uint8Array<ArrayBuffer> | undefined {
  const rewrites = [...(orderedSums ? ORDERED_SUMS : []), ...PRECISION_REWRITES[precision]];
  if (rewrites.length === 0) return undefined;
  // graph_options (10) of ConfigProto, rewrite_options (10) of that
  return new Uint8Array([0x52, rewrites.length + 2, 0x52, rewrites.length, ...rewrites]);
}

interface Trace {
  readonly graphFunction: GraphFunction;
  readonly structure: TreeStructure;
  /** Ids of tensors from outside that the function reads beside its arguments. */
  readonly outside: readonly number[];
}

/**
 * Captures a pure function of tensors: the first call with each combination of shapes and types records what it does,
 * every further one runs the recording as one operation.
 *
 * The function must depend on its argument only, and may not read values (`dataSync`, `arraySync`): return the tensor
 * and read it outside. Numbers and branches in it are fixed when it is recorded. On backends other than TensorFlow it
 * runs as it is. Inside of another captured function it becomes part of that one.
 *
 * @param original From a record, array or nesting of tensors to another such; tensors that it makes on the way are freed.
 *
 * @example
 * ```ts
 * import { tf } from "./tf.ts";
 * import { assertEquals } from "@std/assert";
 * const double = capture(({ x }: { x: tf.Tensor }) => ({ y: tf.mul(x, 2) }));
 * assertEquals(double({ x: tf.tensor1d([1, 2]) }).y.arraySync(), [2, 4]);
 * ```
 */
export function capture<Arguments, Result>(
  original: (arguments_: Arguments) => Result,
  options: CaptureOptions = {},
): CapturedFunction<Arguments, Result> {
  const traces = new Map<string, Trace>();
  const name = options.name ?? (original.name || "function");
  const graphConfiguration = graphConfigurationOf(options);

  function runAsItIs(arguments_: Arguments): Result {
    // Copies, which cost nothing, so that an argument that is returned is a tensor of its own here as well.
    return tf.tidy(() => {
      const { tensors, structure } = flattenTensors(original(arguments_));
      return unflattenTensors<tf.TensorContainer>(structure, tensors.map((tensor) => tf.clone(tensor)));
    }) as Result;
  }

  function traceFor(backend: NodeBackend, arguments_: Arguments): { trace: Trace; inputs: number[] } {
    const { tensors, structure } = flattenTensors(arguments_);
    const signature = tensors.map(({ dtype, shape }) => `${dtype}[${shape}]`).join() + JSON.stringify(structure);
    const ids = backend.getInputTensorIds(tensors);
    let trace = traces.get(signature);
    if (!trace) {
      trace = record(backend, `${name}_${traceName(name, signature)}`, () => original(arguments_), ids);
      traces.set(signature, trace);
    }
    return { trace, inputs: [...ids, ...trace.outside] };
  }

  const runOptions = { graphConfiguration, compile: options.compile };
  const collect = (backend: NodeBackend, { structure }: Trace, outputs: readonly TensorMetadata[]): Result =>
    unflattenTensors(structure, outputs.map((output) => backend.createOutputTensor(output)));

  function call(arguments_: Arguments): Result {
    const backend = nodeBackend();
    if (options.eager || !backend || backend.binding.isCapturing()) return runAsItIs(arguments_);
    const { trace, inputs } = traceFor(backend, arguments_);
    return collect(backend, trace, backend.binding.runFunction(trace.graphFunction, inputs, runOptions));
  }

  async function start(arguments_: Arguments): Promise<Result> {
    const backend = nodeBackend();
    if (options.eager || !backend) return runAsItIs(arguments_);
    const { trace, inputs } = traceFor(backend, arguments_);
    return collect(backend, trace, await backend.binding.startFunction(trace.graphFunction, inputs, runOptions));
  }

  function times(arguments_: Arguments, runs = 5): OperationTime[] {
    const backend = nodeBackend();
    if (options.eager || options.compile || !backend || backend.binding.isUsingGpuDevice()) {
      throw new Error(`Cannot trace ${name}: it must run captured, not compiled, on TensorFlow and a CPU.`);
    }
    if (!(Number.isSafeInteger(runs) && runs >= 1)) {
      throw new RangeError(`Cannot trace ${name}: expected runs from 1, found ${runs}.`);
    }
    const { trace, inputs } = traceFor(backend, arguments_);
    return backend.binding.operationTimes(runs, trace.graphFunction, inputs, runOptions);
  }

  function dispose(): void {
    for (const { graphFunction } of traces.values()) nodeBackend()?.binding.removeFunction(graphFunction);
    traces.clear();
  }

  return Object.assign(call, { start, operationTimes: times, traceCount: () => traces.size, dispose });
}

let captureCount = 0;

/** A name that no other function of the process has: TensorFlow keeps one table of names. */
function traceName(name: string, signature: string): string {
  return `${++captureCount}_${(deriveSeed(0, name, signature) >>> 0).toString(16)}`;
}

function record(backend: NodeBackend, name: string, body: () => unknown, argumentIds: readonly number[]): Trace {
  let structure: TreeStructure = [];
  const safeName = name.replaceAll(/[^A-Za-z0-9_]/g, "_");
  // Inside a tidy, so that what the function makes on the way is freed after the recording has ended.
  const graphFunction = tf.tidy(() => {
    const recorded = backend.binding.captureFunction(safeName, argumentIds, () => {
      const result = flattenTensors(body());
      structure = result.structure;
      return backend.getInputTensorIds(result.tensors);
    });
    return recorded as unknown as tf.TensorContainer;
  }) as unknown as GraphFunction;
  return { graphFunction, structure, outside: graphFunction.inputs.slice(argumentIds.length) };
}
