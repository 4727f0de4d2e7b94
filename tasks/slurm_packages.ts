/**
 * The Slurm that tests start: found on the machine, or installed where that is possible.
 *
 * @module
 */
import { type DebianMachine, installDebianProgram } from "./debian_packages.ts";
import { findProgram, pathFolders } from "./find_program.ts";
import type { ProgressLine } from "./progress_line.ts";

/** Debian's packages: controller, node with the users' commands, and what proves who sends a message. */
const PACKAGES = ["slurmctld", "slurmd", "slurm-client", "munge"];

/** Programs that tests start. Debian keeps servers where only root's PATH looks. */
const PROGRAMS = ["slurmctld", "slurmd", "sbatch", "munged"];
const SERVER_FOLDERS = ["/usr/sbin", "/usr/local/sbin"];

/**
 * The path of a program of Slurm.
 *
 * @param path the folders to look in, as in the variable PATH
 */
export function findSlurmProgram(program: string, path?: string): string | undefined {
  return findProgram(program, [...pathFolders(path), ...SERVER_FOLDERS]);
}

/** Path of the controller, where all programs are there. */
export function findSlurm(path?: string): string | undefined {
  const found = PROGRAMS.map((program) => findSlurmProgram(program, path));
  return found.every((program) => program !== undefined) ? found[0] : undefined;
}

/** Installs Debian's Slurm where this process may; its servers are started by tests alone. */
export function installSlurm(progress: Pick<ProgressLine, "say">, machine: DebianMachine = {}): Promise<boolean> {
  const purpose = "tests of the workflow on Slurm";
  return installDebianProgram(
    { name: "Slurm", packages: PACKAGES, purpose, find: () => findSlurm() },
    progress,
    machine,
  );
}
