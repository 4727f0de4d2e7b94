/**
 * One piece of work, measured on both sides from the start of their processes to their steady state.
 *
 * @module
 */
import { alternate, type AlternationPlan, compareRounds, type Comparison } from "./alternate.ts";
import { workArithmetic } from "./arithmetic.ts";
import type { Repeated, Timed, Variant, WorkSettings } from "./messages.ts";
import { startWorker, withWaiting, type WorkerCommand, type WorkerProcess } from "./worker_process.ts";

/** The commands of both sides. */
export interface Sides {
  readonly ours: WorkerCommand;
  readonly peer: WorkerCommand;
}

/** What a side takes before and beside its steady state. */
export interface SideCost {
  /** From the start of the process until it can compute, milliseconds. */
  readonly start: number;
  /** Building the network, milliseconds. */
  readonly prepare: number;
  /** The first repetition less a steady one: tracing or compiling, and first-time work of the framework; milliseconds. */
  readonly trace: number;
  /** The most memory that its process has held, bytes. */
  readonly peakBytes: number;
  /** Multiply-accumulates of one repetition. */
  readonly arithmetic: number;
}

/** Everything that was measured of one piece of work. */
export interface CaseResult {
  readonly settings: WorkSettings;
  readonly variant: Variant;
  readonly steady: Comparison;
  readonly ours: SideCost;
  readonly peer: SideCost;
}

/** Measures a piece of work in two fresh processes, of which only one computes at a time. */
export async function measureCase(
  sides: Sides,
  settings: WorkSettings,
  variant: Variant,
  inputs: string,
  plan: AlternationPlan,
  observe: (doing: string) => void = () => {},
): Promise<CaseResult> {
  observe("starting");
  await using ours = await startWorker(sides.ours);
  await using peer = await startWorker(withWaiting(sides.peer, variant.waiting));
  const begin = async (worker: WorkerProcess) => {
    await worker.ask({ operation: "load", inputs });
    const { milliseconds } = await worker.ask<Timed>({ operation: "prepare", ...settings, variant });
    const first = await worker.ask<Repeated>({ operation: "run", count: 1 });
    return { start: worker.startMilliseconds, prepare: milliseconds, first: first.milliseconds[0] };
  };
  observe("ours traces");
  const oursBegun = await begin(ours);
  observe(variant.compile ? "PyTorch compiles" : "PyTorch's first run");
  const peerBegun = await begin(peer);
  const rounds = await alternate(ours, peer, plan, observe);
  const steady = compareRounds(rounds);
  const cost = async (
    { start, prepare, first }: typeof oursBegun,
    worker: WorkerProcess,
    median: number,
    sharing: boolean,
  ): Promise<SideCost> => ({
    start,
    prepare,
    trace: Math.max(0, first - median),
    peakBytes: (await worker.usage()).peakBytes,
    arithmetic: workArithmetic(settings, sharing),
  });
  return {
    settings,
    variant,
    steady,
    ours: await cost(oursBegun, ours, steady.ours.median, true),
    peer: await cost(peerBegun, peer, steady.peer.median, false),
  };
}
