/**
 * What a bench has found, as one record.
 *
 * @module
 */
import { formatWorkSize, type GrowthAxis } from "./bench_plan.ts";
import type { KernelProfile } from "./kernel_profile.ts";
import type { MatrixPeak } from "./matrix_peak.ts";
import type { CaseResult } from "./measure_case.ts";
import type { Precision, Work } from "./messages.ts";
import type { Trial } from "./peer_variants.ts";
import type { Agreement } from "./measure_machine.ts";

/** Where it was measured, and with what. Two reports of one machine and one set of versions can be joined. */
export interface BenchMachine {
  readonly processor: string;
  readonly cores: number;
  /** Bytes. */
  readonly memory: number;
  readonly system: string;
  readonly deno: string;
  /** Framework and device of both sides. */
  readonly ours: string;
  readonly peer: string;
  /** Precisions that were left out because the device has no instructions for them. */
  readonly leftOut: readonly Precision[];
}

/** Why a precision is left out, for people. */
export function leftOutNote(precision: Precision): string {
  return `${precision} is left out: the device has no instructions for it; \`--precision ${precision}\` measures it anyway.`;
}

/** A case of the comparison and how PyTorch's setting was chosen for it. */
export interface BenchCase extends CaseResult {
  readonly trials: readonly Trial[];
  /** When it was measured, ISO 8601. */
  readonly at: string;
}

/** A point of growth. */
export interface GrowthResult extends CaseResult {
  readonly axis: GrowthAxis;
  readonly value: number;
}

/** The whole bench. */
export interface BenchReport {
  readonly machine: BenchMachine;
  readonly agreement: Agreement;
  readonly peaks: readonly MatrixPeak[];
  readonly cases: readonly BenchCase[];
  readonly growth: readonly GrowthResult[];
  /** Where the time goes; absent in older reports. */
  readonly profiles?: readonly KernelProfile[];
  /** False while it is being measured, and after an interruption. */
  readonly complete: boolean;
}

/** A row for scripts: medians in milliseconds. */
export interface RatioRow {
  readonly work: Work;
  /** Base width / image size / batch. */
  readonly size: string;
  readonly precision: Precision;
  readonly ours: number;
  readonly peer: number;
  /** peer / ours: above 1 we are faster. */
  readonly ratio: number;
}

/** The rows for scripts. */
export function ratioRows({ cases }: Pick<BenchReport, "cases">): RatioRow[] {
  return cases.map(({ settings, steady }) => ({
    work: settings.work,
    size: formatWorkSize(settings),
    precision: settings.precision,
    ours: steady.ours.median,
    peer: steady.peer.median,
    ratio: steady.ratio.median,
  }));
}

/** Reads a report; undefined where there is none or it can't be read. */
export async function readReport(path: string): Promise<BenchReport | undefined> {
  try {
    return JSON.parse(await Deno.readTextFile(path));
  } catch {
    return undefined;
  }
}
