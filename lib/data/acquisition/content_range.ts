/**
 * The part of a file that an HTTP server says it sends.
 *
 * @module
 */

/** Bytes `first` to `last`, both included, of `total`. */
export interface ContentRange {
  readonly first: number;
  readonly last: number;
  readonly total: number;
}

/**
 * Reads a Content-Range header (RFC 9110, 14.4); nothing where it is missing, has no total, or is no range of bytes.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(parseContentRange("bytes 5-9/10"), { first: 5, last: 9, total: 10 });
 * assertEquals(parseContentRange("bytes 5-10/10"), undefined);
 * ```
 */
export function parseContentRange(header: string | null): ContentRange | undefined {
  const match = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(header ?? "");
  if (match === null) return undefined;
  const [first, last, total] = match.slice(1).map(Number);
  return first <= last && last < total && Number.isSafeInteger(total) ? { first, last, total } : undefined;
}

/** An ETag that promises equal bytes (RFC 9110, 8.8.1); nothing for a weak one, which does not. */
export function strongTag(header: string | null): string | undefined {
  return header !== null && /^"[^"]+"$/.test(header) ? header : undefined;
}
