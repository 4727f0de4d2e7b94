/**
 * `deno task export`: a trained network as files for others.
 *
 * @module
 */
import { Option } from "@commander-js/extra-typings";
import { join } from "node:path";
import { useBackend } from "../lib/backend/use_backend.ts";
import { openOwnFolder } from "../lib/files/own_folder.ts";
import { STATE_DICT_NAMES } from "../lib/model/state_dict_names.ts";
import { EXPORT_FORMATS, exportRun } from "../lib/training/export_run.ts";
import { runCommandLine, taskCommand } from "./cli/command.ts";
import { plainly, TaskError } from "./cli/task_error.ts";
import { pathOption } from "./cli/values.ts";
import { projectFolder } from "./setup/project_folder.ts";
import { findRun, runLines } from "./training/stored_runs.ts";

/** The network in PyTorch, which an export for PyTorch has beside the weights. */
const PYTORCH_UNET = "pytorch_unet.py";

export const command = taskCommand(
  "deno task export",
  "Writes a trained network as files for PyTorch, tfjs, ONNX Runtime and this library, with a model card. Without a run " +
    "it lists the finished ones.",
)
  .argument("[run]", "a run's name or the beginning of it")
  .addOption(pathOption("--to <folder>", "folder for the files: new, empty, or of an export before"))
  .addOption(
    new Option("--format <name>", "safetensors (PyTorch, this library), layers-model (tfjs), onnx, or all")
      .choices([...EXPORT_FORMATS, "all"]).default("all" as const),
  )
  .addOption(
    new Option("--weights <name>", "of the best validation epoch, or of the last").choices(["best", "last"]).default(
      "best" as const,
    ),
  )
  .addOption(
    new Option(
      "--names <kind>",
      "what safetensors calls the tensors: named as in bench/pytorch_unet.py, or sequential as in " +
        "github.com/milesial/Pytorch-UNet",
    ).choices(STATE_DICT_NAMES).default("named" as const),
  )
  .addOption(pathOption("--runs <folder>", "folder of the runs").default(join(projectFolder().root, "runs"), "runs"))
  .action(async (word, { to, format, weights, names, runs }, self) => {
    const { root } = projectFolder();
    if (word === undefined) {
      const other = ["to", "format", "weights", "names"].find((name) =>
        self.getOptionValueSource(name as "to") === "cli"
      );
      if (other) {
        throw new TaskError(`Cannot use --${other} without a run: name it, as in deno task export RUN --to DIR.`, 2);
      }
      return console.log((await runLines(runs)).join("\n"));
    }
    if (to === undefined) throw new TaskError(`Cannot export run ${word}: say where to with --to DIR.`, 2);
    const formats = format === "all" ? EXPORT_FORMATS : [format];
    if (!formats.includes("safetensors") && self.getOptionValueSource("names") === "cli") {
      throw new TaskError(`Cannot use --names with --format ${format}: it is for safetensors.`, 2);
    }
    const { hash } = await findRun(runs, word, "export");
    await useBackend("cpu"); // It only moves numbers about: TensorFlow need not be installed.
    await plainly(async () => {
      const files = await exportRun(runs, hash, { weights, formats, names });
      if (formats.includes("safetensors") && names === "named") {
        files[PYTORCH_UNET] = await Deno.readFile(join(root, "bench", PYTORCH_UNET));
      }
      using folder = await openOwnFolder(to, { task: "export" });
      for (const [name, bytes] of Object.entries(files)) await folder.write(name, bytes);
      await folder.finish();
      console.log([
        `Run ${hash}, ${weights} weights, in ${to}:`,
        ...Object.entries(files).map(([name, { length }]) => `  ${name.padEnd(40)}${Math.ceil(length / 1000)} kB`),
      ].join("\n"));
    });
  });

if (import.meta.main) await runCommandLine(command);
