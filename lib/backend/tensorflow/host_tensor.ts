/**
 * Host tensors (`TF_Tensor`): values of JavaScript's typed arrays in memory that TensorFlow owns.
 *
 * @module
 */
import { DataType } from "./c_api.ts";
import { checkStatus, type TensorFlowLibrary } from "./library.ts";
import { shapeFault } from "./shape_limits.ts";

/** Values that a tensor can be made from. */
export type HostValues = ArrayLike<number> | ArrayLike<bigint>;

/** Bytes of one element, by data type; what is absent can't cross the boundary. */
const ELEMENT_BYTES: Readonly<Record<number, number>> = {
  [DataType.FLOAT]: 4,
  [DataType.INT32]: 4,
  [DataType.UINT8]: 1,
  [DataType.COMPLEX64]: 8,
  [DataType.INT64]: 8,
  [DataType.BOOL]: 1,
};

/** Largest tensor that is copied to TensorFlow, in bytes: what one JavaScript buffer can hold. */
const LARGEST_TENSOR = 2 ** 32;

/**
 * Copies values into a new `TF_Tensor`, to be deleted with `TF_DeleteTensor`.
 *
 * @param shape Lengths of the axes, `[]` for a scalar.
 * @param dtype One of {@linkcode DataType}'s codes.
 * @throws {RangeError} When the shape is not one, or the number of values differs from it.
 * @throws {TypeError} When the data type can't be copied.
 */
export function allocateHostTensor(
  library: TensorFlowLibrary,
  shape: readonly number[],
  dtype: number,
  values: HostValues,
): Deno.PointerValue {
  const bytes = ELEMENT_BYTES[dtype];
  if (!bytes) throw new TypeError(`Cannot create a tensor: data type ${dtype} is not supported.`);
  const fault = shapeFault(shape);
  if (fault) throw new RangeError(`Cannot create a tensor: ${showShape(shape)} is not a shape, ${fault}.`);
  const size = shape.reduce((product, length) => product * length, 1);
  const expected = dtype === DataType.COMPLEX64 ? 2 * size : size;
  if (values?.length !== expected) {
    throw new RangeError(
      `Cannot create a tensor of shape [${shape}]: it has ${expected} values, found ${values?.length ?? "none"}.`,
    );
  }
  if (size * bytes > LARGEST_TENSOR) {
    throw new RangeError(`Cannot create a tensor of shape [${shape}]: ${size * bytes} bytes are too many for one.`);
  }
  const lengths = BigInt64Array.from(shape, BigInt);
  const tensor = library.framework.TF_AllocateTensor(dtype, lengths, shape.length, BigInt(size * bytes));
  if (tensor === null) throw new Error(`Cannot create a tensor of shape [${shape}]: out of memory.`);
  if (size > 0) {
    try {
      const data = library.framework.TF_TensorData(tensor);
      if (data === null) throw new RangeError("out of memory");
      copyValues(Deno.UnsafePointerView.getArrayBuffer(data, size * bytes), dtype, values);
    } catch (error) {
      library.framework.TF_DeleteTensor(tensor);
      throw new TypeError(`Cannot create a tensor of shape [${shape}]: ${(error as Error).message}.`, { cause: error });
    }
  }
  return tensor;
}

/** A shape for a message; of a long one its beginning. */
function showShape(shape: readonly number[]): string {
  if (!Array.isArray(shape)) return Deno.inspect(shape);
  return `[${shape.slice(0, 8)}${shape.length > 8 ? ", …" : ""}]`;
}

function copyValues(target: ArrayBuffer, dtype: number, values: HostValues): void {
  switch (dtype) {
    case DataType.FLOAT:
    case DataType.COMPLEX64:
      return new Float32Array(target).set(values as ArrayLike<number>);
    case DataType.INT32:
      return new Int32Array(target).set(values as ArrayLike<number>);
    case DataType.INT64:
      return new BigInt64Array(target).set(Array.from(values as ArrayLike<number>, BigInt));
    default:
      return new Uint8Array(target).set(values as ArrayLike<number>);
  }
}

/**
 * Copies the values of an eager tensor out of TensorFlow.
 *
 * @returns `Float32Array` for float and complex (pairs), `Int32Array` for int32, `BigInt64Array` for int64,
 * `Uint8Array` for bool and uint8.
 */
export function readHandle(
  library: TensorFlowLibrary,
  handle: Deno.PointerValue,
): Float32Array | Int32Array | BigInt64Array | Uint8Array {
  const { framework, core, status } = library;
  const dtype = core.TFE_TensorHandleDataType(handle);
  if (!ELEMENT_BYTES[dtype]) throw new TypeError(`Cannot read a tensor: data type ${dtype} is not supported.`);
  const tensor = core.TFE_TensorHandleResolve(handle, status);
  checkStatus(library, "read a tensor");
  try {
    const length = Number(framework.TF_TensorByteSize(tensor));
    const data = framework.TF_TensorData(tensor);
    const bytes = length > 0 ? Deno.UnsafePointerView.getArrayBuffer(data!, length).slice(0) : new ArrayBuffer(0);
    switch (dtype) {
      case DataType.FLOAT:
      case DataType.COMPLEX64:
        return new Float32Array(bytes);
      case DataType.INT32:
        return new Int32Array(bytes);
      case DataType.INT64:
        return new BigInt64Array(bytes);
      default:
        return new Uint8Array(bytes);
    }
  } finally {
    framework.TF_DeleteTensor(tensor);
  }
}
