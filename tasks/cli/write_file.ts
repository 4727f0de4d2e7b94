/**
 * Writing a file so that nobody ever reads half of it.
 *
 * @module
 */
import { dirname } from "node:path";
import { writeAtomically } from "../../lib/files/atomic_file.ts";

/**
 * Writes a text under a temporary name beside the target, flushes it to the disk and renames it. Missing folders are
 * made. Where that fails, what was there stays and nothing is left beside it.
 */
export async function writeFileAtomically(path: string, text: string): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  await writeAtomically(path, new TextEncoder().encode(text));
}
