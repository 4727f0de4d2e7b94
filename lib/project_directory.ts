/**
 * Where this copy of the project stands.
 *
 * @module
 */
import { fromFileUrl } from "@std/path";

/** The folder that holds deno.json; the working directory where the library was imported from a registry. */
export function projectDirectory(): string {
  const url = new URL("../", import.meta.url);
  return url.protocol === "file:" ? fromFileUrl(url) : Deno.cwd();
}
