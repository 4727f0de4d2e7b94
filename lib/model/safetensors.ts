/**
 * Named tensors as a safetensors file (Hugging Face's format, which PyTorch users load without running code): eight
 * bytes with the header's length, the header as JSON, the values.
 *
 * @module
 */
import { tf } from "../backend/tf.ts";
import type { NamedTensors } from "./unet_weights.ts";

/** Text beside the tensors. */
export type SafetensorsMetadata = Record<string, string>;

/** What a file holds. */
export interface Safetensors {
  /** The tensors by name. */
  readonly tensors: NamedTensors;
  /** Text beside them. */
  readonly metadata: SafetensorsMetadata;
}

interface HeaderEntry {
  readonly dtype: string;
  readonly shape: number[];
  readonly data_offsets: [number, number];
}

const LENGTH_BYTES = 8;
const METADATA_KEY = "__metadata__";
/** A header longer than this is no header: the format's own limit, in bytes. */
const LONGEST_HEADER = 100_000_000;

/**
 * Encodes float32 tensors.
 *
 * @throws {TypeError} When a tensor is not float32.
 */
export async function encodeSafetensors(
  tensors: NamedTensors,
  metadata: SafetensorsMetadata = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const header: Record<string, HeaderEntry | SafetensorsMetadata> = { [METADATA_KEY]: metadata };
  let offset = 0;
  for (const [name, tensor] of Object.entries(tensors)) {
    if (tensor.dtype !== "float32") {
      throw new TypeError(`Cannot encode tensor "${name}": expected float32, found ${tensor.dtype}.`);
    }
    const end = offset + 4 * tensor.size;
    header[name] = { dtype: "F32", shape: tensor.shape, data_offsets: [offset, end] };
    offset = end;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  // Padded with spaces, as the format asks, so that the values begin at a multiple of eight bytes.
  const padded = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(LENGTH_BYTES + padded + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + padded).set(text, LENGTH_BYTES);
  let position = LENGTH_BYTES + padded;
  for (const tensor of Object.values(tensors)) {
    const values = await tensor.data<"float32">();
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), position);
    position += values.byteLength;
  }
  return bytes;
}

/**
 * Decodes a file of float32 tensors. Every length in it is checked before it is used.
 *
 * @param bytes The file. Tensors read from it when they are first used: it may not change after.
 * @param options.skip Which tensors to leave out, by name; they may be of any type.
 * @param options.fault What is wrong with the values of a tensor, as the end of a sentence; undefined: nothing.
 * @throws {Error} When the bytes are no such file, are truncated, or hold another data type.
 */
export function decodeSafetensors(
  bytes: Uint8Array<ArrayBuffer>,
  { skip = () => false, fault = () => undefined }: {
    readonly skip?: (name: string) => boolean;
    readonly fault?: (name: string, values: Float32Array) => string | undefined;
  } = {},
): Safetensors {
  const fail = (why: string) => new Error(`Cannot decode safetensors: ${why}.`);
  if (bytes.length < LENGTH_BYTES) throw fail(`${bytes.length} bytes are too few`);
  const headerLength = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const start = LENGTH_BYTES + headerLength;
  if (headerLength > LONGEST_HEADER || start > bytes.length) throw fail("the header is longer than the file");
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(LENGTH_BYTES, start)));
  } catch {
    throw fail("the header is not JSON");
  }
  if (!isRecord(header)) throw fail("the header is not a JSON object");
  const { [METADATA_KEY]: metadata = {}, ...entries } = header as Record<string, HeaderEntry> & {
    [METADATA_KEY]?: SafetensorsMetadata;
  };
  if (!isRecord(metadata) || Object.values(metadata).some((value) => typeof value !== "string")) {
    throw fail("its metadata are not texts");
  }
  const tensors: NamedTensors = {};
  let unused = bytes.length - start;
  for (const [name, entry] of Object.entries(entries)) {
    if (skip(name)) continue;
    if (name in Object.prototype) {
      tf.dispose(tensors);
      throw fail(`no tensor may be called "${name}"`);
    }
    const problem = faultOf(entry, bytes.length - start);
    if (problem) {
      tf.dispose(tensors);
      throw fail(`tensor "${name}" ${problem}`);
    }
    const [from, to] = entry.data_offsets;
    unused -= to - from;
    if (unused < 0) { // else a small file could fill the memory
      tf.dispose(tensors);
      throw fail("its tensors share bytes");
    }
    const values = floatsOf(bytes.subarray(start + from, start + to));
    const wrong = fault(name, values);
    if (wrong !== undefined) {
      tf.dispose(tensors);
      throw fail(`tensor "${name}" ${wrong}`);
    }
    tensors[name] = tf.tensor(values, entry.shape);
  }
  return { tensors, metadata: metadata as SafetensorsMetadata };
}

/** The numbers without a copy where they lie at a multiple of four bytes, as the format asks. */
function floatsOf(bytes: Uint8Array<ArrayBuffer>): Float32Array {
  const { buffer, byteOffset, byteLength } = isAligned(bytes) ? bytes : bytes.slice();
  return new Float32Array(buffer, byteOffset, byteLength / Float32Array.BYTES_PER_ELEMENT);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isAligned({ byteOffset }: Uint8Array): boolean {
  return byteOffset % Float32Array.BYTES_PER_ELEMENT === 0;
}

function faultOf(entry: HeaderEntry, length: number): string | undefined {
  if (entry?.dtype !== "F32") return `is of type ${entry?.dtype}, expected F32`;
  const { shape, data_offsets: offsets } = entry;
  const isLength = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
  if (!Array.isArray(shape) || !shape.every(isLength)) return "has no shape";
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isLength)) return "has no offsets";
  const size = 4 * shape.reduce((product, axis) => product * axis, 1);
  if (offsets[1] - offsets[0] !== size) return `has ${offsets[1] - offsets[0]} bytes, expected ${size}`;
  if (offsets[1] > length) return "lies past the end of the file";
}
