/**
 * Writing a file so that nobody ever reads half of it.
 *
 * @module
 */
import { dirname } from "node:path";

/**
 * Writes a text under a temporary name beside the target and renames it. Missing folders are made.
 *
 * @param path the target
 * @param text its whole content
 */
export async function writeFileAtomically(path: string, text: string): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${Deno.pid}.tmp`;
  await Deno.writeTextFile(temporary, text);
  await Deno.rename(temporary, path);
}
