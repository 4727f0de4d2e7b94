/**
 * PyTorch's settings: which there are, and which is the fastest for a piece of work.
 *
 * @module
 */
import { quantile } from "../lib/statistics/quantile.ts";
import { type Block, measureBlock, QUIET_CORES, waitForQuiet } from "./alternate.ts";
import type { Variant, WorkSettings } from "./messages.ts";
import { startWorker, withWaiting, type WorkerCommand, WorkerFailure, type WorkerProcess } from "./worker_process.ts";

/** The layout that is the fastest on most machines, with PyTorch's defaults otherwise; what the trials start from. */
export const CHANNELS_LAST: Variant = {
  layout: "channels_last",
  compile: false,
  fusedAdam: false,
  waiting: "default",
};

/** How a setting did. */
export interface Trial {
  readonly variant: Variant;
  /** The median repetition; absent where it failed. */
  readonly milliseconds?: number;
  /** The first repetition, which is where torch.compile compiles. */
  readonly firstMilliseconds?: number;
  /** Cores that other programs kept busy meanwhile. */
  readonly otherCores?: number;
  readonly error?: string;
}

/** Passes of MC Dropout in a trial: all of them take the same time. */
const TRIAL_PASSES = 2;
/** Repetitions of a trial after the first: as many as fit this time, within limits. */
const TRIAL_MS = 1000;
const FEWEST_REPETITIONS = 3, MOST_REPETITIONS = 12;
/** Settings within this factor of the fastest are tried twice; the mean counts. */
const CLOSE = 1.2;
/** A trial that other programs disturb is repeated; the least disturbed one counts. */
const MOST_ATTEMPTS = 3;
/** Seconds to wait for a quiet machine before an attempt. */
const PATIENCE = 4;

/** A setting in words: `channels_last, torch.compile`. */
export function formatVariant({ layout, compile, fusedAdam, waiting }: Variant): string {
  const parts = [
    layout,
    compile ? "torch.compile" : "eager",
    fusedAdam && "fused Adam",
    waiting === "passive" && "passive",
  ];
  return parts.filter(Boolean).join(", ");
}

/**
 * Tries PyTorch's settings on a piece of work, each beside the best so far: how its threads wait, the layout, fused Adam
 * (in training), torch.compile.
 */
export async function tryVariants(
  command: WorkerCommand,
  settings: WorkSettings,
  inputs: string,
  compile: boolean,
  observe: (variant: Variant) => void = () => {},
): Promise<Trial[]> {
  const start = async (waiting: Variant["waiting"]) => {
    const worker = await startWorker(withWaiting(command, waiting));
    await worker.ask({ operation: "load", inputs });
    return worker;
  };
  await using usual = await start("default");
  await using passive = await start("passive");
  const trials: Trial[] = [];
  async function attempt(variant: Variant): Promise<void> {
    observe(variant);
    trials.push(await tryVariant(variant.waiting === "default" ? usual : passive, settings, variant));
  }
  await attempt(CHANNELS_LAST);
  await attempt({ ...CHANNELS_LAST, waiting: "passive" });
  await attempt({ ...fastest(trials), layout: "contiguous" });
  if (settings.work === "train") await attempt({ ...fastest(trials), fusedAdam: true });
  if (compile) await attempt({ ...fastest(trials), compile: true });
  const finalists = closeCalls(trials);
  for (const { variant } of finalists.length > 1 ? finalists : []) {
    await attempt(variant);
    const second = trials.pop()!;
    const index = trials.findIndex((trial) => trial.variant === variant);
    trials[index] = {
      ...trials[index],
      milliseconds: (trials[index].milliseconds! + (second.milliseconds ?? Infinity)) / 2,
    };
  }
  return trials;
}

/** The trials that are so near to the fastest that a second one has to decide. */
function closeCalls(trials: readonly Trial[]): Trial[] {
  const best = Math.min(...trials.map(({ milliseconds }) => milliseconds ?? Infinity));
  return trials.filter(({ milliseconds }) => milliseconds !== undefined && milliseconds <= CLOSE * best);
}

async function tryVariant(worker: WorkerProcess, settings: WorkSettings, variant: Variant): Promise<Trial> {
  const reduced = settings.work === "mc" ? { ...settings, images: settings.batch, passes: TRIAL_PASSES } : settings;
  try {
    await worker.ask({ operation: "prepare", ...reduced, variant });
    const [firstMilliseconds] = (await measureBlock(worker, 1)).milliseconds;
    const [second] = (await measureBlock(worker, 1)).milliseconds;
    const count = Math.min(MOST_REPETITIONS, Math.max(FEWEST_REPETITIONS, Math.round(TRIAL_MS / second)));
    let best: Block | undefined;
    for (let attempt = 0; attempt < MOST_ATTEMPTS && !(best && best.otherCores <= QUIET_CORES); attempt++) {
      await waitForQuiet([worker], PATIENCE);
      const block = await measureBlock(worker, count);
      if (!best || block.otherCores < best.otherCores) best = block;
    }
    const { milliseconds, otherCores } = best!;
    return { variant, firstMilliseconds, milliseconds: quantile(milliseconds, 0.5), otherCores };
  } catch (error) {
    if (!(error instanceof WorkerFailure)) throw error;
    return { variant, error: error.message };
  }
}

/**
 * The setting with the shortest median repetition.
 *
 * @throws {Error} where none worked, with what the first one said
 */
export function fastest(trials: readonly Trial[]): Variant {
  const working = trials.filter(({ milliseconds }) => milliseconds !== undefined);
  if (working.length === 0) throw new Error(`Cannot measure PyTorch: ${trials[0]?.error ?? "nothing was tried"}`);
  return working.reduce((best, trial) => trial.milliseconds! < best.milliseconds! ? trial : best).variant;
}
