/**
 * Lists of SHA-256 checksums, as `sha256sum` writes them.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** One line: 64 hexadecimal digits, a space, a space or a star, the path. */
const LINE = /^([0-9a-f]{64}) [ *](.+)$/;

/**
 * The checksums of a list by path: SHA-256 in lower-case hexadecimal, paths with "/" as they stand.
 *
 * @param text the whole file; empty lines are left out
 * @throws If a line is no checksum with a path, or a path stands twice.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const sum = sha256(new TextEncoder().encode("polyp"));
 * assertEquals([...parseChecksums(`${sum}  images/1.png\n`)], [["images/1.png", sum]]);
 * ```
 */
export function parseChecksums(text: string): Map<string, string> {
  const sums = new Map<string, string>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line === "") continue;
    const match = LINE.exec(line);
    if (match === null) {
      throw new Error(`Cannot read the checksums: expected 64 hexadecimal digits and a path in line ${index + 1}`);
    }
    const [, sum, path] = match;
    if (sums.has(path)) throw new Error(`Cannot read the checksums: "${path}" stands twice`);
    sums.set(path, sum);
  }
  return sums;
}

/** SHA-256 of bytes, lower-case hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
