const encoder = new TextEncoder();
const known = new Map<string, Uint8Array<ArrayBuffer>>();

/** Texts that are kept: names of operations and attributes recur; those of captured functions do not, without end. */
const MOST_KNOWN = 1000;

/**
 * A text as a zero-terminated C string.
 *
 * @throws {TypeError} When it is no text, or C would read less than all of it.
 */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  let bytes = known.get(text);
  if (bytes) return bytes;
  if (typeof text !== "string" || text.includes("\0")) {
    throw new TypeError(
      `Cannot pass a name to TensorFlow: expected a text without zeros, found ${Deno.inspect(text)}.`,
    );
  }
  bytes = encoder.encode(`${text}\0`);
  if (known.size < MOST_KNOWN) known.set(text, bytes);
  return bytes;
}
