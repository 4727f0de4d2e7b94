/**
 * The whole bench, from its plan to its report.
 *
 * @module
 */
import { join } from "node:path";
import { runCommand } from "../tasks/cli/child_process.ts";
import { duration, type ProgressLine } from "../tasks/cli/progress_line.ts";
import { TaskError } from "../tasks/cli/task_error.ts";
import { isDisturbed } from "./alternate.ts";
import {
  type BenchPlan,
  expectedSeconds,
  formatWorkSize,
  GROWTH_PLAN,
  growthPoints,
  plannedCases,
  timeLeft,
} from "./bench_plan.ts";
import { type BenchCase, type BenchReport, type GrowthResult, leftOutNote, milliseconds } from "./bench_report.ts";
import { type KernelProfile, profileKernels } from "./kernel_profile.ts";
import { type CaseResult, measureCase, type Sides } from "./measure_case.ts";
import { COMPARED_SETTINGS, isSame, measureMachine, SAME_WITHIN } from "./measure_machine.ts";
import { imagesOf, type WorkSettings } from "./messages.ts";
import { CHANNELS_LAST, fastest, formatVariant, tryVariants } from "./peer_variants.ts";
import { pytorchWorker, type WorkerCommand } from "./worker_process.ts";

/** What the bench computes with. */
export interface BenchMeans {
  readonly ours: WorkerCommand;
  readonly python: string;
  /** Folder for what torch.compile makes. */
  readonly compileCache: string;
}

/**
 * Measures everything; cases that other programs have disturbed a second time.
 *
 * @param earlier an interrupted report to go on with; its pieces are kept where machine and versions are the same
 * @throws {TaskError} where a worker fails
 */
export async function runBench(
  plan: BenchPlan,
  { ours, python, compileCache }: BenchMeans,
  line: ProgressLine,
  save: (report: BenchReport) => Promise<void>,
  earlier?: BenchReport,
): Promise<BenchReport> {
  const folder = await Deno.makeTempDir({ prefix: "polydice_bench_" });
  const time = timeLeft(expectedSeconds(plan));
  const show = (doing: string) => line.show(`${doing} · about ${duration(time.left())} left`);
  try {
    const inputsOf = inputsWriter(ours, folder);
    const { sides, machine, agreement, peaks, precisions } = await measureMachine(
      ours,
      (device) => pytorchWorker(python, device, compileCache),
      await inputsOf(COMPARED_SETTINGS),
      plan,
      show,
    );
    time.next();
    line.say(`${machine.processor}, ${machine.cores} cores · ${machine.ours} beside ${machine.peer}`);
    for (const precision of machine.leftOut) line.say(leftOutNote(precision));
    line.say(`Same computation: ${isSame(agreement) ? "yes" : `no, differences above ${SAME_WITHIN}`}`);
    const kept = JSON.stringify(earlier?.machine) === JSON.stringify(machine) ? earlier : undefined;
    if (earlier && !kept) line.say("The earlier report is of another machine or other versions: beginning anew");

    const cases: BenchCase[] = [];
    const profiles: KernelProfile[] = [];
    const growth: GrowthResult[] = [];
    const report = (complete: boolean): BenchReport => {
      return { machine, agreement, peaks, cases, growth, profiles, complete };
    };
    for (const settings of plannedCases({ ...plan, precisions })) {
      const before = find(kept?.cases, settings);
      cases.push(before ?? await measureBenchCase(settings, sides, plan, await inputsOf(settings), show));
      line.say(caseLine(cases.at(-1)!) + (before ? " (measured before)" : ""));
      time.next();
      await save(report(false));
    }
    for (const [index, disturbed] of [...cases.entries()].filter(([, { steady }]) => isDisturbed(steady))) {
      const again = (doing: string) => show(`once more, it was disturbed: ${doing}`);
      const second = await measureBenchCase(disturbed.settings, sides, plan, await inputsOf(disturbed.settings), again);
      if (second.steady.otherCores < disturbed.steady.otherCores) cases[index] = second;
      line.say(`${caseLine(cases[index])} (measured twice)`);
      await save(report(false));
    }
    for (const { settings, variant } of plan.profile ? cases : []) {
      show(`where the time goes: ${settings.work} ${formatWorkSize(settings)} ${settings.precision}`);
      const before = find(kept?.profiles, settings);
      profiles.push(before ?? await profileKernels(sides, { settings, variant }, await inputsOf(settings)));
      time.next();
      await save(report(false));
    }
    for (const { axis, value, settings } of plan.growth ? growthPoints() : []) {
      const variant = { ...CHANNELS_LAST, waiting: cases.at(-1)!.variant.waiting };
      const doing = (what: string) => show(`growth, ${settings.work}, ${axis} ${value}: ${what}`);
      const result: CaseResult = find([...growth, ...kept?.growth ?? []], settings) ??
        await measureCase(sides, settings, variant, await inputsOf(settings), GROWTH_PLAN, doing);
      growth.push({ ...result, axis, value });
      time.next();
      await save(report(false));
    }
    return report(true);
  } finally {
    line.clear();
    await Deno.remove(folder, { recursive: true });
  }
}

async function measureBenchCase(
  settings: WorkSettings,
  sides: Sides,
  plan: BenchPlan,
  inputs: string,
  show: (doing: string) => void,
): Promise<BenchCase> {
  const name = `${settings.work} ${formatWorkSize(settings)} ${settings.precision}`;
  const trials = await tryVariants(sides.peer, settings, inputs, plan.compile, (variant) => {
    show(`${name}: trying PyTorch with ${formatVariant(variant)}`);
  });
  const result = await measureCase(
    sides,
    settings,
    fastest(trials),
    inputs,
    plan,
    (doing) => show(`${name}: ${doing}`),
  );
  return { ...result, trials, at: new Date().toISOString() };
}

function caseLine({ settings, steady }: BenchCase): string {
  const { median, lower, upper } = steady.ratio;
  const [name, size] = [settings.work.padEnd(5), formatWorkSize(settings).padEnd(9)];
  return `  ${name} ${size} ${settings.precision.padEnd(8)} ours ${milliseconds(steady.ours.median).padStart(6)} ms, ` +
    `PyTorch ${milliseconds(steady.peer.median).padStart(6)} ms, ratio ${median.toFixed(2)} ` +
    `(${lower.toFixed(2)}–${upper.toFixed(2)}), others ${steady.otherCores.toFixed(2)} cores` +
    (isDisturbed(steady) ? ", DISTURBED" : "");
}

/** Writes each file of inputs once. */
function inputsWriter(ours: WorkerCommand, folder: string): (settings: WorkSettings) => Promise<string> {
  return async (settings) => {
    const numbers = [settings.baseWidth, settings.imageSize, imagesOf(settings)].map(String);
    const path = join(folder, `${numbers.join("-")}.safetensors`);
    if (await Deno.stat(path).then(() => true, () => false)) return path;
    const { status, lines } = await runCommand([...ours.command, "--write", path, ...numbers], { env: ours.env });
    if (status === 0) return path;
    throw new TaskError(
      `Cannot make the inputs: our worker ended with status ${status}.\n${lines.slice(-12).join("\n")}`,
    );
  };
}

function find<T extends Pick<CaseResult, "settings">>(
  results: readonly T[] | undefined,
  settings: WorkSettings,
): T | undefined {
  return results?.find((result) =>
    Object.entries(settings).every(([key, value]) => result.settings[key as keyof WorkSettings] === value)
  );
}
