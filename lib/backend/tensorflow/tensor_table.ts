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

/** Eager tensors by id. Ids are never used twice. */
export interface TensorTable {
  readonly handles: Map<number, Deno.PointerValue>;
  nextId: number;
}

/** An empty table. */
export function createTensorTable(): TensorTable {
  return { handles: new Map(), nextId: 1 };
}

/** Enters a `TFE_TensorHandle` under a new id. */
export function addHandle(table: TensorTable, handle: Deno.PointerValue): number {
  table.handles.set(table.nextId, handle);
  return table.nextId++;
}

/**
 * The `TFE_TensorHandle` of a tensor.
 *
 * @param action What is tried, for the message.
 * @throws {Error} When there is no such tensor, or no longer.
 */
export function requireHandle(table: TensorTable, id: number, action: string): Deno.PointerValue {
  const handle = table.handles.get(id);
  if (handle) return handle;
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
