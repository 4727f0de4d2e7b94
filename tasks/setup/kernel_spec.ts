/**
 * The Deno kernel for Jupyter, kept inside the project.
 *
 * @module
 */
import { join } from "node:path";
import { writeFileAtomically } from "../cli/write_file.ts";
import type { ProjectFolder } from "./project_folder.ts";

/**
 * What tells Jupyter how to start the kernel. The kernel takes no flag beside these: any other one stops it.
 *
 * @param deno the path of the program
 */
export function kernelSpec(deno: string): Record<string, unknown> {
  return {
    argv: [deno, "jupyter", "--kernel", "--conn", "{connection_file}"],
    display_name: "Deno",
    language: "typescript",
    env: { NO_COLOR: "1", TF_CPP_MIN_LOG_LEVEL: "2" },
  };
}

/**
 * Writes the kernel's specification where it is missing or names another Deno.
 *
 * @returns whether it was written
 */
export async function writeKernelSpec(project: ProjectFolder, deno: string = Deno.execPath()): Promise<boolean> {
  const path = join(project.jupyter, "kernels", "deno", "kernel.json");
  const text = JSON.stringify(kernelSpec(deno), null, 2) + "\n";
  if (await Deno.readTextFile(path).catch(() => undefined) === text) return false;
  await writeFileAtomically(path, text);
  return true;
}
