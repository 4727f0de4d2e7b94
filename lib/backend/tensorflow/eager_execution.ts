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
  const { core, status } = runtime;
  const { name, outputCount } = operation;
  const action = `run ${name}`;
  const inputs = operation.inputs.map((id) => requireHandle(table, id, action));
  const op = core.TFE_NewOp(runtime.context, cString(name), status);
  checkStatus(runtime, action);
  try {
    for (const attribute of operation.attributes) setAttribute(runtime, "TFE_OpSetAttr", op, attribute);
    const configuration = operation.graphConfiguration;
    if (configuration) {
      core.TFE_OpSetAttrString(op, cString("config_proto"), configuration, BigInt(configuration.length));
    }
    for (const input of inputs) {
      core.TFE_OpAddInput(op, input, status);
      checkStatus(runtime, action);
    }
    // One more than asked for, so that an operation with more outputs is noticed here and not by a write past the end.
    const outputs = new BigUint64Array(outputCount + 1);
    const count = new Int32Array([outputCount]);
    core.TFE_Execute(op, outputs, count, status);
    checkStatus(runtime, action);
    return Array.from({ length: count[0] }, (_, index) => {
      const handle = Deno.UnsafePointer.create(outputs[index]);
      return { id: addHandle(table, handle), ...describeHandle(runtime, handle) };
    });
  } finally {
    core.TFE_DeleteOp(op);
  }
}
