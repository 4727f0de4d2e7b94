/**
 * What a user waits for: a whole adaptive training from image files on the disk to test scores, by `deno task train` and by
 * the script that PyTorch's users would write (pytorch_epochs.py), in turns. Every time is that of the whole process, with
 * its start, and nothing decoded before.
 *
 * @module
 */
import { basename, join } from "node:path";
import os from "node:os";
import { type ProfileName } from "../lib/experiment/profiles.ts";
import { resolveExperiment } from "../lib/experiment/resolve_experiment.ts";
import { decodeRecord } from "../lib/results/record_encoding.ts";
import { mean } from "../lib/statistics/mean.ts";
import { markdownTable } from "../lib/text/markdown_table.ts";
import { runCommand } from "../tasks/cli/child_process.ts";
import { TaskError } from "../tasks/cli/task_error.ts";
import { type Spread, spread } from "./alternate.ts";
import type { TrainingFiles } from "./epoch_inputs.ts";

/** A training to measure: the sizes of a profile with fewer epochs. */
export interface EpochCase {
  readonly profile: ProfileName;
  readonly epochs: number;
  /** τ */
  readonly interval: number;
}

/** What is measured by default: two updates of ε each. */
export const EPOCH_CASES: readonly EpochCase[] = [
  { profile: "quick", epochs: 6, interval: 3 },
  { profile: "small", epochs: 6, interval: 3 },
];

/** Rounds of a case: each takes minutes. */
const ROUNDS = 3;

/** What one case came to. */
export interface EpochResult extends EpochCase {
  /** Images of the parts, in words. */
  readonly images: string;
  /** Seconds of the whole process. */
  readonly ours: Spread;
  readonly peer: Spread;
  /** The peer's seconds over ours, of each round. */
  readonly ratio: Spread;
  readonly rounds: number;
  /** Mean Dice of the test images, best validation epoch, in the last round: a check that both have learnt alike. */
  readonly dice: { readonly ours: number; readonly peer: number };
}

/** How both sides are run. */
export interface EpochSides {
  /** The project's folder. */
  readonly root: string;
  /** A Python that has PyTorch and torchvision. */
  readonly python: string;
}

/** The program that makes image files, and tells which are for what. */
function inputsCommand(root: string): string[] {
  const permissions = ["read", "write", "env", "sys", "ffi"].map((name) => `--allow-${name}`);
  return [Deno.execPath(), "run", "-q", "--no-prompt", ...permissions, join(root, "bench", "epoch_inputs.ts")];
}

/** Writes synthetic image files, as a colonoscope might give them, into a new folder. */
export async function writeImageFiles(root: string, folder: string): Promise<void> {
  await run(inputsCommand(root), [folder]);
}

/**
 * Measures a case.
 *
 * @param images folder of `images/` and `masks/`
 * @param observe called with what is going on
 * @throws {TaskError} with a side's last words where it fails
 */
