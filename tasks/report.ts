/**
 * The report at the end of `deno task reproduce`.
 *
 * @module
 */
import { join } from "node:path";
import { type RunCommand, runCommand } from "./cli/child_process.ts";
import type { ProjectFolder } from "./setup/project_folder.ts";
import { TaskError } from "./cli/task_error.ts";

/** Name of the report in the results folder. */
export const REPORT_FILE = "report.html";

/** Lines of a failure that are told. */
const LAST_WORDS = 12;

/**
 * Makes the report of what is in a folder of results and of the stored runs; nothing is trained.
 *
 * @returns its path
 * @throws {TaskError} where it can't be made; the results are as they were
 */
export async function makeReport(
  results: string,
  variables: Record<string, string>,
  { root }: Pick<ProjectFolder, "root">,
  run: RunCommand = runCommand,
): Promise<string> {
  const path = join(results, REPORT_FILE);
  const permissions = ["--no-prompt", "--allow-read", "--allow-write", "--allow-env", "--allow-sys", "--allow-ffi"];
  const script = join(root, "tasks", "report", "make_report.ts");
  const { status, lines } = await run([Deno.execPath(), "run", "-q", ...permissions, script], {
    cwd: root,
    env: variables,
  });
  if (status === 0) return path;
  throw new TaskError(
    `Cannot make the report: all other results are kept, only ${REPORT_FILE} is missing. ` +
      `The last words were:\n${lines.slice(-LAST_WORDS).join("\n")}`,
  );
}

/** The command that shows a file in the user's browser, by operating system. */
const OPENERS: Partial<Record<typeof Deno.build.os, readonly string[]>> = {
  darwin: ["open"],
  windows: ["rundll32", "url.dll,FileProtocolHandler"],
};

/**
 * Opens a page in the default browser.
 *
 * @returns what to tell where there is none
 */
export async function openPage(
  path: string,
  { os = Deno.build.os, run = runCommand }: { os?: typeof Deno.build.os; run?: RunCommand } = {},
): Promise<string | undefined> {
  const opener = OPENERS[os] ?? ["xdg-open"];
  const { status } = await run([...opener, path]);
  if (status === 0) return undefined;
  const reason = status === 127 ? `there is no ${opener[0]} here` : `${opener[0]} ended with status ${status}`;
  return `Cannot open the report: ${reason}; open the file in any browser.`;
}
