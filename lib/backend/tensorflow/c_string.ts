const encoder = new TextEncoder();
const known = new Map<string, Uint8Array<ArrayBuffer>>();

/** A text as a zero-terminated C string. Names of operations and attributes recur, so each text is encoded once. */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  let bytes = known.get(text);
  if (!bytes) known.set(text, bytes = encoder.encode(`${text}\0`));
  return bytes;
}
