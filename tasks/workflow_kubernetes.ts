/**
 * What `deno task workflow` prepares for pods, which share a volume with it and nothing else.
 *
 * @module
 */
import { join } from "node:path";
import type { ProjectFolder } from "./setup/project_folder.ts";
import { findRsync } from "./setup/debian_programs.ts";
import { snakemakeEnvironment } from "./setup/environments.ts";
import { TaskError } from "./cli/task_error.ts";
import { writeFileAtomically } from "./cli/write_file.ts";

/**
 * Puts into the folder that Snakemake is started in, which is on the volume, what pods need of this checkout: the Snakefile,
 * which Snakemake takes to them, and the versions of what they install (its storage plugin, at each start).
 *
 * @returns variables for Snakemake, which hands them to pods
 * @throws {TaskError} where rsync is missing, by which Snakemake's storage copies
 */
export async function prepareKubernetes(folder: string, project: ProjectFolder): Promise<Record<string, string>> {
  if (!findRsync()) {
    throw new TaskError(
      "Cannot run on Kubernetes: rsync is not installed, which Snakemake copies files of a volume by.",
    );
  }
  const snakefile = await Deno.readTextFile(join(project.root, "workflow", "Snakefile"));
  await writeFileAtomically(join(folder, "Snakefile"), snakefile);
  const constraints = join(folder, "constraints.txt");
  const requirements = await Deno.readTextFile(snakemakeEnvironment(project).requirements[0].file);
  // Without hashes: with them pip refuses a package that is named without version, as Snakemake names its plugin.
  const versions = requirements.match(/^[\w.-]+==[\w.]+/gm) ?? [];
  await writeFileAtomically(constraints, `${versions.join("\n")}\n`);
  return { PIP_CONSTRAINT: constraints };
}
