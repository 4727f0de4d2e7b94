/**
 * A worker of `deno task sweep --jobs`: trains the runs that it is told, one after another, and tells how it goes. Both
 * talk by lines of text: a worker asks for the next run and reads the name of its record; no further line, no further run.
 *
 * @module
 */
import type { Run } from "../../lib/training/run.ts";
import { textLines, writeToStdout } from "../../lib/text/text_lines.ts";
import type { ProgressLine } from "../cli/progress_line.ts";
import { runSummary, type TrainingProgress } from "./progress.ts";

/** What a worker tells: one line of JSON each. */
export type WorkerEvent =
  /** It has done what it was told, and waits for the next run. */
  | { readonly event: "next" }
  /** Why the run that it was told is not trained. */
  | { readonly event: "passed"; readonly why: "recorded" | "busy" }
  /** Goes on until the next one comes, as in "Reading kvasir-seg: 30 of 1000 images". */
  | { readonly event: "doing"; readonly text: string }
  /** A sentence that the user must see; of the run itself, or of something that several runs share. */
  | { readonly event: "said"; readonly text: string; readonly ofRun?: boolean }
  /** How far the run is, from 0 to 1. */
  | {
    readonly event: "step";
    readonly epoch: number;
    readonly epochs: number;
    readonly loss: number;
    readonly done: number;
  }
  /** It is trained, in words, and its record is written. */
  | { readonly event: "trained"; readonly text: string };

/** Tells one event. */
export type Tell = (event: WorkerEvent) => void;

/** Milliseconds between two steps that are told. */
const STEP_MS = 200;

/**
 * Tells by standard output. Where nobody reads it any more, since who started this worker has been killed, it throws, and
 * the training ends, saved.
 */
export const tell: Tell = (event) => writeToStdout(`${JSON.stringify(event)}\n`);

/** The names of the records of the runs to train, each asked for when it is wanted. */
export async function* orders(tell: Tell, input: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  tell({ event: "next" });
  for await (const name of textLines(input)) {
    yield name;
    tell({ event: "next" });
  }
}

/** Progress and sentences as events. */
export function toldProgress(
  tell: Tell,
  now: () => number = () => performance.now(),
): { line: ProgressLine; progress: TrainingProgress } {
  let told = -Infinity;
  return {
    line: {
      show: (text) => tell({ event: "doing", text }),
      say: (text) => tell({ event: "said", text }),
      clear() {},
    },
    progress: {
      begin() {
        told = -Infinity;
      },
      follow({ epochs }, event) {
        if (event.kind === "warning") tell({ event: "said", text: event.message, ofRun: true });
        if (event.kind === "resumed") {
          const text = `going on after ${event.epoch} epochs and ${event.step} steps`;
          tell({ event: "said", text, ofRun: true });
        }
        if (event.kind !== "step" || now() - told < STEP_MS) return;
        told = now();
        const { epoch, step, steps, loss } = event;
        tell({ event: "step", epoch, epochs, loss, done: (epoch - 1 + step / steps) / epochs });
      },
      end(run: Run, seconds?: number) {
        tell({ event: "trained", text: runSummary(run, seconds) });
      },
    },
  };
}
