/**
 * The rsync by which Snakemake's storage plugin copies files: found on the machine, or installed for tests where that is
 * possible.
 *
 * @module
 */
import { type DebianMachine, installDebianProgram } from "./debian_packages.ts";
import { findProgram } from "./find_program.ts";
import type { ProgressLine } from "./progress_line.ts";

/** Path of rsync, where it is there. */
export function findRsync(): string | undefined {
  return findProgram("rsync");
}

/** Installs Debian's rsync where this process may, see {@linkcode installDebianProgram}. */
export function installRsync(progress: Pick<ProgressLine, "say">, machine: DebianMachine = {}): Promise<boolean> {
  const purpose = "tests of the workflow on Kubernetes";
  return installDebianProgram({ name: "rsync", packages: ["rsync"], purpose, find: findRsync }, progress, machine);
}
