/**
 * A training as a process of its own, for tests that end it. The first argument is a {@linkcode TrainingRequest}; every
 * event is a line of JSON on the standard output.
 *
 * @module
 */
import { fromFileUrl } from "@std/path";
import { useBackend } from "../../lib/backend/use_backend.ts";
import type { Experiment } from "../../lib/training/experiment.ts";
import { listenForInterruption } from "../../lib/training/interruption.ts";
import { trainOrLoad } from "../../lib/training/train_or_load.ts";
import { textLines } from "../../tasks/cli/child_process.ts";
import { dataset, smallExperiment, split } from "../training/small_run.ts";

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

/** Sends SIGINT when the training has done so many steps; returns all its lines when it has ended. */
export async function interruptAfter(steps: number, process: Deno.ChildProcess): Promise<TrainingLine[]> {
  const lines: TrainingLine[] = [];
  for await (const text of textLines(process.stdout)) {
    lines.push(JSON.parse(text));
    if (lines.at(-1)!.kind === "step" && --steps === 0) process.kill("SIGINT");
  }
  return lines;
}

if (import.meta.main) {
  const { directory, changes, checkpointSeconds }: TrainingRequest = JSON.parse(Deno.args[0]);
  const say = (line: TrainingLine) => console.log(JSON.stringify(line));
  using interruption = listenForInterruption();
  const backend = await useBackend(Deno.env.get("POLYDICE_BACKEND"));
  say({ kind: "ready" });
  const options = { directory, backend, checkpointSeconds, signal: interruption.signal };
  try {
    for await (const event of trainOrLoad(smallExperiment(changes), { dataset, split }, options)) {
      const { kind, epoch, step, message } = event as TrainingLine;
      say({ kind, epoch, step, message });
    }
    say({ kind: "finished" });
  } catch (error) {
    say({ kind: "failed", message: (error as Error).message });
    Deno.exitCode = 1;
  }
}
