/**
 * `deno task train`: one run.
 *
 * @module
 */
import { join } from "node:path";
import { Option } from "@commander-js/extra-typings";
import { useBackend } from "../lib/backend/use_backend.ts";
import { idleSettings } from "../lib/experiment/idle_settings.ts";
import { METHOD_NAMES } from "../lib/experiment/methods.ts";
import { PROFILE_NAMES } from "../lib/experiment/profiles.ts";
import { resolveExperiment } from "../lib/experiment/resolve_experiment.ts";
import { recordRun } from "../lib/training/record_run.ts";
import { runDirectory } from "../lib/training/run_store.ts";
import { encodeRecord } from "../lib/results/record_encoding.ts";
import { runCommandLine, taskCommand } from "./cli/command.ts";
import { type OutputKind, requireOutput, writeOutput } from "./cli/output_file.ts";
import { pathOption, wholeNumber } from "./cli/values.ts";
import { progressLine } from "./cli/progress_line.ts";
import { startNothingMore } from "./cli/start_nothing_more.ts";
import { setup } from "./setup.ts";
import { TaskError } from "./cli/task_error.ts";
import {
  chosenData,
  PROFILE_HELP,
  SETTING_NAMES,
  withDataOptions,
  withRunOptions,
  withSettings,
} from "./training/options.ts";
import { trainingProgress } from "./training/progress.ts";
import { openTensorBoard } from "./training/tensorboard.ts";
import { trainRuns } from "./training/train_runs.ts";

/** The file of --record. */
const RECORD_FILE: OutputKind = { option: "--record", known: /^\{"sha256":"[0-9a-f]{64}","format":/ };

export const command = withRunOptions(withSettings(withDataOptions(
  taskCommand(
    "deno task train",
    "Trains one network and leaves its record: settings, history, every test image's scores.",
  )
    .addOption(new Option("--method <name>", "loss and control of ε").choices(METHOD_NAMES).makeOptionMandatory())
    .addOption(
      new Option("--profile <name>", PROFILE_HELP).choices(PROFILE_NAMES).default("quick" as const).env(
        "POLYDICE_PROFILE",
      ),
    )
    .option("--seed <number>", "seed of weights, order, augmentation and dropout", wholeNumber, 1),
)))
  .addOption(pathOption("--record <file>", "where the record goes; by default record.json in the run's folder"))
  .addOption(pathOption("--log <file>", "JSON lines with train/loss, val/dice, …; by default log.jsonl among the runs"))
  .addOption(
    pathOption(
      "--tensorboard <folder>",
      "curves and pictures of the training, for tensorboard --logdir of this folder",
    ),
  )
  .option("--checkpoint-seconds <number>", "time between checkpoints", wholeNumber, 30)
  .addHelpText(
    "after",
    `
Interrupted with Ctrl-C, it is saved; the same command goes on. Where the run is there already, it is loaded.
Settings for --set: ${SETTING_NAMES.join(", ")}.`,
  )
  .action(async (options, self) => {
    const { dataset, split, set, places } = chosenData(options, self);
    const { method, profile, seed, runs, backend, log, checkpointSeconds } = options;
    const experiment = resolved({ profile, method, dataset, split, seed, set: { ...set, ...options.set } });
    const idle = idleSettings(experiment);
    const without = Object.keys(options.set).find((name) => name in idle) as keyof typeof idle | undefined;
    if (without) {
      throw new TaskError(
        `Cannot use --set ${without}: only ${idle[without]} reads it, which this training has not.`,
        2,
      );
    }
    if (options.tensorboard !== undefined && backend !== "tensorflow") {
      throw new TaskError(`Cannot use --tensorboard with ${backend}: TensorFlow itself writes the files.`, 2);
    }
    if (options.record !== undefined && options.record === log) {
      throw new TaskError("Cannot use --record and --log: they name the same file.", 2);
    }
    if (options.record !== undefined) await requireOutput(options.record, RECORD_FILE);
    const line = progressLine();
    if (backend === "tensorflow") await setup({ progress: line });
    if (import.meta.main) await startNothingMore();
    const name = `${dataset} ${experiment.split} ${method} seed ${seed}`;
    await useBackend(backend);
    using board = options.tensorboard === undefined
      ? undefined
      : openTensorBoard(options.tensorboard, name, experiment, line.say);
    await trainRuns(
      [{ name, experiment, places }],
      { runs, backend, log, checkpointSeconds, follow: board?.follow },
      { line, progress: trainingProgress(line, () => 1) },
      async (_, run, data) => {
        const path = options.record ?? join(runDirectory(runs, run.hash), "record.json");
        await writeOutput(path, `${encodeRecord(await recordRun(run, data, runs))}\n`, RECORD_FILE);
        line.say(`Record: ${path}`);
      },
    );
  });

/** The experiment; settings that do not fit together are a wrong use. */
function resolved(choice: Parameters<typeof resolveExperiment>[0] & { readonly method: string }) {
  try {
    return resolveExperiment(choice);
  } catch (error) {
    throw new TaskError(`Cannot train: ${(error as Error).message}`, 2);
  }
}

if (import.meta.main) await runCommandLine(command);
