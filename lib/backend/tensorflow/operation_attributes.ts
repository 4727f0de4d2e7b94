/**
 * Attributes of operations: the same list that tfjs' kernels give is set on an eager operation or on a graph's node.
 *
 * @module
 */
import { AttributeType } from "./c_api.ts";
import { cString } from "./c_string.ts";
import { checkStatus, type TensorFlowLibrary } from "./library.ts";

/** An attribute as tfjs' kernels describe it; `type` is one of {@linkcode AttributeType}'s codes. */
export interface OperationAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

const encoder = new TextEncoder();

/**
 * Sets one attribute.
 *
 * @param operation A `TFE_Op` (prefix `"TFE_OpSetAttr"`) or `TF_OperationDescription` (prefix `"TF_SetAttr"`).
 * @throws {TypeError} When the value does not fit the attribute's type.
 */
export function setAttribute(
  library: TensorFlowLibrary,
  prefix: "TFE_OpSetAttr" | "TF_SetAttr",
  operation: Deno.PointerValue,
  attribute: OperationAttribute,
): void {
  const { core } = library;
  const { value } = attribute;
  const name = cString(attribute.name);
  switch (attribute.type) {
    case AttributeType.STRING: {
      const bytes = encoder.encode(toText(attribute, value));
      return core[`${prefix}String`](operation, name, bytes, BigInt(bytes.length));
    }
    case AttributeType.INT: {
      if (!Array.isArray(value)) return core[`${prefix}Int`](operation, name, toInt64(attribute, value));
      const list = BigInt64Array.from(value, (item) => toInt64(attribute, item));
      return core[`${prefix}IntList`](operation, name, list, list.length);
    }
    case AttributeType.FLOAT: {
      if (!Array.isArray(value)) {
        return core[`${prefix}Float`](operation, name, toNumber(attribute, value));
      }
      const list = Float32Array.from(value, (item) => toNumber(attribute, item));
      return core[`${prefix}FloatList`](operation, name, list, list.length);
    }
    case AttributeType.BOOL: {
      if (!Array.isArray(value)) return core[`${prefix}Bool`](operation, name, value ? 1 : 0);
      return core[`${prefix}BoolList`](operation, name, Uint8Array.from(value, (item) => item ? 1 : 0), value.length);
    }
    case AttributeType.TYPE: {
      if (!Array.isArray(value)) return core[`${prefix}Type`](operation, name, toNumber(attribute, value));
      const list = Int32Array.from(value, (item) => toNumber(attribute, item));
      return core[`${prefix}TypeList`](operation, name, list, list.length);
    }
    case AttributeType.SHAPE: {
      if (!Array.isArray(value)) throw mismatch(attribute, "an array of axis lengths");
      const shape = BigInt64Array.from(value, (item) => toInt64(attribute, item));
      if (prefix === "TF_SetAttr") return core.TF_SetAttrShape(operation, name, shape, shape.length);
      core.TFE_OpSetAttrShape(operation, name, shape, shape.length, library.status);
      return checkStatus(library, `set attribute "${attribute.name}"`);
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

function toInt64(attribute: OperationAttribute, value: unknown): bigint {
  if (typeof value === "bigint") return value;
  if (!Number.isSafeInteger(value)) throw mismatch(attribute, "an integer");
  return BigInt(value as number);
}

function mismatch(attribute: OperationAttribute, expected: string): TypeError {
  return new TypeError(
    `Cannot set attribute "${attribute.name}": expected ${expected}, found ${Deno.inspect(attribute.value)}.`,
  );
}
