/**
 * The Chromium that tests drive: found on the machine, or installed where that is possible.
 *
 * @module
 */
import { type DebianMachine, installDebianProgram } from "./debian_packages.ts";
import { findFile, pathFolders } from "./find_program.ts";
import type { ProgressLine } from "./progress_line.ts";

/** Programs that are Chromium, by the names that Debian, Ubuntu, Google and macOS give them. */
const PROGRAMS = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** The packages of Debian: the browser, and a font with the mathematical letters of the pages. */
const PACKAGES = ["chromium", "fonts-dejavu-core"];

/**
 * The path of a Chromium on this machine: the one that the variable CHROMIUM names, else the first that is found.
 *
 * @param path the folders to look in, as in the variable PATH
 */
export function findChromium(path?: string): string | undefined {
  const named = Deno.env.get("CHROMIUM");
  const folders = pathFolders(path);
  const candidates = PROGRAMS.flatMap((program) =>
    program.startsWith("/") ? [program] : folders.map((folder) => `${folder}/${program}`)
  );
  return findFile([...(named ? [named] : []), ...candidates]);
}

/** Installs Debian's Chromium where this process may, see {@linkcode installDebianProgram}. */
export function installChromium(
  progress: Pick<ProgressLine, "say">,
  { find = findChromium, ...machine }: DebianMachine & { readonly find?: () => string | undefined } = {},
): Promise<boolean> {
  const purpose = "tests in a real browser";
  return installDebianProgram({ name: "Chromium", packages: PACKAGES, purpose, find }, progress, machine);
}
