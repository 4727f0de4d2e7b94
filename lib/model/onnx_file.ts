/**
 * Graphs of operations as ONNX files. The numbers are those of the fields in the format's own definition, `onnx.proto`
 * (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). `@bufbuild/protobuf` writes them: it is kept, needs no
 * generated code for single fields, and nothing of it runs when it is installed.
 *
 * @module
 */
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** An attribute of a node: a number with a point is written `{ float: 1e-5 }`, as ONNX tells it from an integer. */
export type OnnxAttribute = number | string | readonly number[] | { readonly float: number };

/** A node of the graph, with the names of what it takes and its one output; `""` is an input that is left out. */
export interface OnnxNode {
  readonly operation: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

/** A constant. */
export interface OnnxConstant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | BigInt64Array;
}

/** A float32 input or output; an axis whose length only the caller knows has a name instead. */
export interface OnnxValue {
  readonly name: string;
  readonly shape: readonly (number | string)[];
}

/** A model to write. */
export interface OnnxModel {
  readonly name: string;
  /** Version of the set of operations. */
  readonly opset: number;
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxConstant[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** Text for people, which ONNX keeps as pairs. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Version of the file's form that goes with operation set 13. */
const IR_VERSION = 7;
const PRODUCER = "Adaptive PolyDice";
/** `TensorProto.DataType`. */
const [FLOAT, INT64] = [1, 7];
/** `AttributeProto.AttributeType`. */
const ATTRIBUTE = { float: 1, int: 2, string: 3, ints: 7 };

/** The file of a model, a `ModelProto`. */
export function encodeOnnx(model: OnnxModel): Uint8Array<ArrayBuffer> {
  const file = new BinaryWriter();
  integer(file, 1, IR_VERSION);
  text(file, 2, PRODUCER);
  message(file, 7, (graph) => {
    for (const node of model.nodes) message(graph, 1, (into) => writeNode(into, node));
    text(graph, 2, model.name);
    for (const constant of model.constants) message(graph, 5, (into) => writeConstant(into, constant));
    for (const value of model.inputs) message(graph, 11, (into) => writeValue(into, value));
    for (const value of model.outputs) message(graph, 12, (into) => writeValue(into, value));
  });
  message(file, 8, (set) => integer(set, 2, model.opset));
  for (const [key, value] of Object.entries(model.metadata)) {
    message(file, 14, (entry) => {
      text(entry, 1, key);
      text(entry, 2, value);
    });
  }
  return file.finish() as Uint8Array<ArrayBuffer>;
}

/** A `NodeProto`. */
function writeNode(node: BinaryWriter, { operation, inputs, output, attributes = {} }: OnnxNode): void {
  for (const input of inputs) text(node, 1, input);
  text(node, 2, output);
  text(node, 3, output);
  text(node, 4, operation);
  for (const [name, value] of Object.entries(attributes)) {
    message(node, 5, (attribute) => writeAttribute(attribute, name, value));
  }
}

/** An `AttributeProto`. */
function writeAttribute(attribute: BinaryWriter, name: string, value: OnnxAttribute): void {
  text(attribute, 1, name);
  const type = (code: number) => integer(attribute, 20, code);
  if (typeof value === "number") {
    integer(attribute, 3, value);
    type(ATTRIBUTE.int);
  } else if (typeof value === "string") {
    text(attribute, 4, value);
    type(ATTRIBUTE.string);
  } else if ("float" in value) {
    attribute.tag(2, WireType.Bit32).float(value.float);
    type(ATTRIBUTE.float);
  } else {
    for (const item of value) integer(attribute, 8, item);
    type(ATTRIBUTE.ints);
  }
}

/** A `TensorProto`; ONNX wants the lowest byte first, as all of Deno's processors have it. */
function writeConstant(tensor: BinaryWriter, { name, shape, values }: OnnxConstant): void {
  for (const length of shape) integer(tensor, 1, length);
  integer(tensor, 2, values instanceof Float32Array ? FLOAT : INT64);
  text(tensor, 8, name);
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  tensor.tag(9, WireType.LengthDelimited).bytes(bytes);
}

/** A `ValueInfoProto`. */
function writeValue(value: BinaryWriter, { name, shape }: OnnxValue): void {
  text(value, 1, name);
  message(value, 2, (type) =>
    message(type, 1, (tensor) => {
      integer(tensor, 1, FLOAT);
      message(tensor, 2, (into) => {
        for (const length of shape) {
          message(into, 1, (axis) => typeof length === "number" ? integer(axis, 1, length) : text(axis, 2, length));
        }
      });
    }));
}

function message(into: BinaryWriter, field: number, write: (message: BinaryWriter) => void): void {
  into.tag(field, WireType.LengthDelimited).fork();
  write(into);
  into.join();
}

function text(into: BinaryWriter, field: number, value: string): void {
  into.tag(field, WireType.LengthDelimited).string(value);
}

function integer(into: BinaryWriter, field: number, value: number): void {
  into.tag(field, WireType.Varint).int64(value);
}
