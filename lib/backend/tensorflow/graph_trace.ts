/**
 * Records operations as nodes of a TensorFlow graph in place of running them, and turns the graph into a function that
 * the eager context runs as one operation.
 *
 * @module
 */
import type { TensorFlowContext } from "./context.ts";
import { AttributeType } from "./c_api.ts";
import { type Operation, requireOutputCount } from "./eager_execution.ts";
import { checkStatus } from "./library.ts";
import { cString } from "./c_string.ts";
import { attributeSetters } from "./operation_attributes.ts";
import { checkKernel } from "./kernel_check.ts";
import { checkOperation } from "./operation_check.ts";
import { type DefinitionTable, operationDefinition } from "./operation_definition.ts";
import { readHandle } from "./host_tensor.ts";
import { requireTensor, type TensorMetadata, type TensorTable } from "./tensor_table.ts";

/** One output of one node. */
interface GraphTensor {
  /** `TF_Output`, as the C interface takes it by value. */
  readonly output: Uint8Array<ArrayBuffer>;
  readonly shape: number[];
  readonly dtype: number;
}

/** A graph that is being recorded. */
export interface GraphTrace {
  readonly graph: Deno.PointerValue;
  /** Tensors that were made while recording, by id. */
  readonly tensors: Map<number, GraphTensor>;
  /** Eager tensors that the recorded operations read, by id, in the order in which they become the function's inputs. */
  readonly inputs: Map<number, GraphTensor>;
  readonly definitions: DefinitionTable;
  nodeCount: number;
}

/** A finished function: its name in the context, and the eager tensors that it reads beside its arguments. */
export interface GraphFunction {
  readonly name: string;
  /** Ids of all its inputs: first the arguments, then tensors from outside that it had met. */
  readonly inputs: readonly number[];
  readonly outputCount: number;
  /** Number of recorded nodes. */
  readonly nodeCount: number;
}

const POINTER_AND_INDEX_BYTES = 16;

/** Outputs whose shape is TensorFlow's own affair, by operation: they only go on to the operation's gradient. */
const OPAQUE_OUTPUTS: Readonly<Record<string, readonly number[]>> = {
  FusedBatchNormV3: [5],
  FusedBatchNormGradV3: [3, 4],
};

/** Starts recording. End with {@linkcode finishTrace} or {@linkcode abandonTrace}. */
export function startTrace(runtime: TensorFlowContext, definitions: DefinitionTable): GraphTrace {
  return {
    graph: runtime.core.TF_NewGraph(),
    tensors: new Map(),
    inputs: new Map(),
    definitions,
    nodeCount: 0,
  };
}

/** Frees what a recording holds. */
export function abandonTrace(runtime: TensorFlowContext, trace: GraphTrace): void {
  runtime.core.TF_DeleteGraph(trace.graph);
}

/**
 * Makes an eager tensor an input of the function; its values may differ from call to call.
 *
 * @throws {Error} When there is no such tensor.
 */
export function addInput(runtime: TensorFlowContext, table: TensorTable, trace: GraphTrace, id: number): GraphTensor {
  const known = trace.inputs.get(id);
  if (known) return known;
  const { shape, dtype } = requireTensor(table, id, "capture a function");
  const { core } = runtime;
  const node = core.TF_NewOperation(trace.graph, cString("Placeholder"), nodeName(trace, "input"));
  core.TF_SetAttrType(node, cString("dtype"), dtype);
  core.TF_SetAttrShape(node, cString("shape"), BigInt64Array.from(shape, BigInt), shape.length);
  const [input] = finishNode(runtime, trace, node, 1, "Placeholder");
  trace.inputs.set(id, input);
  return input;
}

/** Records a host tensor as a constant and returns it under the id. */
export function addConstant(
  runtime: TensorFlowContext,
  trace: GraphTrace,
  id: number,
  tensor: Deno.PointerValue,
  dtype: number,
): void {
  const { core, status } = runtime;
  const node = core.TF_NewOperation(trace.graph, cString("Const"), nodeName(trace, "constant"));
  core.TF_SetAttrTensor(node, cString("value"), tensor, status);
  checkStatus(runtime, "capture a constant");
  core.TF_SetAttrType(node, cString("dtype"), dtype);
  trace.tensors.set(id, finishNode(runtime, trace, node, 1, "Const")[0]);
}

/**
 * Records an operation.
 *
 * @throws {Error} When an input is not there, or TensorFlow refuses the node.
 */
export function addOperation(
  runtime: TensorFlowContext,
  table: TensorTable,
  trace: GraphTrace,
  operation: Operation,
): TensorMetadata[] {
  const { core } = runtime;
  const { name, attributes } = operation;
  requireOutputCount(operation);
  const setters = attributeSetters(runtime, "TF_SetAttr", attributes);
  const inputs = operation.inputs.map((id) => trace.tensors.get(id) ?? addInput(runtime, table, trace, id));
  const before = (operation.controlInputs ?? []).map((id) =>
    trace.tensors.get(id) ?? addInput(runtime, table, trace, id)
  );
  const groups = checkOperation(operationDefinition(runtime, trace.definitions, name), operation);
  checkKernel(operation, inputs.map(({ shape }) => shape), (index) => {
    // A constant is an eager tensor as well; what is computed in the function has no values yet.
    const constant = table.tensors.get(operation.inputs[index]);
    return constant && readHandle(runtime, constant.handle);
  });
  const node = core.TF_NewOperation(trace.graph, cString(name), nodeName(trace, name));
  let next = 0;
  for (const group of groups) {
    if (group === "single") core.TF_AddInput(node, inputs[next++].output);
    else core.TF_AddInputList(node, packOutputs(inputs.slice(next, next += group).map(outputOf)), group);
  }
  for (const { output } of before) core.TF_AddControlInput(node, nodeOf(output));
  for (const set of setters) set(node);
  return finishNode(runtime, trace, node, operation.outputCount, name).map((tensor) => {
    const id = table.nextId++;
    trace.tensors.set(id, tensor);
    return { id, shape: tensor.shape, dtype: tensor.dtype };
  });
}

