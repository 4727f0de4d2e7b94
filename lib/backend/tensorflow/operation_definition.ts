/**
 * TensorFlow's own definition of an operation: its inputs, outputs and attributes, as they are registered.
 *
 * @module
 */
import type { TensorFlowLibrary } from "./library.ts";
import { checkStatus } from "./library.ts";
import { cString } from "./c_string.ts";
import { fieldsOf, numbersOf, textOf } from "./protocol_buffer.ts";

/** An input or output: a tensor, or a list whose length is an attribute's value or its number of types. */
export interface ArgumentDefinition {
  readonly typeAttribute?: string;
  readonly lengthAttribute?: string;
  readonly typeListAttribute?: string;
}

/** An attribute and what its values may be. */
export interface AttributeDefinition {
  readonly name: string;
  /** `"int"`, `"list(int)"`, `"type"`, … */
  readonly type: string;
  readonly hasDefault: boolean;
  /** Smallest integer, or shortest list. */
  readonly minimum?: number;
  /** Texts or codes of data types. */
  readonly allowed?: readonly (string | number)[];
}

/** An operation. */
export interface OperationDefinition {
  readonly name: string;
  readonly inputs: readonly ArgumentDefinition[];
  readonly outputs: readonly ArgumentDefinition[];
  readonly attributes: readonly AttributeDefinition[];
}

/** Definitions that were read so far, and an empty graph, through which the C interface gives them. */
export interface DefinitionTable {
  readonly graph: Deno.PointerValue;
  readonly known: Map<string, OperationDefinition>;
}

// Field numbers of the protocol buffers OpDef, OpDef.ArgDef, OpDef.AttrDef, AttrValue and AttrValue.ListValue.
const OP = { inputs: 2, outputs: 3, attributes: 4 };
const ARGUMENT = { type: 4, length: 5, typeList: 6 };
const ATTRIBUTE = { name: 1, type: 2, default: 3, hasMinimum: 5, minimum: 6, allowed: 7 };
const VALUE_LIST = 1;
const LIST = { texts: 2, types: 6 };

/** An empty table, for as long as the process lasts. */
export function createDefinitionTable({ core }: TensorFlowLibrary): DefinitionTable {
  return { graph: core.TF_NewGraph(), known: new Map() };
}

/**
 * The definition of an operation.
 *
 * @throws {Error} When TensorFlow has no such operation.
 */
export function operationDefinition(
  library: TensorFlowLibrary,
  { graph, known }: DefinitionTable,
  name: string,
): OperationDefinition {
  let definition = known.get(name);
  if (!definition) known.set(name, definition = decodeDefinition(name, readDefinition(library, graph, name)));
  return definition;
}

function readDefinition(library: TensorFlowLibrary, graph: Deno.PointerValue, name: string): Uint8Array {
  const { core, status } = library;
  const buffer = core.TF_NewBuffer();
  try {
    core.TF_GraphGetOpDef(graph, cString(name), buffer, status);
    checkStatus(library, `run ${name}`);
    const view = new Deno.UnsafePointerView(buffer!); // TF_Buffer: { const void* data; size_t length; … }
    const length = Number(view.getBigUint64(8));
    return new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(view.getPointer(0)!, length).slice(0));
  } finally {
    core.TF_DeleteBuffer(buffer);
  }
}

function decodeDefinition(name: string, bytes: Uint8Array): OperationDefinition {
  const { [OP.inputs]: inputs, [OP.outputs]: outputs, [OP.attributes]: attributes } = fieldsOf(bytes);
  const argument = (part: Uint8Array): ArgumentDefinition => {
    const parts = fieldsOf(part);
    return {
      typeAttribute: textOf(parts[ARGUMENT.type]),
      lengthAttribute: textOf(parts[ARGUMENT.length]),
      typeListAttribute: textOf(parts[ARGUMENT.typeList]),
    };
  };
  const attribute = (part: Uint8Array): AttributeDefinition => {
    const parts = fieldsOf(part);
    return {
      name: textOf(parts[ATTRIBUTE.name])!,
      type: textOf(parts[ATTRIBUTE.type])!,
      hasDefault: parts[ATTRIBUTE.default] !== undefined,
      minimum: parts[ATTRIBUTE.hasMinimum] && (numbersOf(parts[ATTRIBUTE.minimum])[0] ?? 0),
      allowed: parts[ATTRIBUTE.allowed] && allowedValues(parts[ATTRIBUTE.allowed][0] as Uint8Array),
    };
  };
  return {
    name,
    inputs: (inputs ?? []).map((part) => argument(part as Uint8Array)),
    outputs: (outputs ?? []).map((part) => argument(part as Uint8Array)),
    attributes: (attributes ?? []).map((part) => attribute(part as Uint8Array)),
  };
}

function allowedValues(bytes: Uint8Array): (string | number)[] {
  const list = fieldsOf(fieldsOf(bytes)[VALUE_LIST][0] as Uint8Array);
  return [...(list[LIST.texts] ?? []).map((text) => textOf([text])!), ...numbersOf(list[LIST.types])];
}
