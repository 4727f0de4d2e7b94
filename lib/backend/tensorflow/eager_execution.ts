/**
 * Runs one operation at once, in TensorFlow's eager context.
 *
 * @module
 */
import type { TensorFlowContext } from "./context.ts";
import { checkStatus } from "./library.ts";
import { cString } from "./c_string.ts";
import { attributeSetters, type OperationAttribute } from "./operation_attributes.ts";
import { addTensor, describeHandle, requireTensor, type TensorMetadata, type TensorTable } from "./tensor_table.ts";

/** An operation, or a function by its name, with its inputs. */
export interface Operation {
  readonly name: string;
  readonly attributes: readonly OperationAttribute[];
  /** Ids of the input tensors. */
  readonly inputs: readonly number[];
  readonly outputCount: number;
  /** Ids of tensors that are computed first, in a captured function; run at once, operations keep their order. */
  readonly controlInputs?: readonly number[];
  /** Serialised `ConfigProto` of a captured function: how its graph is rewritten before it runs. */
  readonly graphConfiguration?: Uint8Array<ArrayBuffer>;
}

/** More outputs than any operation or function has. */
const MOST_OUTPUTS = 100_000;

/**
 * Runs an operation and enters its outputs into the table.
 *
 * @throws {Error} When an input is not there, an attribute does not fit, or TensorFlow refuses; nothing leaks.
 */
export function executeEagerly(
  runtime: TensorFlowContext,
  table: TensorTable,
  operation: Operation,
): TensorMetadata[] {
  const op = prepareOperation(runtime, table, operation);
  try {
    const { outputs, count } = outputBuffers(operation);
    runtime.core.TFE_Execute(op, outputs, count, runtime.status);
    checkStatus(runtime, `run ${operation.name}`);
    return enterOutputs(runtime, table, operation, outputs, count);
  } finally {
    runtime.core.TFE_DeleteOp(op);
  }
}

/**
 * The same on another thread: JavaScript goes on while TensorFlow computes. Inputs may be disposed meanwhile.
 *
 * @throws {Error} As {@linkcode executeEagerly}.
 */
export async function executeInBackground(
  runtime: TensorFlowContext,
  table: TensorTable,
  operation: Operation,
): Promise<TensorMetadata[]> {
  const op = prepareOperation(runtime, table, operation);
  // A status of its own: the shared one is used by other calls while this one runs.
  const own = { ...runtime, status: runtime.framework.TF_NewStatus() };
  try {
    const { outputs, count } = outputBuffers(operation);
    await runtime.core.TFE_Execute_nonblocking(op, outputs, count, own.status);
    checkStatus(own, `run ${operation.name}`);
    return enterOutputs(runtime, table, operation, outputs, count);
  } finally {
    runtime.core.TFE_DeleteOp(op);
    runtime.framework.TF_DeleteStatus(own.status);
  }
}

/** A `TFE_Op` with its attributes and inputs, to be deleted. */
function prepareOperation(runtime: TensorFlowContext, table: TensorTable, operation: Operation): Deno.PointerValue {
  const { core, status } = runtime;
  const { name, graphConfiguration } = operation;
  const action = `run ${name}`;
  requireOutputCount(operation);
  const inputs = operation.inputs.map((id) => requireTensor(table, id, action).handle);
  const setters = attributeSetters(runtime, "TFE_OpSetAttr", operation.attributes);
  const op = core.TFE_NewOp(runtime.context, cString(name), status);
  checkStatus(runtime, action);
  try {
    for (const set of setters) set(op);
    if (graphConfiguration) {
      core.TFE_OpSetAttrString(op, cString("config_proto"), graphConfiguration, BigInt(graphConfiguration.length));
    }
    for (const input of inputs) {
      core.TFE_OpAddInput(op, input, status);
      checkStatus(runtime, action);
    }
    return op;
  } catch (error) {
    core.TFE_DeleteOp(op);
    throw error;
  }
}

/** Room for the outputs, one more than asked for, so that an operation with more of them is refused and not overrun. */
function outputBuffers(
  { outputCount }: Operation,
): { outputs: BigUint64Array<ArrayBuffer>; count: Int32Array<ArrayBuffer> } {
  return { outputs: new BigUint64Array(outputCount + 1), count: new Int32Array([outputCount]) };
}

/** @throws {RangeError} When the number of outputs is none: buffers are made by it. */
export function requireOutputCount({ name, outputCount }: Operation): void {
  if (Number.isSafeInteger(outputCount) && outputCount >= 0 && outputCount <= MOST_OUTPUTS) return;
  throw new RangeError(`Cannot run ${name}: expected a number of outputs, found ${Deno.inspect(outputCount)}.`);
}

function enterOutputs(
  runtime: TensorFlowContext,
  table: TensorTable,
  { name, outputCount }: Operation,
  outputs: BigUint64Array,
  count: Int32Array,
): TensorMetadata[] {
  const handles = Array.from({ length: count[0] }, (_, index) => Deno.UnsafePointer.create(outputs[index]));
  try {
    if (handles.length !== outputCount) {
      throw new RangeError(`Cannot run ${name}: it has ${handles.length} outputs, ${outputCount} were asked for.`);
    }
    const descriptions = handles.map((handle) => describeHandle(runtime, handle));
    return handles.map((handle, index) => {
      const { shape, dtype } = descriptions[index];
      return { id: addTensor(table, { handle, shape, dtype }), shape: [...shape], dtype };
    });
  } catch (error) {
    for (const handle of handles) runtime.core.TFE_DeleteTensorHandle(handle);
    throw error;
  }
}
