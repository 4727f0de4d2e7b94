/**
 * What a bench has found: one record, and its tables, Markdown for people and CSV for programs.
 *
 * @module
 */
import { stringify } from "@std/csv";
import { markdownTable } from "../lib/text/markdown_table.ts";
import { isDisturbed, QUIET_CORES, type Spread } from "./alternate.ts";
import { formatWorkSize, type GrowthAxis, growthExponent } from "./bench_plan.ts";
import { KERNEL_KINDS, type KernelProfile, type KernelTimes } from "./kernel_profile.ts";
import type { CaseResult, SideCost } from "./measure_case.ts";
import { type Agreement, type BenchMachine, isSame, type MatrixPeak, peakRate } from "./measure_machine.ts";
import type { Precision, WorkSettings } from "./messages.ts";
import { formatVariant, type Trial } from "./peer_variants.ts";

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

/** The rows for scripts: medians in milliseconds, and peer / ours, which is above 1 where we are faster. */
export function ratioRows({ cases }: Pick<BenchReport, "cases">) {
  return cases.map(({ settings, steady }) => {
    const [work, size, precision] = nameOf(settings);
    return { work, size, precision, ours: steady.ours.median, peer: steady.peer.median, ratio: steady.ratio.median };
  });
}

/** Reads a report; undefined where there is none or it can't be read. */
export async function readReport(path: string): Promise<BenchReport | undefined> {
  try {
    return JSON.parse(await Deno.readTextFile(path));
  } catch {
    return undefined;
  }
}

/** What the works are called. */
export const WORK_TITLES = { train: "training step", mc: "difficulty of a data set" } as const;
/** What names a case in a table. */
const CASE = ["work", "size", "precision"];
/** What the axes of growth are called. */
export const AXIS_TITLES = { images: "images", passes: "passes N", imageSize: "image size (pixels)" } as const;

/** The report for people. */
export function reportMarkdown(report: BenchReport): string {
  const { machine, agreement, cases, growth, peaks, profiles } = report;
  const gigabytes = (machine.memory / 2 ** 30).toFixed(0);
  const parts = [
    "# This project beside PyTorch",
    `${machine.processor}, ${machine.cores} cores, ${gigabytes} GiB, ${machine.system}, Deno ${machine.deno}. ` +
    `Ours: ${machine.ours}. Peer: ${machine.peer}.`,
    `Same computation: ${isSame(agreement) ? "yes" : "NO"} (equal weights; largest difference of a loss ` +
    `${agreement.loss.toExponential(1)}, of a probability ${agreement.probability.toExponential(1)}).`,
    "Both sides ran in turns, one at a time, with all cores. A size is base width / image size / batch. `train`: one " +
    "step with PolyDice-1, dropout and Adam. `mc`: difficulty of a data set of two batches by MC Dropout, N = 10; " +
    "PyTorch runs N whole passes. PyTorch has its fastest setting of those tried (see below). Ratio: PyTorch's time " +
    "over ours. In brackets: quartiles; of the ratio, those of the rounds.",
    "## Steady state",
    steadyTable(report),
    "Others: cores that other programs kept busy meanwhile, on average over the rounds that count. A round in which it " +
    `was more than ${QUIET_CORES} is left out where at least three others remain. ` +
    [disturbanceNote(report), ...machine.leftOut.map(leftOutNote)].join(" "),
    "## Before the steady state, seconds",
    costTable(report),
    "## Memory and arithmetic",
    memoryTable(report),
    "Share of peak: multiply-accumulates of the convolutions over time, as a share of the fastest that either side " +
    `reaches on this machine in a product of large matrices or a convolution with many channels. ` +
    `${peaks.map(peakText).join("; ")}. Ours in \`mc\` counts once what the passes share.`,
    "## PyTorch's settings as tried, ms",
    trialTable(report),
    "Each setting was tried beside the best so far; settings that are not named are PyTorch's defaults. In trials of " +
    "`mc` a repetition is one batch and two passes. Passive: OpenMP's threads give their core back while they wait.",
    ...(profiles?.length ? ["## Where the time goes", profileTable(profiles), PROFILE_NOTE] : []),
    ...(profiles?.some(({ operations }) => operations) ? [operationTable(profiles), OPERATION_NOTE] : []),
    ...(growth.length ? ["## Growth", growthTable(growth), GROWTH_NOTE] : []),
    ...(cases.length && !report.complete ? ["This bench was interrupted; `--resume` goes on with it."] : []),
  ];
  return parts.join("\n\n") + "\n";
}

