/**
 * How many runs are trained side by side on this machine, and which of its cores each gets.
 *
 * @module
 */
import type { Experiment } from "../experiment/experiment.ts";

/** Memory that one run is reckoned to take, bytes: 0.7 GB at `quick`, rounded up. */
export const RUN_BYTES = 2 ** 30;

/**
 * Cores that one run is given, by the size of its network's first layer, base width × pixels of an image. Measured on two
 * AVX2 cores: two runs with a core each, against one after the other with both, make 2.0 times the runs an hour at 8 × 64²
 * (`quick`), and 1.1 times at 16 × 96² (`small`). Larger ones were not measured: they get all cores.
 */
const CORES_BY_SIZE = [
  { largest: 2 ** 16, cores: 1 },
  { largest: 2 ** 18, cores: 2 },
] as const;

/** What decides how many cores a training can keep busy. */
export type NetworkSize = Pick<Experiment, "baseWidth" | "imageSize">;

/** The number of cores, of all, that a run of the largest of these sizes is given. */
export function fittingCores(experiments: readonly NetworkSize[], all: number): number {
  const size = Math.max(...experiments.map(({ baseWidth, imageSize }) => baseWidth * imageSize ** 2));
  return Math.min(all, CORES_BY_SIZE.find(({ largest }) => size <= largest)?.cores ?? all);
}

/** What a machine has to share. */
export interface Machine {
  /** The numbers of the cores that this process may use. */
  readonly cores: readonly number[];
  /** Free memory, bytes. */
  readonly memory: number;
  /** Whether a GPU computes, which one run has for itself. */
  readonly gpu?: boolean;
}

/**
 * The number of runs that `auto` comes to: as many as have cores enough for networks of the largest size among them, but
 * no more than memory holds.
 */
export function fittingJobs(experiments: readonly NetworkSize[], { cores, memory, gpu = false }: Machine): number {
  const each = fittingCores(experiments, cores.length);
  const jobs = gpu ? 1 : Math.min(Math.floor(cores.length / each), Math.floor(memory / RUN_BYTES));
  return Math.max(1, jobs);
}

/**
 * The cores of each of `jobs` runs: neighbours, equally many where that is possible; where there are more runs than cores,
 * several share one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(shareCores([0, 1, 4, 5, 6], 2), [[0, 1], [4, 5, 6]]);
 * assertEquals(shareCores([0, 1], 3), [[0], [1], [0]]);
 * ```
 */
export function shareCores(cores: readonly number[], jobs: number): number[][] {
  return Array.from({ length: jobs }, (_, job) => {
    if (jobs > cores.length) return [cores[job % cores.length]];
    return cores.slice(Math.floor(job * cores.length / jobs), Math.floor((job + 1) * cores.length / jobs));
  });
}

/** A command that trains with its share of the cores. */
export interface SharingCommand {
  readonly command: readonly string[];
  /** Variables beside those of this process. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * A command as so many, each with its share of this machine's cores and as many threads. Where the system can, each is
 * bound to its cores: elsewhere the threads of two runs wander over all of them, and two at once made 1.3 in place of 1.7
 * times the runs an hour, as measured.
 */
export async function sharingWorkers(command: readonly string[], jobs: number): Promise<SharingCommand[]> {
  const { cores } = await thisMachine();
  return await boundCommands(command, shareCores(cores, jobs));
}

/** A command as often as there are shares, each with its cores and as many threads, as {@linkcode sharingWorkers} says. */
export async function boundCommands(
  command: readonly string[],
  shares: readonly (readonly number[])[],
): Promise<SharingCommand[]> {
  return await Promise.all(
    shares.map(async (share) => ({
      command: [...await bindingWords(share), ...command],
      env: {
        ...Object.fromEntries(THREAD_VARIABLES.map((name) => [name, `${share.length}`])),
        TF_FORCE_GPU_ALLOW_GROWTH: "true", // else the first one takes the whole memory of a GPU
      },
    })),
  );
}

const THREAD_VARIABLES = ["TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS"];

/** Words before a command that bind it to these cores; none where the system has no such program. */
async function bindingWords(cores: readonly number[]): Promise<string[]> {
  if (Deno.build.os !== "linux") return [];
  const words = ["taskset", "-c", cores.join(",")];
  try {
    const { success } = await new Deno.Command(words[0], { args: [...words.slice(1), "true"] }).output();
    return success ? words : [];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** What this machine has to share now. */
export async function thisMachine(): Promise<Omit<Machine, "gpu">> {
  const [status, limit, used] = await Promise.all(
    ["/proc/self/status", "/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"]
      .map((path) => Deno.readTextFile(path).catch(() => "")),
  );
  const [, list] = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status) ?? [];
  const { available } = Deno.systemMemoryInfo();
  const inContainer = /^\d+\s*$/.test(limit) ? Number(limit) - Number(used) : Infinity;
  return {
    cores: list === undefined ? [...Array(navigator.hardwareConcurrency).keys()] : coresOf(list),
    memory: Math.min(available, inContainer),
  };
}

/** The cores of Linux' own list: `"0-3,8"`. */
function coresOf(list: string): number[] {
  return list.split(",").flatMap((part) => {
    const [first, last = first] = part.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}
