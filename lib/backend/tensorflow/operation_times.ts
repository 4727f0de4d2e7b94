/**
 * How long each kind of operation of a captured function takes, by TensorFlow's own tracing.
 *
 * TensorFlow rewrites a function before it runs it: it joins operations and takes oneDNN's in place of its own. What runs
 * in the end has other names than what was recorded; the trace tells them.
 *
 * @module
 */
import { cString } from "./c_string.ts";
import type { TensorFlowContext } from "./context.ts";
import type { Operation } from "./eager_execution.ts";
import { nodeOutput, packOutputs } from "./graph_trace.ts";
import { checkStatus } from "./library.ts";
import { fieldsOf, textOf } from "./protocol_buffer.ts";
import { type EagerTensor, requireTensor, type TensorTable } from "./tensor_table.ts";

/** A kind of operation in a function. */
export interface OperationTime {
  /** As TensorFlow runs it, such as `"_MklNativeConv2D"`. */
  readonly operation: string;
  /** Operations of this kind in a run. */
  readonly count: number;
  /** What they take in a run together. Those that run side by side count each. */
  readonly milliseconds: number;
}

/** `RunOptions` with the trace level FULL_TRACE. */
const FULL_TRACE = new Uint8Array([0x08, 0x03]);
/** Runs before those that count: the first ones make oneDNN's kernels. */
const WARM_UP = 2;

// Field numbers of the protocol buffers RunMetadata, StepStats, DeviceStepStats and NodeExecStats.
const STEP_STATS = 1, DEVICES = 1, NODES = 2;
const NODE = { startNanoseconds: 14, endNanoseconds: 15, label: 8 };

/**
 * Runs a captured function on a CPU a few times, traced. What it returns is thrown away.
 *
 * @param call The function with its inputs.
 * @returns means over the runs, the longest first
 */
export function operationTimes(
  runtime: TensorFlowContext,
  table: TensorTable,
  call: Operation,
  runs: number,
): OperationTime[] {
  const { core, framework, status } = runtime;
  const action = `trace ${call.name}`;
  const inputs = call.inputs.map((id) => requireTensor(table, id, action));
  const graph = core.TF_NewGraph();
  const tensors: Deno.PointerValue[] = [];
  let session: Deno.PointerValue = null;
  try {
    const { placeholders, outputs } = callingGraph(runtime, graph, call, inputs);
    session = startSession(runtime, graph, call.graphConfiguration);
    for (const { handle } of inputs) {
      tensors.push(core.TFE_TensorHandleResolve(handle, status));
      checkStatus(runtime, action);
    }
    const values = BigUint64Array.from(tensors, (tensor) => Deno.UnsafePointer.value(tensor));
    const run = () => {
      const results = new BigUint64Array(call.outputCount);
      const metadata = core.TF_NewBuffer();
      try {
        core.TF_SessionRun(
          session,
          bufferOf(FULL_TRACE),
          packOutputs(placeholders),
          values,
          values.length,
          packOutputs(outputs),
          results,
          results.length,
          null,
          0,
          metadata,
          status,
        );
        checkStatus(runtime, action);
        return bytesOf(metadata!);
      } finally {
        for (const result of results) framework.TF_DeleteTensor(Deno.UnsafePointer.create(result));
        core.TF_DeleteBuffer(metadata);
      }
    };
    for (let index = 0; index < WARM_UP; index++) run();
    return sumOperations(Array.from({ length: runs }, run));
  } finally {
    for (const tensor of tensors) framework.TF_DeleteTensor(tensor);
    if (session) core.TF_DeleteSession(session, status);
    core.TF_DeleteGraph(graph);
  }
}