/** Says which numbers are not to be quoted. */
export function disturbanceNote({ cases }: Pick<BenchReport, "cases">): string {
  const count = cases.filter(({ steady }) => isDisturbed(steady)).length;
  if (count === 0) return "No case was disturbed.";
  return `${count} of ${cases.length} cases were disturbed by other programs: do not quote those, measure again on a ` +
    "quiet machine.";
}

const GROWTH_NOTE =
  "Base width 16, float32, batch 8; where it is not varied 8 images, N = 10 and 96 pixels; PyTorch: " +
  "channels_last, eager. Exponent p: time ∝ xᵖ between an axis' first and last point.";

const PROFILE_NOTE =
  "Milliseconds a repetition, ours / PyTorch's, while oneDNN tells of each of its kernels (ONEDNN_VERBOSE) and " +
  "TensorFlow runs one operation at a time; PyTorch without torch.compile. Both sides call the same library's kernels; " +
  "the framework's own: what is left of the whole. In parentheses the kernels' share of our time.";

/** Where the time goes, one line a case, ours / PyTorch's. */
function profileTable(profiles: readonly KernelProfile[]): string {
  const pair = (ours: number, peer: number) => `${milliseconds(ours)} / ${milliseconds(peer)}`;
  const told = ({ kernels }: KernelTimes) => sum(Object.values(kernels));
  const rest = (times: KernelTimes) => Math.max(0, times.total - told(times));
  return markdownTable(
    [...CASE, "whole", ...KERNEL_KINDS, "framework's own"],
    profiles.map(({ settings, ours, peer }) => [
      ...nameOf(settings),
      `${pair(ours.total, peer.total)} (${Math.round(100 * told(ours) / ours.total)} %)`,
      ...KERNEL_KINDS.map((kind) => pair(ours.kernels[kind], peer.kernels[kind])),
      pair(rest(ours), rest(peer)),
    ]),
  );
}

/** Operations that take less of every step are told together. */
const SMALLEST_SHARE = 0.01;

const OPERATION_NOTE =
  "Milliseconds that the operations of our training step take, by TensorFlow's own tracing, one operation at a time; in " +
  `parentheses how many there are. Those below ${
    100 * SMALLEST_SHARE
  } % of every step are told together. Last line: the ` +
  "convolutions' share of all operations.";

/** What the operations of our training steps take, a line an operation and a column a case. */
function operationTable(profiles: readonly KernelProfile[]): string {
  const steps = profiles.flatMap(({ settings, operations }) =>
    operations ? [{ settings, operations, total: sum(operations.map(({ milliseconds }) => milliseconds)) }] : []
  );
  const names = new Set(
    steps.flatMap(({ operations, total }) =>
      operations.filter(({ milliseconds }) => milliseconds >= SMALLEST_SHARE * total).map(({ operation }) => operation)
    ),
  );
  const isConvolution = (operation: string) => operation.includes("Conv2D");
  const ofSteps = (isMeant: (operation: string) => boolean) =>
    steps.map(({ operations }) => operations.filter(({ operation }) => isMeant(operation))).map((meant) =>
      `${milliseconds(sum(meant.map(({ milliseconds }) => milliseconds)))} (${sum(meant.map(({ count }) => count))})`
    );
  const sorted = [...names].sort((a, b) => Number(isConvolution(b)) - Number(isConvolution(a)));
  return markdownTable(
    ["operation", ...steps.map(({ settings }) => `${formatWorkSize(settings)} ${settings.precision}`)],
    [
      ...sorted.map((name) => [`\`${name}\``, ...ofSteps((operation) => operation === name)]),
      ["others", ...ofSteps((operation) => !names.has(operation))],
      ["all", ...ofSteps(() => true)],
      [
        "convolutions",
        ...steps.map(({ operations, total }) => {
          const own = operations.filter(({ operation }) => isConvolution(operation));
          return `${Math.round(100 * sum(own.map(({ milliseconds }) => milliseconds)) / total)} %`;
        }),
      ],
    ],
  );
}

