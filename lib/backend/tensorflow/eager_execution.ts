/**
 * Runs one operation at once, in TensorFlow's eager context.
 *
 * @module
 */
import type { TensorFlowContext } from "./context.ts";
import { checkStatus } from "./library.ts";
import { cString } from "./c_string.ts";
import { type OperationAttribute, setAttribute } from "./operation_attributes.ts";
import { addHandle, describeHandle, requireHandle, type TensorMetadata, type TensorTable } from "./tensor_table.ts";

/** An operation, or a function by its name, with its inputs. */
export interface Operation {
  readonly name: string;
  readonly attributes: readonly OperationAttribute[];
  /** Ids of the input tensors. */
  readonly inputs: readonly number[];
  readonly outputCount: number;
  /** Serialised `ConfigProto` of a captured function: how its graph is rewritten before it runs. */
  readonly graphConfiguration?: Uint8Array<ArrayBuffer>;
}

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
    return enterOutputs(runtime, table, outputs, count);
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
    return enterOutputs(runtime, table, outputs, count);
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
  const inputs = operation.inputs.map((id) => requireHandle(table, id, action));
  const op = core.TFE_NewOp(runtime.context, cString(name), status);
  checkStatus(runtime, action);
  try {
    for (const attribute of operation.attributes) setAttribute(runtime, "TFE_OpSetAttr", op, attribute);
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

function enterOutputs(
  runtime: TensorFlowContext,
  table: TensorTable,
  outputs: BigUint64Array,
  count: Int32Array,
): TensorMetadata[] {
  return Array.from({ length: count[0] }, (_, index) => {
    const handle = Deno.UnsafePointer.create(outputs[index]);
    return { id: addHandle(table, handle), ...describeHandle(runtime, handle) };
  });
}