/** Fills a graph with the function, one call of it, and what it is called with. */
function callingGraph(
  runtime: TensorFlowContext,
  graph: Deno.PointerValue,
  { name, outputCount, graphConfiguration: configuration = new Uint8Array(0) }: Operation,
  inputs: readonly EagerTensor[],
): { placeholders: Uint8Array<ArrayBuffer>[]; outputs: Uint8Array<ArrayBuffer>[] } {
  const { core, context, status } = runtime;
  const action = `trace ${name}`;
  const graphFunction = core.TFE_ContextGetFunction(context, cString(name), status);
  checkStatus(runtime, action);
  try {
    core.TF_GraphCopyFunction(graph, graphFunction, null, status);
    checkStatus(runtime, action);
  } finally {
    core.TF_DeleteFunction(graphFunction);
  }
  const finish = (node: Deno.PointerValue) => {
    const operation = core.TF_FinishOperation(node, status);
    checkStatus(runtime, action);
    return operation;
  };
  const placeholders = inputs.map(({ dtype }, index) => {
    const node = core.TF_NewOperation(graph, cString("Placeholder"), cString(`input_${index}`));
    core.TF_SetAttrType(node, cString("dtype"), dtype);
    return nodeOutput(finish(node), 0);
  });
  // The call by the function's own name tells the types of its outputs; only PartitionedCall rewrites it as usual.
  const plain = core.TF_NewOperation(graph, cString(name), cString("plain_call"));
  for (const placeholder of placeholders) core.TF_AddInput(plain, placeholder);
  const called = finish(plain);
  const types = Array.from(
    { length: outputCount },
    (_, index) => core.TF_OperationOutputType(nodeOutput(called, index)),
  );
  const node = core.TF_NewOperation(graph, cString("PartitionedCall"), cString("call"));
  core.TF_AddInputList(node, packOutputs(placeholders), placeholders.length);
  core.TF_SetAttrTypeList(node, cString("Tout"), Int32Array.from(types), types.length);
  core.TF_SetAttrFuncName(node, cString("f"), cString(name), BigInt(cString(name).length - 1));
  core.TF_SetAttrString(node, cString("config_proto"), configuration, BigInt(configuration.length));
  const operation = finish(node);
  return { placeholders, outputs: Array.from({ length: outputCount }, (_, index) => nodeOutput(operation, index)) };
}

/** The session puts the function's body into the graph, so that its own configuration holds: how it is rewritten. */
function startSession(
  runtime: TensorFlowContext,
  graph: Deno.PointerValue,
  configuration: Uint8Array<ArrayBuffer> = new Uint8Array(0),
): Deno.PointerValue {
  const { core, status } = runtime;
  const options = core.TF_NewSessionOptions();
  try {
    core.TF_SetConfig(options, configuration, BigInt(configuration.length), status);
    checkStatus(runtime, "configure a session");
    const session = core.TF_NewSession(graph, options, status);
    checkStatus(runtime, "start a session");
    return session;
  } finally {
    core.TF_DeleteSessionOptions(options);
  }
}

/**
 * The sums by kind of operation, as means of a run.
 *
 * @param runs `RunMetadata` of each run, serialised
 */
export function sumOperations(runs: readonly Uint8Array[]): OperationTime[] {
  const sums = new Map<string, { count: number; nanoseconds: number }>();
  for (const node of runs.flatMap(nodesOf)) {
    const fields = fieldsOf(node);
    const operation = / = (\w+)\(/.exec(textOf(fields[NODE.label]) ?? "")?.[1];
    if (!operation) continue; // the call itself, of which the others are parts
    const [start, end] = [NODE.startNanoseconds, NODE.endNanoseconds].map((field) => Number(fields[field]?.[0] ?? 0));
    const sum = sums.get(operation) ?? { count: 0, nanoseconds: 0 };
    sums.set(operation, { count: sum.count + 1, nanoseconds: sum.nanoseconds + end - start });
  }
  return [...sums].map(([operation, { count, nanoseconds }]) => ({
    operation,
    count: count / runs.length,
    milliseconds: nanoseconds / 1e6 / runs.length,
  })).sort((a, b) => b.milliseconds - a.milliseconds);
}

function nodesOf(metadata: Uint8Array): Uint8Array[] {
  const messages = (message: Uint8Array, field: number) => (fieldsOf(message)[field] ?? []) as Uint8Array[];
  return messages(metadata, STEP_STATS).flatMap((steps) => messages(steps, DEVICES)).flatMap((device) =>
    messages(device, NODES)
  );
}

/** A `TF_Buffer` of bytes that stay where they are. */
function bufferOf(bytes: Uint8Array<ArrayBuffer>): BigUint64Array<ArrayBuffer> {
  // By their buffer, which no garbage collection moves, while V8 may move a short typed array.
  return new BigUint64Array([Deno.UnsafePointer.value(Deno.UnsafePointer.of(bytes.buffer)), BigInt(bytes.length), 0n]);
}

/** A copy of a `TF_Buffer`'s bytes. */
function bytesOf(buffer: Deno.PointerObject): Uint8Array {
  const view = new Deno.UnsafePointerView(buffer);
  const [data, length] = [view.getPointer(0), Number(view.getBigUint64(8))];
  return data ? new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(data, length).slice(0)) : new Uint8Array(0);
}