/** The comparison, one line a case. */
export function steadyTable({ cases }: BenchReport): string {
  return markdownTable(
    [...CASE, "ours, ms", "PyTorch, ms", "ratio", "rounds", "others, cores"],
    cases.map(({ settings, steady }) => [
      ...nameOf(settings),
      spreadText(steady.ours, milliseconds),
      spreadText(steady.peer, milliseconds),
      spreadText(steady.ratio, (ratio) => ratio.toFixed(2)),
      `${steady.rounds}${steady.disturbed ? ` of ${steady.rounds + steady.disturbed}` : ""}`,
      steady.otherCores.toFixed(2) + (isDisturbed(steady) ? ", disturbed" : ""),
    ]),
  );
}

function costTable({ cases }: BenchReport): string {
  const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(2);
  const line = (settings: WorkSettings, side: string, { start, prepare, trace }: SideCost) => [
    ...nameOf(settings),
    side,
    ...[start, prepare, trace].map(seconds),
  ];
  return markdownTable(
    [...CASE, "side", "process start", "set-up", "tracing or compiling"],
    cases.flatMap(({ settings, ours, peer, variant }) => [
      line(settings, "ours", ours),
      line(settings, `PyTorch (${formatVariant(variant)})`, peer),
    ]),
  );
}

function memoryTable({ cases, peaks }: BenchReport): string {
  return markdownTable(
    [...CASE, "ours, MB", "PyTorch, MB", "GMAC ours", "GMAC PyTorch", "share of peak"],
    cases.map(({ settings, steady, ours, peer }) => {
      const share = sharesOfPeak(peaks, settings);
      const percent = (side: SideCost, time: Spread) => share ? `${Math.round(100 * share(side, time))} %` : "";
      return [
        ...nameOf(settings),
        ...[ours, peer].map(({ peakBytes }) => megabytes(peakBytes)),
        ...[ours, peer].map(({ arithmetic }) => (arithmetic / 1e9).toFixed(2)),
        `${percent(ours, steady.ours)}, PyTorch ${percent(peer, steady.peer)}`,
      ];
    }),
  );
}

function trialTable({ cases }: BenchReport): string {
  const text = ({ milliseconds: best, firstMilliseconds, error, variant }: Trial) => {
    if (error !== undefined) return `${formatVariant(variant)}: failed (${error})`;
    const compile = variant.compile ? `, first ${((firstMilliseconds ?? 0) / 1000).toFixed(1)} s` : "";
    return `${formatVariant(variant)}: ${milliseconds(best!)}${compile}`;
  };
  return markdownTable(
    [...CASE, "median repetition of a trial", "chosen"],
    cases.map(({ settings, trials, variant }) => [
      ...nameOf(settings),
      trials.map(text).join("; ").replaceAll("|", "\\|"),
      formatVariant(variant),
    ]),
  );
}

