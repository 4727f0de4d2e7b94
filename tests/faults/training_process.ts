/**
 * A training as a process of its own, for tests that end it. The first argument is a {@linkcode TrainingRequest}; every
 * event is a line of JSON on the standard output.
 *
 * @module
 */
import { fromFileUrl } from "@std/path";
import type { Experiment } from "../../lib/experiment/experiment.ts";
import { listenForInterruption } from "../../lib/training/interruption.ts";
import { type RunEvent, trainOrLoad } from "../../lib/training/train_or_load.ts";
import { textLines } from "../../tasks/cli/child_process.ts";
import { backend } from "../backend.ts";
import { DATA, smallExperiment } from "../training/small_run.ts";

/** What to train and where. */
export interface TrainingRequest {
  readonly directory: string;
  readonly changes: Partial<Experiment>;
  readonly checkpointSeconds?: number;
}

/** What a line says. */
export interface TrainingLine {
  readonly kind: string;
  readonly epoch?: number;
  readonly step?: number;
  readonly message?: string;
}

/** The command that trains. */
export function trainingCommand(request: TrainingRequest): string[] {
  const config = fromFileUrl(new URL("../../deno.json", import.meta.url));
  const permissions = ["--allow-read", "--allow-write", "--allow-env", "--allow-sys", "--allow-ffi"];
  const script = fromFileUrl(import.meta.url);
  return [
    Deno.execPath(),
    ...["run", "-q", "--no-check", ...permissions, "--config", config, script, JSON.stringify(request)],
  ];
}

/** Starts a training; its lines come as it goes on. */
export function startTraining(request: TrainingRequest): Deno.ChildProcess {
  const [program, ...args] = trainingCommand(request);
  return new Deno.Command(program, { args, stdin: "null", stdout: "piped", stderr: "piped" }).spawn();
}

/** Sends a signal when the training has done so many steps; returns all its lines when it has ended. */
export async function interruptAfter(
  steps: number,
  process: Deno.ChildProcess,
  signal: Deno.Signal = "SIGINT",
): Promise<TrainingLine[]> {
  const lines: TrainingLine[] = [];
  for await (const text of textLines(process.stdout)) {
    lines.push(JSON.parse(text));
    if (lines.at(-1)!.kind === "step" && --steps === 0) process.kill(signal);
  }
  return lines;
}

if (import.meta.main) {
  const { directory, changes, checkpointSeconds }: TrainingRequest = JSON.parse(Deno.args[0]);
  const say = (line: TrainingLine) => console.log(JSON.stringify(line));
  using interruption = listenForInterruption();
  say({ kind: "ready" });
  const onEvent = (event: RunEvent) => {
    const { kind, epoch, step, message } = event as TrainingLine;
    say({ kind, epoch, step, message });
  };
  const options = { runs: directory, backend, checkpointSeconds, signal: interruption.signal, onEvent };
  try {
    await trainOrLoad(smallExperiment(changes), DATA, options);
    say({ kind: "finished" });
  } catch (error) {
    say({ kind: "failed", message: (error as Error).message });
    Deno.exitCode = 1;
  }
}
