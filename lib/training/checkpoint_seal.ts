/**
 * A checksum inside the file that it is of: a file that was cut, mixed or changed is told from a whole one, with no
 * second file that could be lost or left behind.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** Name of the metadata entry that holds the checksum; it must be the first one. */
export const SEAL_KEY = "sha256";

/** What stands in the checksum's place before it is known, and while it is computed: 64 zeros. */
export const EMPTY_SEAL = "0".repeat(64);

/** Length of the number that a safetensors file begins with, bytes. */
const HEADER_LENGTH_BYTES = 8;
const BEFORE_SEAL = new TextEncoder().encode(`{"__metadata__":{"${SEAL_KEY}":"`);
const START = HEADER_LENGTH_BYTES + BEFORE_SEAL.length;
const END = START + EMPTY_SEAL.length;

/** Writes the SHA-256 of a safetensors file, whose first metadata entry is `sha256: EMPTY_SEAL`, into the file. */
export function seal(bytes: Uint8Array): void {
  bytes.set(new TextEncoder().encode(checksum(bytes)), START);
}

/** Whether a file has a seal, and its bytes are the ones that were sealed. */
export function isSealed(bytes: Uint8Array): boolean {
  if (bytes.length < END || !BEFORE_SEAL.every((byte, index) => bytes[HEADER_LENGTH_BYTES + index] === byte)) {
    return false;
  }
  return new TextDecoder().decode(bytes.subarray(START, END)) === checksum(bytes);
}

/** SHA-256 over all bytes, those of the seal taken as zeros. */
function checksum(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes.subarray(0, START)).update(EMPTY_SEAL).update(bytes.subarray(END))
    .digest("hex");
}
