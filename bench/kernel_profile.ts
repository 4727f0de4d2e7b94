/**
 * Where a repetition's time goes: both frameworks compute their convolutions with oneDNN, which tells of every kernel that
 * it runs how long it took. Each side is asked apart from the comparison, since telling takes time as well.
 *
 * @module
 */
import type { Repeated, Traced, Variant, WorkSettings } from "./messages.ts";
import type { CaseResult, Sides } from "./measure_case.ts";
import type { OperationTime } from "../lib/backend/tensorflow/operation_times.ts";
import { quantile } from "../lib/statistics/quantile.ts";
import { startWorker, withWaiting, type WorkerCommand } from "./worker_process.ts";

/** Kinds of kernels, as they are told apart. */
export const KERNEL_KINDS = [
  "convolution, forward",
  "convolution, gradient of the image",
  "convolution, gradient of the kernel",
  "reorder",
  "batch normalization",
  "other",
] as const;
export type KernelKind = typeof KERNEL_KINDS[number];

/** A side's time, milliseconds a repetition. */
export interface KernelTimes {
  /** Median, while oneDNN tells. */
  readonly total: number;
  /** Mean of each kind of oneDNN's kernels; what is left of the total is the framework's own. */
  readonly kernels: Readonly<Record<KernelKind, number>>;
}

/** Where the time of a case goes. */
export interface KernelProfile {
  readonly settings: WorkSettings;
  readonly variant: Variant;
  readonly ours: KernelTimes;
  readonly peer: KernelTimes;
  /** What our training step's operations take, by TensorFlow's own tracing; absent in older reports and for `mc`. */
  readonly operations?: readonly OperationTime[];
}

/** TensorFlow runs one operation at a time meanwhile: those side by side count twice. */
const ONE_AT_A_TIME = { TF_NUM_INTEROP_THREADS: "1" };
/** oneDNN tells of each kernel when it has run. */
const TELLING = { ONEDNN_VERBOSE: "1", ...ONE_AT_A_TIME };
const TELLING_PREFIX = "onednn_verbose";

/** Repetitions before those that count, and of those. */
const SKIPPED = 3, COUNTED = 5;

/** Measures where the time of a case goes, one side after the other. */
export async function profileKernels(
  { ours, peer }: Sides,
  { settings, variant }: Pick<CaseResult, "settings" | "variant">,
  inputs: string,
): Promise<KernelProfile> {
  // What torch.compile makes of the rest does not change oneDNN's kernels.
  const eager = { ...variant, compile: false };
  return {
    settings,
    variant: eager,
    ours: await kernelTimes(ours, settings, eager, inputs),
    peer: await kernelTimes(withWaiting(peer, eager.waiting), settings, eager, inputs),
    ...(settings.work === "train" ? { operations: await tracedOperations(ours, settings, eager, inputs) } : {}),
  };
}

async function tracedOperations(
  command: WorkerCommand,
  settings: WorkSettings,
  variant: Variant,
  inputs: string,
): Promise<OperationTime[]> {
  await using worker = await startWorker({ ...command, env: { ...command.env, ...ONE_AT_A_TIME } });
  await worker.ask({ operation: "load", inputs });
  await worker.ask({ operation: "prepare", ...settings, variant });
  return (await worker.ask<Traced>({ operation: "trace", count: COUNTED })).operations;
}

async function kernelTimes(
  command: WorkerCommand,
  settings: WorkSettings,
  variant: Variant,
  inputs: string,
): Promise<KernelTimes> {
  let told: string[] = [];
  const telling = { ...command, env: { ...command.env, ...TELLING } };
  await using worker = await startWorker(telling, {
    isAside: (line) => line.startsWith(TELLING_PREFIX),
    overhear: (line) => told.push(line),
  });
  await worker.ask({ operation: "load", inputs });
  await worker.ask({ operation: "prepare", ...settings, variant });
  await worker.ask({ operation: "run", count: SKIPPED });
  told = [];
  const { milliseconds } = await worker.ask<Repeated>({ operation: "run", count: COUNTED });
  return { total: quantile([...milliseconds].sort((a, b) => a - b), 0.5), kernels: sumKernels(told, COUNTED) };
}

/**
 * The sums of what oneDNN told, by kind.
 *
 * @param lines such as `onednn_verbose,v1,primitive,exec,cpu,convolution,…,forward_training,…,0.25`
 * @returns milliseconds a repetition
 */
export function sumKernels(lines: readonly string[], repetitions: number): Record<KernelKind, number> {
  const sums = Object.fromEntries(KERNEL_KINDS.map((kind) => [kind, 0])) as Record<KernelKind, number>;
  for (const line of lines) {
    const fields = line.split(",");
    const exec = fields.indexOf("exec");
    const time = Number(fields.at(-1));
    if (exec < 0 || !Number.isFinite(time)) continue;
    sums[kernelKind(fields[exec + 2], fields[exec + 4])] += time / repetitions;
  }
  return sums;
}

function kernelKind(primitive: string, direction: string): KernelKind {
  if (primitive === "convolution" && direction === "backward_data") return "convolution, gradient of the image";
  if (primitive === "convolution" && direction === "backward_weights") return "convolution, gradient of the kernel";
  if (primitive === "convolution") return "convolution, forward";
  if (primitive === "reorder") return "reorder";
  return primitive === "batch_normalization" ? "batch normalization" : "other";
}
