/**
 * Installing a pinned, hash-checked requirement file.
 *
 * @module
 */
import type { RunCommand } from "../cli/child_process.ts";
import { duration, type ProgressLine } from "../cli/progress_line.ts";
import { TaskError } from "../cli/task_error.ts";
import { byteSize } from "./disk_space.ts";

/** What pip has said so far. */
export interface PipState {
  /** Packages that it has got hold of. */
  packages: number;
  /** Bytes of the files that it has downloaded or is downloading. */
  downloaded: number;
  doing: string;
}

const UNITS: Record<string, number> = { bytes: 1, kB: 1e3, MB: 1e6, GB: 1e9 };

/** Takes one line of pip into account. */
export function pipProgress(state: PipState, line: string): PipState {
  const file = /^\s*(Downloading|Using cached) (?:.*\/)?([^\s/-]+)-\S+(?: \(([\d.]+) (bytes|kB|MB|GB)\))?/.exec(line);
  if (file) {
    const [, kind, name, amount, unit] = file;
    const fresh = kind === "Downloading";
    return {
      packages: state.packages + 1,
      downloaded: state.downloaded + (fresh && amount ? Number(amount) * UNITS[unit] : 0),
      doing: `${fresh ? "downloading" : "found"} ${name}${fresh && amount ? ` ${amount} ${unit}` : ""}`,
    };
  }
  if (/^Installing collected packages/.test(line)) return { ...state, doing: "unpacking" };
  return state;
}

/** Settings of pip that say where packages come from and how to get there. All others are left out. */
const KEPT_SETTINGS = [
  ...["index-url", "extra-index-url", "no-index", "find-links", "trusted-host", "keyring-provider"],
  ...["proxy", "cert", "client-cert", "timeout", "default-timeout", "retries", "cache-dir", "no-cache-dir"],
];

/** Where pip looks for its settings, the ones that come last win. */
const SECTIONS = ["global", "install", ":env:"];

/**
 * The variables for a pip that the user's settings do not lead astray (`PIP_TARGET`, `PIP_PREFIX`, a `pip.conf` that asks
 * for `--user`), but that asks the user's index, by the user's proxy and certificates.
 *
 * @param settings lines of `pip config list`: `global.index-url='https://…'`
 */
export function isolatedVariables(
  variables: Readonly<Record<string, string>>,
  settings: readonly string[],
): Record<string, string> {
  const kept = Object.entries(variables).filter(([name]) => !/^(PIP_|PYTHON|__PYVENV)/i.test(name));
  const result = Object.fromEntries([...kept, ["PIP_CONFIG_FILE", Deno.build.os === "windows" ? "nul" : "/dev/null"]]);
  const found = settings.flatMap((line) => {
    const [, section, key, text] = /^(global|install|:env:)\.([\w-]+)=['"](.*)['"]$/.exec(line) ?? [];
    return KEPT_SETTINGS.includes(key) && text !== "" ? [{ section, key, text }] : [];
  });
  found.sort((a, b) => SECTIONS.indexOf(a.section) - SECTIONS.indexOf(b.section));
  for (const { key, text } of found) {
    // Python's way of writing a string, in which lists have line ends
    const value = text.replaceAll("\\n", " ").replaceAll(/\\(.)/g, "$1").trim();
    result[`PIP_${key.replaceAll("-", "_").toUpperCase()}`] = value;
  }
  return result;
}

/**
 * Installs a requirement file with pip. Of the user's settings those stand that say where packages come from. Only wheels
 * are taken, whose hashes the file names; their dependencies are left to the file.
 *
 * @throws {TaskError} with pip's last lines where it fails
 */
export async function installRequirements(
  python: string,
  part: string,
  file: string,
  more: readonly string[],
  env: Record<string, string>,
  progress: ProgressLine,
  run: RunCommand,
): Promise<void> {
  let state: PipState = { packages: 0, downloaded: 0, doing: "asking for packages" };
  const started = performance.now();
  const seconds = () => duration((performance.now() - started) / 1000);
  const show = () => progress.show(`  ${part}: ${state.doing} · ${count(state.packages)} · ${seconds()}`);
  const timer = setInterval(show, 1000);
  const pip = [python, "-I", "-m", "pip", "--disable-pip-version-check", "--no-input"];
  const options = ["--no-deps", "--require-hashes", "--only-binary=:all:", "--no-compile", "--progress-bar=off"];
  try {
    show();
    const settings = await run([...pip, "config", "list"], { env: { PIP_QUIET: "0", PIP_VERBOSE: "0" } });
    if (settings.status !== 0) throw new TaskError(pipFailure(part, settings.status, settings.lines));
    const { status, lines } = await run([...pip, "install", ...options, ...more, "-r", file], {
      env: { ...isolatedVariables(Deno.env.toObject(), settings.lines), ...env },
      clearEnv: true,
      onLine: (line) => {
        state = pipProgress(state, line);
        show();
      },
    });
    if (status !== 0) throw new TaskError(pipFailure(part, status, lines));
  } finally {
    clearInterval(timer);
    progress.clear();
  }
  const size = state.downloaded ? `${byteSize(state.downloaded)} downloaded` : "from pip's cache";
  progress.say(`  ${part}: ${count(state.packages)}, ${size}, ${seconds()}`);
}

function count(packages: number): string {
  return `${packages} package${packages === 1 ? "" : "s"}`;
}

function pipFailure(part: string, status: number, lines: readonly string[]): string {
  const text = lines.join("\n");
  const advice = /No space left on device/i.test(text)
    ? "The disk is full: free some space and start again."
    : /THESE PACKAGES DO NOT MATCH THE HASHES/.test(text)
    ? "A downloaded file is not the one that was pinned: check the package index that pip uses, then start again."
    : /No matching distribution found/.test(text)
    ? `The package index has no wheel for ${Deno.build.os} on ${Deno.build.arch}, or it cannot be reached.`
    : "If the network was the reason, start again: what is there is kept in pip's cache.";
  return `Cannot install ${part}: pip ended with status ${status}. ${advice}\n${lines.slice(-15).join("\n")}`;
}
