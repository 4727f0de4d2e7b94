/**
 * Attributes of operations: the same list that tfjs' kernels give is set on an eager operation or on a graph's node.
 *
 * @module
 */
import { AttributeType } from "./c_api.ts";
import { cString } from "./c_string.ts";
import type { TensorFlowLibrary } from "./library.ts";
import { shapeFault } from "./shape_limits.ts";

/** An attribute as tfjs' kernels describe it; `type` is one of {@linkcode AttributeType}'s codes. */
export interface OperationAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

const encoder = new TextEncoder();

/** `DataType`'s codes end far below; those from 101 on are of references to variables, which nobody here has. */
const LARGEST_TYPE_CODE = 100;

/** Sets an attribute on a `TFE_Op` or `TF_OperationDescription`, and can't fail. */
export type AttributeSetter = (operation: Deno.PointerValue) => void;

/**
 * What sets the attributes. All values are checked here, before there is an operation that could be left half-made.
 *
 * @param prefix `"TFE_OpSetAttr"` for a `TFE_Op`, `"TF_SetAttr"` for a `TF_OperationDescription`.
 * @throws {TypeError} When a value does not fit its attribute's type.
 */
export function attributeSetters(
  library: TensorFlowLibrary,
  prefix: "TFE_OpSetAttr" | "TF_SetAttr",
  attributes: readonly OperationAttribute[],
): AttributeSetter[] {
  return attributes.map((attribute) => attributeSetter(library, prefix, attribute));
}

function attributeSetter(
  library: TensorFlowLibrary,
  prefix: "TFE_OpSetAttr" | "TF_SetAttr",
  attribute: OperationAttribute,
): AttributeSetter {
  const { core } = library;
  const { value } = attribute;
  const name = cString(attribute.name);
  switch (attribute.type) {
    case AttributeType.STRING: {
      const bytes = encoder.encode(toText(attribute, value));
      return (operation) => core[`${prefix}String`](operation, name, bytes, BigInt(bytes.length));
    }
    case AttributeType.INT: {
      if (!Array.isArray(value)) {
        const integer = toInt64(attribute, value);
        return (operation) => core[`${prefix}Int`](operation, name, integer);
      }
      const list = BigInt64Array.from(value, (item) => toInt64(attribute, item));
      return (operation) => core[`${prefix}IntList`](operation, name, list, list.length);
    }
    case AttributeType.FLOAT: {
      if (!Array.isArray(value)) {
        const number = toNumber(attribute, value);
        return (operation) => core[`${prefix}Float`](operation, name, number);
      }
      const list = Float32Array.from(value, (item) => toNumber(attribute, item));
      return (operation) => core[`${prefix}FloatList`](operation, name, list, list.length);
    }
    case AttributeType.BOOL: {
      if (!Array.isArray(value)) {
        const byte = toByte(attribute, value);
        return (operation) => core[`${prefix}Bool`](operation, name, byte);
      }
      const list = Uint8Array.from(value, (item) => toByte(attribute, item));
      return (operation) => core[`${prefix}BoolList`](operation, name, list, list.length);
    }
    case AttributeType.TYPE: {
      if (!Array.isArray(value)) {
        const code = toTypeCode(attribute, value);
        return (operation) => core[`${prefix}Type`](operation, name, code);
      }
      const list = Int32Array.from(value, (item) => toTypeCode(attribute, item));
      return (operation) => core[`${prefix}TypeList`](operation, name, list, list.length);
    }
    case AttributeType.SHAPE: {
      if (!Array.isArray(value)) throw mismatch(attribute, "an array of axis lengths");
      const shape = BigInt64Array.from(value, (item) => toInt64(attribute, item));
      const fault = shapeFault(value, -1);
      if (fault) throw mismatch(attribute, `a shape (${fault})`);
      if (prefix === "TF_SetAttr") return (operation) => core.TF_SetAttrShape(operation, name, shape, shape.length);
      return (operation) => core.TFE_OpSetAttrShape(operation, name, shape, shape.length, library.status);
    }
    default:
      throw new TypeError(`Cannot set attribute "${attribute.name}": type ${attribute.type} is not supported.`);
  }
}

function toText(attribute: OperationAttribute, value: unknown): string {
  if (typeof value !== "string") throw mismatch(attribute, "a string");
  return value;
}

function toNumber(attribute: OperationAttribute, value: unknown): number {
  if (typeof value !== "number") throw mismatch(attribute, "a number");
  return value;
}

function toByte(attribute: OperationAttribute, value: unknown): number {
  if (typeof value !== "boolean") throw mismatch(attribute, "true or false");
  return value ? 1 : 0;
}

function toTypeCode(attribute: OperationAttribute, value: unknown): number {
  if (typeof value !== "number") throw mismatch(attribute, "a number");
  // 0 stands for no type; −0, which Deno's FFI takes for no integer, is refused with it.
  if (!Number.isSafeInteger(value) || value <= 0 || value > LARGEST_TYPE_CODE) throw mismatch(attribute, "a data type");
  return value;
}

function toInt64(attribute: OperationAttribute, value: unknown): bigint {
  const integer = typeof value === "bigint" ? value : Number.isSafeInteger(value) ? BigInt(value as number) : undefined;
  if (integer === undefined || BigInt.asIntN(64, integer) !== integer) throw mismatch(attribute, "an integer");
  return integer;
}

function mismatch(attribute: OperationAttribute, expected: string): TypeError {
  return new TypeError(
    `Cannot set attribute "${attribute.name}": expected ${expected}, found ${
      Deno.inspect(attribute.value).slice(0, 200)
    }.`,
  );
}
