/**
 * What the Python environment holds, written into it: the mark by which a set-up knows that nothing is to do.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { ProjectFolder } from "./project_folder.ts";
import { writeFileAtomically } from "./write_file.ts";

/** Which build of TensorFlow is installed. */
export type Processor = "cpu" | "gpu";

/** The content of an environment. */
export interface SetupStamp {
  /** False from the first step to the last, so that an interrupted set-up is known. */
  complete: boolean;
  /** The build of TensorFlow. */
  processor: Processor;
  /** SHA-256 over the requirement files. */
  requirements: string;
  /** The file that the environment's Python is a link to. */
  interpreter: string;
}

function stampPath(project: ProjectFolder): string {
  return join(project.environment, "polydice_setup.json");
}

/** Reads the stamp; undefined where the environment has none, or one that cannot be read. */
export async function readStamp(project: ProjectFolder): Promise<SetupStamp | undefined> {
  try {
    return JSON.parse(await Deno.readTextFile(stampPath(project)));
  } catch {
    return undefined;
  }
}

/** Writes the stamp. */
export function writeStamp(project: ProjectFolder, stamp: SetupStamp): Promise<void> {
  return writeFileAtomically(stampPath(project), JSON.stringify(stamp, null, 2) + "\n");
}

/**
 * Whether the environment is complete, holds what the requirement files ask for now, and its Python is still there.
 *
 * @param stamp what was read
 * @param requirements SHA-256 of the files now
 */
export async function isCurrent(
  project: ProjectFolder,
  stamp: SetupStamp | undefined,
  requirements: string,
): Promise<boolean> {
  if (!stamp?.complete || stamp.requirements !== requirements) return false;
  return await Deno.realPath(project.python).then((path) => path === stamp.interpreter, () => false);
}

/** SHA-256, hexadecimal, over the contents of files in their order. */
export async function filesHash(paths: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const path of paths) hash.update(await Deno.readFile(path));
  return hash.digest("hex");
}
