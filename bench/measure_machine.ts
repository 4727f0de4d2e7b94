/**
 * What both sides are, whether they compute the same, and how fast the machine is at most.
 *
 * @module
 */
import os from "node:os";
import type { BenchPlan } from "./bench_plan.ts";
import type { BenchMachine } from "./bench_report.ts";
import { type MatrixPeak, measureMatrixPeak } from "./matrix_peak.ts";
import type { Sides } from "./measure_case.ts";
import { type Precision, PRECISIONS } from "./messages.ts";
import { type Agreement, compareComputation } from "./same_computation.ts";
import { startWorker, type WorkerCommand } from "./worker_process.ts";

/** What was found, and the workers' commands from now on. */
export interface MachineResult {
  readonly sides: Sides;
  readonly machine: BenchMachine;
  readonly agreement: Agreement;
  readonly peaks: readonly MatrixPeak[];
  /** Of the precisions asked for, those to measure. */
  readonly precisions: readonly Precision[];
}

/**
 * Starts both sides and asks them.
 *
 * @param ours our worker; the device that it finds is the one that PyTorch is given as well
 * @param peerOn PyTorch's worker for a device
 * @param inputs of the comparison
 * @param plan which precisions are asked for
 */
export async function measureMachine(
  ours: WorkerCommand,
  peerOn: (device: "cpu" | "cuda") => WorkerCommand,
  inputs: string,
  plan: Pick<BenchPlan, "precisions" | "nativePrecisionsOnly">,
  observe: (doing: string) => void,
): Promise<MachineResult> {
  observe("starting both sides");
  await using ourWorker = await startWorker(ours);
  const device = ourWorker.ready.device.startsWith("GPU") ? "cuda" : "cpu";
  const peer = peerOn(device);
  await using peerWorker = await startWorker(peer);
  observe("comparing what they compute");
  const agreement = await compareComputation(ourWorker, peerWorker, inputs);
  const peaks: MatrixPeak[] = [];
  const native = plan.nativePrecisionsOnly ? peerWorker.ready.precisions ?? PRECISIONS : PRECISIONS;
  const precisions = plan.precisions.filter((precision) => native.includes(precision));
  for (const precision of precisions) {
    observe(`matrix products in ${precision}`);
    peaks.push(await measureMatrixPeak(ourWorker, peerWorker, precision, device));
  }
  const [processor] = os.cpus();
  const machine = {
    processor: processor?.model.trim() || "unknown processor",
    cores: os.cpus().length,
    memory: os.totalmem(),
    system: `${Deno.build.os} ${Deno.build.arch}`,
    deno: Deno.version.deno,
    ours: `${ourWorker.ready.framework} on ${ourWorker.ready.device}`,
    leftOut: plan.precisions.filter((precision) => !precisions.includes(precision)),
    peer: `${peerWorker.ready.framework} on ${peerWorker.ready.device}`,
  };
  return { sides: { ours, peer }, machine, agreement, peaks, precisions };
}