export async function measureEpochs(
  { root, python }: EpochSides,
  { profile, epochs, interval }: EpochCase,
  images: string,
  observe: (doing: string) => void,
): Promise<EpochResult> {
  const folder = await Deno.makeTempDir({ prefix: "polydice_epochs_" });
  const experiment = resolveExperiment({
    profile,
    method: "adaptive",
    dataset: "own-files",
    set: { epochs, interval },
  });
  const results = { ours: [] as number[], peer: [] as number[] };
  let dice = { ours: NaN, peer: NaN };
  try {
    const { lines } = await run(inputsCommand(root), [images, JSON.stringify(experiment)]);
    const parts: TrainingFiles = JSON.parse(lines.at(-1)!);
    const settings = join(folder, "settings.json");
    const workers = os.availableParallelism();
    await Deno.writeTextFile(settings, JSON.stringify({ ...experiment, parts, workers, device: "cpu" }));
    for (let round = 0; round < ROUNDS; round++) {
      const sides = {
        ours: async () => {
          const copy = join(folder, `bench-${crypto.randomUUID()}`); // a folder of its own, which no cache knows
          await copyFolder(images, copy);
          const record = join(folder, "record.json");
          const set = ["--set", `epochs=${epochs}`, "--set", `interval=${interval}`];
          const where = ["--dataset", copy, "--runs", join(folder, `runs-${round}`), "--record", record];
          const seconds = await timed([Deno.execPath(), "task", "-q", "train"], [
            ...["--method", "adaptive", "--profile", profile, ...set, ...where],
          ], root);
          const { test } = decodeRecord((await Deno.readTextFile(record)).trimEnd(), record);
          dice = { ...dice, ours: mean(test.filter(({ weights }) => weights === "best").map(({ dice }) => dice)) };
          await Deno.remove(copy, { recursive: true });
          await removeCaches(root, basename(copy));
          return seconds;
        },
        peer: async () => {
          const started = performance.now();
          const { lines } = await run([python, "-I", "-B", join(root, "bench", "pytorch_epochs.py")], [settings]);
          const seconds = (performance.now() - started) / 1000;
          dice = { ...dice, peer: JSON.parse(lines.at(-1)!).dice };
          return seconds;
        },
      };
      for (const side of round % 2 ? ["peer", "ours"] as const : ["ours", "peer"] as const) {
        observe(`round ${round + 1} of ${ROUNDS}, ${side === "ours" ? "ours" : "PyTorch"}`);
        results[side].push(await sides[side]());
      }
    }
    const counts = [parts.train, parts.validation, parts.test].map(({ length }) => length);
    return {
      ...{ profile, epochs, interval, dice, rounds: ROUNDS },
      images: counts.join(" / "),
      ours: spread(results.ours),
      peer: spread(results.peer),
      ratio: spread(results.peer.map((seconds, round) => seconds / results.ours[round])),
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Where it was measured, in words. */
export async function epochMachine(python: string): Promise<string> {
  const versions =
    "import torch, torchvision; print(f'PyTorch {torch.__version__}, torchvision {torchvision.__version__}')";
  const { lines } = await run([python, "-I", "-c"], [versions]);
  const [processor] = os.cpus();
  return `${processor?.model.trim()}, ${os.availableParallelism()} cores, Deno ${Deno.version.deno}, ${lines.at(-1)}.`;
}

const HEADINGS = [
  "training",
  "images: training / validation / test",
  "ours, s",
  "PyTorch, s",
  "ratio",
  "rounds",
  "test Dice, ours, PyTorch",
];

/** The results for people. */
export function epochsMarkdown(results: readonly EpochResult[], machine: string): string {
  const text = ({ median, lower, upper }: Spread, digits: number) =>
    `${median.toFixed(digits)} (${lower.toFixed(digits)}–${upper.toFixed(digits)})`;
  const rows = results.map((result) => [
    `\`${result.profile}\`, ${result.epochs} epochs, τ = ${result.interval}`,
    result.images,
    text(result.ours, 1),
    text(result.peer, 1),
    text(result.ratio, 2),
    String(result.rounds),
    `${result.dice.ours.toFixed(2)}, ${result.dice.peer.toFixed(2)}`,
  ]);
  return `# A whole training beside PyTorch

${machine}

From image files on the disk to test scores: adaptive training with validation after every epoch and MC updates before every
τ-th, by \`deno task train\` and by the [script](../../bench/pytorch_epochs.py) that PyTorch's users would write (DataLoader
with as many workers as cores, torchvision's transforms, channels_last, fused Adam, N whole passes of MC Dropout). Every time
is that of the whole process, its start included, with nothing decoded before. Ours also scores every test image at its
file's own size and writes checkpoints.

${markdownTable(HEADINGS, rows)}

Median and quartiles of the rounds, which were measured in turns. Ratio: PyTorch's time over ours. Dice shows that both have
begun to learn: it is of one seed after few epochs, with other first weights on each side, and compares nothing.
`;
}

async function run(command: readonly string[], args: readonly string[], cwd?: string): Promise<{ lines: string[] }> {
  const { status, lines } = await runCommand([...command, ...args], { cwd });
  if (status === 0) return { lines };
  throw new TaskError(
    `Cannot go on measuring: ${args[0]} ended with status ${status}.\n${lines.slice(-12).join("\n")}`,
  );
}

async function timed(command: readonly string[], args: readonly string[], cwd: string): Promise<number> {
  const started = performance.now();
  await run(command, args, cwd);
  return (performance.now() - started) / 1000;
}

/** Removes what the image cache holds of a folder that nobody else has. */
async function removeCaches(root: string, name: string): Promise<void> {
  const cache = join(root, ".cache");
  for await (const entry of Deno.readDir(cache)) {
    if (entry.name.startsWith(`${name}-`)) await Deno.remove(join(cache, entry.name));
  }
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copyFolder(join(from, name), join(to, name));
    else await Deno.copyFile(join(from, name), join(to, name));
  }
}
