/**
 * A report with made-up numbers, for tests of what is made from reports.
 *
 * @module
 */
import type { BenchCase, BenchReport } from "../../bench/bench_report.ts";
import { KERNEL_KINDS, type KernelTimes } from "../../bench/kernel_profile.ts";
import { growthPoints } from "../../bench/bench_plan.ts";
import type { CaseResult } from "../../bench/measure_case.ts";
import type { WorkSettings } from "../../bench/messages.ts";
import { CHANNELS_LAST } from "../../bench/peer_variants.ts";

const SETTINGS: WorkSettings = {
  work: "train",
  precision: "float32",
  baseWidth: 16,
  imageSize: 96,
  batch: 8,
  images: 16,
  passes: 10,
  dropoutRate: 0.5,
};

function result(settings: WorkSettings, ours: number, peer: number): CaseResult {
  const spread = (median: number) => ({ median, lower: 0.9 * median, upper: 1.1 * median });
  const cost = { start: 500, prepare: 20, trace: 700, peakBytes: 6e8, arithmetic: 2e10 };
  return {
    settings,
    variant: CHANNELS_LAST,
    steady: {
      ours: spread(ours),
      peer: spread(peer),
      ratio: spread(peer / ours),
      rounds: 7,
      disturbed: 0,
      otherCores: 0,
    },
    ours: cost,
    peer: { ...cost, peakBytes: 8e8 },
  };
}

/** As long in each kind of kernel. */
function kernels(milliseconds: number): KernelTimes["kernels"] {
  return Object.fromEntries(KERNEL_KINDS.map((kind) => [kind, milliseconds])) as KernelTimes["kernels"];
}

/** Two works in two precisions at one size, the last one disturbed, and all points of growth. */
export function madeReport(): BenchReport {
  const compiled = { ...CHANNELS_LAST, compile: true };
  const trials = [
    { variant: CHANNELS_LAST, milliseconds: 120, firstMilliseconds: 300 },
    { variant: compiled, error: 'InvalidCxxCompiler: no "g++" | "clang"' },
  ];
  const bench = (change: Partial<WorkSettings>, ours: number, peer: number): BenchCase => ({
    ...result({ ...SETTINGS, ...change }, ours, peer),
    trials,
    at: "2026-01-02T03:04:05.000Z",
  });
  const disturbed = bench({ work: "mc", precision: "bfloat16" }, 150, 900);
  return {
    machine: {
      processor: "A processor",
      cores: 2,
      memory: 8 * 2 ** 30,
      system: "linux x86_64",
      deno: "2.9.6",
      ours: "TensorFlow 2.21.0 on CPU",
      peer: "PyTorch 2.15.0 on CPU",
      leftOut: [],
    },
    agreement: { loss: 1e-6, probability: 2e-6 },
    peaks: [
      { precision: "float32", rates: [{ kind: "product", ours: 9e10, peer: 1e11 }] },
      { precision: "bfloat16", rates: [{ kind: "convolution", ours: 1e11, peer: 4e11 }] },
    ],
    cases: [
      bench({}, 90, 120),
      bench({ work: "mc" }, 200, 1000),
      bench({ precision: "bfloat16" }, 60, 70),
      { ...disturbed, steady: { ...disturbed.steady, otherCores: 1.2 } },
    ],
    growth: growthPoints().map(({ axis, value, settings }) => ({ ...result(settings, value, 2 * value), axis, value })),
    profiles: [{
      settings: SETTINGS,
      variant: CHANNELS_LAST,
      ours: { total: 100, kernels: kernels(10) },
      peer: { total: 130, kernels: kernels(15) },
    }],
    complete: true,
  };
}
