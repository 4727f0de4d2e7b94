/**
 * A training as a process of its own, for tests that end it. The first argument is a {@linkcode TrainingRequest}; every
 * event is a line of JSON on the standard output.
 *
 * @module
 */
import { fromFileUrl, join } from "@std/path";
import { createHash } from "node:crypto";
import { type Experiment, runHash } from "../../lib/experiment/experiment.ts";
import { listenForInterruption } from "../../lib/training/interruption.ts";
import { type RunEvent, trainOrLoad } from "../../lib/training/train_or_load.ts";
import { textLines } from "../../lib/text/text_lines.ts";
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

/** Folder of the run of {@linkcode smallExperiment} with these changes. */
export function runFolder(runs: string, changes: Partial<Experiment>): string {
  return join(runs, runHash(smallExperiment(changes), DATA.fingerprint, backend.name));
}

/** Names of the files in a folder, sorted. */
export function fileNames(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

/** Everything a finished run has stored but clock readings: files, weights by their SHA-256, history, ε and test rows. */
export async function storedNumbers(folder: string): Promise<Record<string, unknown>> {
  const weights = async (name: string) =>
    createHash("sha256").update(await Deno.readFile(join(folder, `weights_${name}.safetensors`))).digest("hex");
  const { sha256: _sha256, seconds: _seconds, environment: _environment, history, ...run } = JSON.parse(
    await Deno.readTextFile(join(folder, "run.json")),
  );
  return {
    ...run,
    history: history.map((row: Record<string, unknown>) => ({ ...row, seconds: 0 })),
    files: fileNames(folder).filter((name) => name !== "run.lock"), // of a process killed after its last word, held by nobody
    best: await weights("best"),
    last: await weights("last"),
  };
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
