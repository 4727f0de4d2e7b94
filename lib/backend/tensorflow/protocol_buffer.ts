/**
 * Reads serialised protocol buffers, as far as TensorFlow's definitions of operations need it.
 *
 * @module
 */

/** A field's value: bytes of a text, message or packed list, or an integer. */
export type FieldValue = Uint8Array | number;

const VARINT = 0, FIXED_64 = 1, LENGTH_DELIMITED = 2, FIXED_32 = 5;
const SKIPPED_BYTES: Readonly<Record<number, number>> = { [FIXED_64]: 8, [FIXED_32]: 4 };

/** The values of each field, by its number, in order; numbers of fixed width are left out. */
export function fieldsOf(bytes: Uint8Array): Record<number, FieldValue[]> {
  const found: Record<number, FieldValue[]> = {};
  for (let position = 0; position < bytes.length;) {
    const key = readVarint(bytes, position);
    const [number, wireType] = [key.value >>> 3, key.value & 7];
    position = key.end;
    if (wireType in SKIPPED_BYTES) {
      position += SKIPPED_BYTES[wireType];
      continue;
    }
    const { value, end } = readVarint(bytes, position);
    position = wireType === VARINT ? end : end + value;
    if (wireType !== VARINT && wireType !== LENGTH_DELIMITED) {
      throw new RangeError(`Cannot read a field: type ${wireType}.`);
    }
    (found[number] ??= []).push(wireType === VARINT ? value : bytes.subarray(end, position));
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
    for (let position = 0; position < value.length;) {
      const { value: number, end } = readVarint(value, position);
      numbers.push(number);
      position = end;
    }
    return numbers;
  });
}

/** An integer in groups of seven bits, the lowest first; 64 bits in two's complement. */
function readVarint(bytes: Uint8Array, position: number): { value: number; end: number } {
  let result = 0n;
  for (let shift = 0n;; shift += 7n) {
    const byte = bytes[position++];
    result |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return { value: Number(BigInt.asIntN(64, result)), end: position };
  }
}
