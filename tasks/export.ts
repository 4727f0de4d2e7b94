/**
 * `deno task export`: a trained network as files for others.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { useBackend } from "../lib/backend/use_backend.ts";
import { writeAtomically } from "../lib/training/atomic_file.ts";
import { EXPORT_FORMATS, exportRun } from "../lib/training/export_run.ts";
import { type ExportCommand, HELP, parseExportOptions } from "./export_options.ts";
import { projectFolder } from "./setup/project_folder.ts";
import { findRun, runLines } from "./stored_runs.ts";
import { runTask, TaskError } from "./cli/task_error.ts";

/** The network in PyTorch, which an export for PyTorch has beside the weights. */
const PYTORCH_UNET = "pytorch_unet.py";

/** Writes the files of a run; the lines tell what is there now. */
export async function exportTo(command: ExportCommand & { kind: "export" }, root: string): Promise<string[]> {
  const { runs, to, format, weights, names, force } = command;
  const hash = await findRun(runs, command.run, "export");
  await useBackend("cpu"); // It only moves numbers about: TensorFlow need not be installed.
  const formats = format === "both" ? EXPORT_FORMATS : [format];
  const files = await exportRun(runs, hash, { weights, formats, names }).catch((error: Error) => {
    throw new TaskError(error.message);
  });
  if (formats.includes("safetensors") && names === "named") {
    files[PYTORCH_UNET] = await Deno.readFile(join(root, "bench", PYTORCH_UNET));
  }
  if (!force) await refuseOverwriting(to, Object.keys(files));
  for (const [name, bytes] of Object.entries(files)) {
    await Deno.mkdir(dirname(join(to, name)), { recursive: true });
    await writeAtomically(join(to, name), bytes);
  }
  return [
    `Run ${hash}, ${weights} weights, in ${to}:`,
    ...Object.entries(files).map(([name, { length }]) => `  ${name.padEnd(40)}${Math.ceil(length / 1000)} kB`),
  ];
}

async function refuseOverwriting(to: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const isThere = await Deno.lstat(join(to, name)).then(() => true, () => false);
    if (isThere) {
      throw new TaskError(`Cannot export to ${to}: ${name} is there already. Choose another folder or add --force.`);
    }
  }
}

async function main(args: string[]): Promise<number> {
  const { root } = projectFolder();
  const command = parseExportOptions(args, root, Deno.env.get("INIT_CWD"));
  if (command.kind === "help") console.log(HELP);
  else if (command.kind === "list") console.log([...await runLines(command.runs), "", HELP].join("\n"));
  else console.log((await exportTo(command, root)).join("\n"));
  return 0;
}

if (import.meta.main) await runTask(() => main(Deno.args));
