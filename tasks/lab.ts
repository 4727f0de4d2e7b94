/**
 * `deno task lab`: the notebooks in JupyterLab, on this machine only.
 *
 * @module
 */
import { runAttached } from "./cli/child_process.ts";
import { runTask } from "./cli/task_error.ts";
import { setup } from "./setup.ts";
import { jupyterVariables, projectFolder } from "./setup/project_folder.ts";

const HELP = `Opens the notebooks in JupyterLab, with the project's Deno kernel, reachable from this machine only.

Usage: deno task lab [options of JupyterLab]

  --no-browser         print the address instead of opening a browser
  --port=N             the port; by default the first free one from 8888
  --allow-root         needed when run as root
  --help               this text

Settings of the experiments come from variables: POLYDICE_PROFILE, POLYDICE_DATA, … (deno task reproduce --help).
Ctrl-C ends it.`;

/** JupyterLab was seen once to lose a signal, perhaps as it was writing to its log, where its handler writes first. */
const SIGNAL_PAUSE_MS = 1000;

async function main(args: string[]): Promise<number> {
  if (args.includes("--help")) {
    console.log(HELP);
    return 0;
  }
  const project = projectFolder();
  await setup({ project });
  const options = ["--ServerApp.ip=127.0.0.1", `--ServerApp.root_dir=${project.notebooks}`, ...args];
  return await runAttached([project.python, "-I", "-m", "jupyterlab", ...options], {
    cwd: project.notebooks,
    env: jupyterVariables(project),
    repeatMs: SIGNAL_PAUSE_MS,
  });
}

if (import.meta.main) await runTask(() => main(Deno.args));