/**
 * Turns what was recorded into a function of the context.
 *
 * @param argumentIds Eager tensors that are the function's arguments, in order.
 * @param outputIds Tensors to return; one that is an argument, or was returned before, is passed through `Identity`.
 */
export function finishTrace(
  runtime: TensorFlowContext,
  table: TensorTable,
  trace: GraphTrace,
  name: string,
  argumentIds: readonly number[],
  outputIds: readonly number[],
): GraphFunction {
  const { core, status } = runtime;
  const arguments_ = argumentIds.map((id) => addInput(runtime, table, trace, id));
  const returned = new Set<number>();
  const outputs = outputIds.map((id) => {
    const tensor = trace.tensors.get(id);
    const isOwn = tensor !== undefined && !returned.has(id);
    returned.add(id);
    if (isOwn) return tensor;
    const { dtype } = tensor ?? addInput(runtime, table, trace, id);
    const attributes = [{ name: "T", type: AttributeType.TYPE, value: dtype }];
    const [copy] = addOperation(runtime, table, trace, { name: "Identity", attributes, inputs: [id], outputCount: 1 });
    return trace.tensors.get(copy.id)!;
  });
  const met = [...trace.inputs.keys()].filter((id) => !argumentIds.includes(id));
  const inputs = [...arguments_, ...met.map((id) => trace.inputs.get(id)!)];
  const graphFunction = core.TF_GraphToFunction(
    trace.graph,
    cString(name),
    0,
    -1,
    null,
    inputs.length,
    packOutputs(inputs.map(outputOf)),
    outputs.length,
    packOutputs(outputs.map(outputOf)),
    null,
    null,
    null,
    status,
  );
  checkStatus(runtime, `capture function ${name}`);
  try {
    core.TFE_ContextAddFunction(runtime.context, graphFunction, status);
    checkStatus(runtime, `add function ${name}`);
  } finally {
    core.TF_DeleteFunction(graphFunction);
  }
  return { name, inputs: [...argumentIds, ...met], outputCount: outputs.length, nodeCount: trace.nodeCount };
}

/** The `TF_Output` of an operation. */
export function nodeOutput(operation: Deno.PointerValue, index: number): Uint8Array<ArrayBuffer> {
  const output = new Uint8Array(POINTER_AND_INDEX_BYTES);
  new BigUint64Array(output.buffer)[0] = Deno.UnsafePointer.value(operation);
  new Int32Array(output.buffer)[2] = index;
  return output;
}

/** The `TF_Operation` of a `TF_Output`. */
function nodeOf(output: Uint8Array<ArrayBuffer>): Deno.PointerValue {
  return Deno.UnsafePointer.create(new BigUint64Array(output.buffer)[0]);
}

function nodeName(trace: GraphTrace, kind: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${kind}_${trace.nodeCount++}\0`);
}

function outputOf({ output }: GraphTensor): Uint8Array<ArrayBuffer> {
  return output;
}

/** A `TF_Output[]`. */
export function packOutputs(outputs: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(POINTER_AND_INDEX_BYTES * outputs.length);
  outputs.forEach((output, index) => bytes.set(output, POINTER_AND_INDEX_BYTES * index));
  return bytes;
}

/** Finishes a node and reads its outputs' shapes and types, which TensorFlow infers. */
function finishNode(
  runtime: TensorFlowContext,
  trace: GraphTrace,
  node: Deno.PointerValue,
  outputCount: number,
  what: string,
): GraphTensor[] {
  const { core, status } = runtime;
  const operation = core.TF_FinishOperation(node, status);
  checkStatus(runtime, `capture ${what}`);
  const found = core.TF_OperationNumOutputs(operation);
  if (found !== outputCount) {
    throw new RangeError(`Cannot capture ${what}: it has ${found} outputs, ${outputCount} were asked for.`);
  }
  return Array.from({ length: outputCount }, (_, index) => {
    const output = nodeOutput(operation, index);
    const rank = core.TF_GraphGetTensorNumDims(trace.graph, output, status);
    checkStatus(runtime, `capture ${what}`);
    const lengths = new BigInt64Array(Math.max(rank, 0));
    if (rank > 0) core.TF_GraphGetTensorShape(trace.graph, output, lengths, rank, status);
    checkStatus(runtime, `capture ${what}`);
    const shape = Array.from(lengths, Number);
    const isKnown = rank >= 0 && shape.every((length) => length >= 0);
    if (!isKnown && !OPAQUE_OUTPUTS[what]?.includes(index)) {
      throw new Error(
        `Cannot capture ${what}: the shape of its output depends on values. Keep it out of the function.`,
      );
    }
    return { output, shape: isKnown ? shape : [], dtype: core.TF_OperationOutputType(output) };
  });
}