function growthTable(growth: readonly GrowthResult[]): string {
  const groups = Map.groupBy(growth, ({ settings, axis }) => `${settings.work} ${axis}`);
  const lines = [...groups.values()].flatMap((points) => {
    const exponent = (side: "ours" | "peer") =>
      growthExponent(points.map(({ value, steady }) => [value, steady[side].median])).toFixed(2);
    const { settings: { work }, axis } = points[0];
    return [
      ...points.map(({ value, steady, ours, peer }) => [
        work,
        AXIS_TITLES[axis],
        String(value),
        milliseconds(steady.ours.median),
        milliseconds(steady.peer.median),
        megabytes(ours.peakBytes),
        megabytes(peer.peakBytes),
      ]),
      ...(points.length > 1 ? [["", "", "p", exponent("ours"), exponent("peer"), "", ""]] : []),
    ];
  });
  return markdownTable(["work", "axis", "value", "ours, ms", "PyTorch, ms", "ours, MB", "PyTorch, MB"], lines);
}

/** The comparison for programs: one row a case, times in milliseconds. */
export function casesCsv({ cases, peaks }: BenchReport): string {
  const columns = "work,size,precision,images,passes,ours_ms,ours_lower_ms,ours_upper_ms,peer_ms,peer_lower_ms," +
    "peer_upper_ms,ratio,ratio_lower,ratio_upper,rounds,disturbed,other_cores,peer_setting,ours_start_ms," +
    "peer_start_ms,ours_setup_ms,peer_setup_ms,ours_trace_ms,peer_trace_ms,ours_peak_bytes,peer_peak_bytes," +
    "ours_share_of_peak,peer_share_of_peak,measured_at";
  return csv(
    columns.split(","),
    cases.map(({ settings, steady, variant, ours, peer, at }) => {
      const share = sharesOfPeak(peaks, settings) ?? (() => "");
      const three = ({ median, lower, upper }: Spread) => [median, lower, upper];
      return [
        ...nameOf(settings),
        ...[settings.images, settings.passes],
        ...three(steady.ours),
        ...three(steady.peer),
        ...three(steady.ratio),
        ...[steady.rounds, steady.disturbed, steady.otherCores, formatVariant(variant)],
        ...[ours.start, peer.start, ours.prepare, peer.prepare, ours.trace, peer.trace, ours.peakBytes, peer.peakBytes],
        ...[share(ours, steady.ours), share(peer, steady.peer), at],
      ];
    }),
  );
}

/** Growth for programs. */
export function growthCsv({ growth }: BenchReport): string {
  return csv(
    ["work", "axis", "value", "ours_ms", "peer_ms", "ours_peak_bytes", "peer_peak_bytes"],
    growth.map(({ settings, axis, value, steady, ours, peer }) => [
      ...[settings.work, axis, value, steady.ours.median, steady.peer.median, ours.peakBytes, peer.peakBytes],
    ]),
  );
}

/** What tells the share of the machine's peak that the convolutions of a side reached in a time; where it was measured. */
function sharesOfPeak(peaks: readonly MatrixPeak[], settings: WorkSettings) {
  const peak = peaks.find(({ precision }) => precision === settings.precision);
  if (!peak) return undefined;
  return ({ arithmetic }: SideCost, { median }: Spread) => arithmetic / (median / 1000) / peakRate(peak);
}

function nameOf(settings: WorkSettings): [string, string, Precision] {
  return [settings.work, formatWorkSize(settings), settings.precision];
}

function spreadText({ median, lower, upper }: Spread, format: (value: number) => string): string {
  return `${format(median)} (${format(lower)}–${format(upper)})`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Milliseconds to three digits or whole ones. */
export function milliseconds(value: number): string {
  return value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}

function peakText(peak: MatrixPeak): string {
  const rate = (value: number) => (value / 1e9).toFixed(0);
  const parts = peak.rates.map(({ kind, ours, peer }) => `${kind} ${rate(ours)} (PyTorch ${rate(peer)})`);
  return `${peak.precision} ${rate(peakRate(peak))} GMAC/s: ${parts.join(", ")}`;
}

function csv(header: readonly string[], lines: readonly (readonly (string | number)[])[]): string {
  return stringify([header, ...lines]).replaceAll("\r\n", "\n");
}
