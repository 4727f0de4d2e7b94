/**
 * The Chromium that tests drive: found on the machine, or installed where that is possible.
 *
 * @module
 */
import { type RunCommand, runCommand } from "./child_process.ts";
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
export function findChromium(path: string = Deno.env.get("PATH") ?? ""): string | undefined {
  const named = Deno.env.get("CHROMIUM");
  const folders = path.split(Deno.build.os === "windows" ? ";" : ":").filter((folder) => folder !== "");
  const candidates = PROGRAMS.flatMap((program) =>
    program.startsWith("/") ? [program] : folders.map((folder) => `${folder}/${program}`)
  );
  return [...(named ? [named] : []), ...candidates].find(isFile);
}

/**
 * Installs Debian's Chromium where this process may (as root, with `apt-get`). Does nothing where one is there. A machine
 * on which it can't be installed still runs all tests but the browser's, so a failure is said, not thrown.
 *
 * @returns whether there is a Chromium now
 */
export async function installChromium(
  progress: Pick<ProgressLine, "say">,
  { find = findChromium, run = runCommand, root = Deno.build.os === "linux" && Deno.uid() === 0 }: {
    readonly find?: () => string | undefined;
    readonly run?: RunCommand;
    readonly root?: boolean;
  } = {},
): Promise<boolean> {
  if (find()) return true;
  if (!root) {
    progress.say("No Chromium found: tests in a real browser are skipped. Install the package chromium to run them.");
    return false;
  }
  progress.say("Installing Chromium for the tests in a real browser");
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await run(["apt-get", "update", "-q"], { env });
  const install = ["apt-get", "install", "-q", "-y", "--no-install-recommends", ...PACKAGES];
  const { status, lines } = await run(install, { env });
  if (status === 0 && find()) return true;
  progress.say(`Cannot install Chromium: ${lines.at(-1) ?? `apt-get ended with ${status}`}; its tests are skipped.`);
  return false;
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
