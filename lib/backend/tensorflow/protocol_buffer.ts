/**
 * Reads serialised protocol buffers field by field, as far as TensorFlow's definitions of operations and its traces need
 * it: without their schemas, which TensorFlow's package does not have.
 *
 * @module
 */
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";

/** A field's value: bytes of a text, message or packed list, or an integer. */
export type FieldValue = Uint8Array | number;

/** The values of each field, by its number, in order; numbers of fixed width are left out. */
export function fieldsOf(bytes: Uint8Array): Record<number, FieldValue[]> {
  const found: Record<number, FieldValue[]> = {};
  for (const reader = new BinaryReader(bytes); reader.pos < reader.len;) {
    const [number, type] = reader.tag();
    if (type === WireType.LengthDelimited) (found[number] ??= []).push(reader.bytes());
    else if (type === WireType.Varint) (found[number] ??= []).push(Number(reader.int64()));
    else reader.skip(type, number);
  }
  return found;
}

/** A field's text, or undefined where it is absent. */
export function textOf(values: readonly FieldValue[] | undefined): string | undefined {
  return values && new TextDecoder().decode(values[0] as Uint8Array);
}

/** A repeated field of integers, packed or not. */
export function numbersOf(values: readonly FieldValue[] | undefined): number[] {
  return (values ?? []).flatMap((value) => {
    if (typeof value === "number") return [value];
    const numbers: number[] = [];
    for (const reader = new BinaryReader(value); reader.pos < reader.len;) numbers.push(Number(reader.int64()));
    return numbers;
  });
}
