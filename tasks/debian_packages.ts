/**
 * Programs that only tests need, installed from Debian's packages where that is possible.
 *
 * @module
 */
import { type RunCommand, runCommand } from "./child_process.ts";
import type { ProgressLine } from "./progress_line.ts";

/** A program, its packages, and what can't be tested without it. */
export interface DebianProgram {
  /** What people call it. */
  readonly name: string;
  /** The packages; the first is the one to name. */
  readonly packages: readonly string[];
  /** What it is for, as in `"tests in a real browser"`. */
  readonly purpose: string;
  /** Its path, or undefined where it is not on this machine. */
  readonly find: () => string | undefined;
}

/** The machine; tests put their own in its place. */
export interface DebianMachine {
  readonly run?: RunCommand;
  readonly root?: boolean;
}

/**
 * Installs a program where this process may (as root, with `apt-get`). Does nothing where it is there. A machine on which
 * it can't be installed still runs all other tests, so a failure is said, not thrown.
 *
 * @returns whether it is there now
 */
export async function installDebianProgram(
  { name, packages, purpose, find }: DebianProgram,
  progress: Pick<ProgressLine, "say">,
  { run = runCommand, root = Deno.build.os === "linux" && Deno.uid() === 0 }: DebianMachine = {},
): Promise<boolean> {
  if (find()) return true;
  if (!root) {
    progress.say(`No ${name} found: ${purpose} are skipped. Install the package ${packages[0]} to run them.`);
    return false;
  }
  progress.say(`Installing ${name} for the ${purpose}`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await run(["apt-get", "update", "-q"], { env });
  const install = ["apt-get", "install", "-q", "-y", "--no-install-recommends", ...packages];
  const { status, lines } = await run(install, { env });
  if (status === 0 && find()) return true;
  progress.say(`Cannot install ${name}: ${lines.at(-1) ?? `apt-get ended with ${status}`}; its tests are skipped.`);
  return false;
}
