/**
 * Programs that only tests need: found on the machine, or installed from Debian's packages where that is possible.
 *
 * @module
 */
import { type RunCommand, runCommand } from "../cli/child_process.ts";
import type { ProgressLine } from "../cli/progress_line.ts";

/** A program, its packages, and what can't be tested without it. */
export interface DebianProgram {
  readonly name: string;
  /** The packages; the first is the one to name. */
  readonly packages: readonly string[];
  /** What it is for, as in `"tests in a real browser"`. */
  readonly purpose: string;
  /** Its path, or undefined where it is not on this machine. */
  readonly find: () => string | undefined;
}

/** All that tests use: the Chromium that they drive, the Slurm that they start, the rsync of Snakemake's storage. */
export const DEBIAN_PROGRAMS: readonly DebianProgram[] = [
  {
    name: "Chromium",
    packages: ["chromium", "fonts-dejavu-core"], // the font has the mathematical letters of the pages
    purpose: "tests in a real browser",
    find: findChromium,
  },
  {
    name: "Slurm", // controller, node with the users' commands, and what proves who sends a message
    packages: ["slurmctld", "slurmd", "slurm-client", "munge"],
    purpose: "tests of the workflow on Slurm",
    find: findSlurm,
  },
  { name: "rsync", packages: ["rsync"], purpose: "tests of the workflow on Kubernetes", find: findRsync },
];

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

/** The path of a Chromium: the one that the variable CHROMIUM names, else the first that is found. */
export function findChromium(path?: string): string | undefined {
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  return firstFile([
    Deno.env.get("CHROMIUM") || [],
    names.flatMap((name) => candidates(name, path)),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  ].flat());
}

/** The path of a program of Slurm. Debian keeps servers where only root's PATH looks. */
export function findSlurmProgram(program: string): string | undefined {
  return firstFile([...candidates(program), `/usr/sbin/${program}`, `/usr/local/sbin/${program}`]);
}

/** Path of Slurm's controller, where all its programs are there. */
export function findSlurm(): string | undefined {
  const found = ["slurmctld", "slurmd", "sbatch", "munged"].map(findSlurmProgram);
  return found.includes(undefined) ? undefined : found[0];
}

/** Path of rsync, where it is there. */
export function findRsync(): string | undefined {
  return firstFile(candidates("rsync"));
}

/** Where a program may lie. */
function candidates(program: string, path: string = Deno.env.get("PATH") ?? ""): string[] {
  const folders = path.split(Deno.build.os === "windows" ? ";" : ":").filter((folder) => folder !== "");
  return folders.map((folder) => `${folder}/${program}`);
}

function firstFile(paths: readonly string[]): string | undefined {
  return paths.find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });
}
