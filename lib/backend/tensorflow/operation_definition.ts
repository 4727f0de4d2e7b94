/**
 * Reads from TensorFlow's own definition of an operation which of its inputs are lists, which a graph's node needs to
 * be told apart and an eager operation does not.
 *
 * @module
 */
import type { TensorFlowLibrary } from "./library.ts";
import { checkStatus } from "./library.ts";
import { cString } from "./c_string.ts";
import type { OperationAttribute } from "./operation_attributes.ts";

/** One input of an operation: a tensor, or a list whose length is an attribute's value or its number of types. */
export interface InputDefinition {
  readonly lengthAttribute?: string;
  readonly typeListAttribute?: string;
}

// Field numbers of the protocol buffers OpDef and OpDef.ArgDef.
const OP_INPUT_ARG = 2;
const ARG_NUMBER_ATTR = 5;
const ARG_TYPE_LIST_ATTR = 6;
const LENGTH_DELIMITED = 2;

/** The inputs of an operation, in order. */
export function inputDefinitions(
  library: TensorFlowLibrary,
  graph: Deno.PointerValue,
  operation: string,
): InputDefinition[] {
  const { core, status } = library;
  const buffer = core.TF_NewBuffer();
  try {
    core.TF_GraphGetOpDef(graph, cString(operation), buffer, status);
    checkStatus(library, `capture ${operation}`);
    const view = new Deno.UnsafePointerView(buffer!); // TF_Buffer: { const void* data; size_t length; … }
    const length = Number(view.getBigUint64(8));
    const bytes = new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(view.getPointer(0)!, length).slice(0));
    const decoder = new TextDecoder();
    return fields(bytes).filter((field) => field.number === OP_INPUT_ARG).map((input) => {
      const parts = fields(input.bytes);
      const text = (number: number) => {
        const part = parts.find((part) => part.number === number);
        return part && decoder.decode(part.bytes);
      };
      return { lengthAttribute: text(ARG_NUMBER_ATTR), typeListAttribute: text(ARG_TYPE_LIST_ATTR) };
    });
  } finally {
    core.TF_DeleteBuffer(buffer);
  }
}

/**
 * How many tensors each input takes: `"single"`, or the length of the list.
 *
 * @throws {Error} When the number of tensors does not fit the definition.
 */
export function inputGroups(
  operation: string,
  definitions: readonly InputDefinition[],
  attributes: readonly OperationAttribute[],
  count: number,
): ("single" | number)[] {
  const value = (name: string) => attributes.find((attribute) => attribute.name === name)?.value;
  const groups = definitions.map(({ lengthAttribute, typeListAttribute }) => {
    if (lengthAttribute) return Number(value(lengthAttribute) ?? count - definitions.length + 1);
    if (typeListAttribute) return (value(typeListAttribute) as unknown[]).length;
    return "single";
  });
  const total = groups.reduce<number>((sum, group) => sum + (group === "single" ? 1 : group), 0);
  if (total !== count) throw new Error(`Cannot capture ${operation}: it takes ${total} inputs, found ${count}.`);
  return groups;
}

/** The length-delimited fields of a serialised protocol buffer; numbers in between are skipped. */
function fields(bytes: Uint8Array): { number: number; bytes: Uint8Array }[] {
  const found = [];
  let position = 0;
  const varint = () => {
    let result = 0;
    for (let shift = 0;; shift += 7) {
      const byte = bytes[position++];
      result += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return result;
    }
  };
  while (position < bytes.length) {
    const key = varint();
    const [number, wireType] = [key >>> 3, key & 7];
    if (wireType !== LENGTH_DELIMITED) {
      varint();
      continue;
    }
    const length = varint();
    found.push({ number, bytes: bytes.subarray(position, position + length) });
    position += length;
  }
  return found;
}
