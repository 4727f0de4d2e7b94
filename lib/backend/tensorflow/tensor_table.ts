/**
 * The table of eager tensors: tfjs knows a tensor by a number, TensorFlow by a pointer. A wrong pointer would end the
 * process, so every number is looked up here first.
 *
 * @module
 */
import { checkStatus, type TensorFlowLibrary } from "./library.ts";

/** What tfjs wants to know of an operation's output. */
export interface TensorMetadata {
  id: number;
  shape: number[];
  dtype: number;
}

/** A tensor that TensorFlow has. */
export interface EagerTensor {
  /** Its `TFE_TensorHandle`. */
  readonly handle: Deno.PointerValue;
  readonly shape: readonly number[];
  readonly dtype: number;
}

/** Eager tensors by id. Ids are never used twice. */
export interface TensorTable {
  readonly tensors: Map<number, EagerTensor>;
  nextId: number;
}

/** An empty table. */
export function createTensorTable(): TensorTable {
  return { tensors: new Map(), nextId: 1 };
}

/** Enters a tensor under a new id. */
export function addTensor(table: TensorTable, tensor: EagerTensor): number {
  table.tensors.set(table.nextId, tensor);
  return table.nextId++;
}

/**
 * The tensor of an id.
 *
 * @param action What is tried, for the message.
 * @throws {Error} When there is no such tensor, or no longer.
 */
export function requireTensor(table: TensorTable, id: number, action: string): EagerTensor {
  const tensor = table.tensors.get(id);
  if (tensor) return tensor;
  const reason = Number.isSafeInteger(id) && id > 0 && id < table.nextId
    ? "it was disposed, or was made inside a captured function and used outside of it"
    : "there never was one of this id";
  throw new Error(`Cannot ${action}: tensor ${id} is not there; ${reason}.`);
}

/** Shape and data type of an eager tensor. */
export function describeHandle(
  library: TensorFlowLibrary,
  handle: Deno.PointerValue,
): { shape: number[]; dtype: number } {
  const { core, status } = library;
  const rank = core.TFE_TensorHandleNumDims(handle, status);
  checkStatus(library, "read a tensor's shape");
  const shape = Array.from({ length: rank }, (_, axis) => Number(core.TFE_TensorHandleDim(handle, axis, status)));
  checkStatus(library, "read a tensor's shape");
  return { shape, dtype: core.TFE_TensorHandleDataType(handle) };
}
