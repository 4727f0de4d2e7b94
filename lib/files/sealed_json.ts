/**
 * JSON that carries a checksum of its own text: a file that was cut, mixed or edited is told from a whole one.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** What stands in the checksum's place while it is computed. */
const EMPTY = "0".repeat(64);

/**
 * A record as JSON with the SHA-256 of the text as its first entry, `"sha256"`. It tells of every changed byte; against
 * someone who means to deceive it does nothing.
 *
 * @param indent Spaces of each level; by default all on one line.
 */
export function sealedJson(value: object, indent?: number): string {
  const text = JSON.stringify({ sha256: EMPTY, ...value }, null, indent);
  return text.replace(EMPTY, sha256(text));
}

/**
 * The record of a sealed text, without the seal.
 *
 * @throws {Error} When it is no JSON object, or not the text that was sealed.
 */
export function readSealedJson(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error("it is no object in JSON");
  const { sha256: seal, ...record } = value as Record<string, unknown>;
  if (typeof seal !== "string" || seal.length !== EMPTY.length || sha256(text.replace(seal, EMPTY)) !== seal) {
    throw new Error("its SHA-256 is not the recorded one");
  }
  return record;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
