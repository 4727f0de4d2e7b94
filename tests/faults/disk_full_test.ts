import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import type { Experiment } from "../../lib/experiment/experiment.ts";
import { CHECKPOINT_FILES } from "../../lib/training/checkpoint_store.ts";
import { backend } from "../backend.ts";
import { trainSmall } from "../training/small_run.ts";
import { fileNames, runFolder, storedNumbers, trainingCommand, type TrainingLine } from "./training_process.ts";

const CHANGES: Partial<Experiment> = { epochs: 3, epsilonControl: "adaptive" };

/** Events: two steps and the end of epoch 1, the update of ε, one step. */
const ONE_EPOCH_AND_ONE_STEP = 5;

/** A way to run a command for which the disk is full, and what the system says then. */
interface FullDisk {
  readonly name: string;
  readonly message: RegExp;
  readonly ignore?: boolean;
  /** Runs the command; what it leaves in `directory` is there afterwards. */
  run(command: readonly string[], directory: string): Promise<Deno.CommandOutput>;
}

/** A process that may make no file larger than so many KiB gets the system's own error in the middle of a file. */
const limited = (kibibytes: number): FullDisk => ({
  name: `that takes ${kibibytes} KiB a file`,
  message: /File too large/,
  ignore: Deno.build.os === "windows",
  run: (command) => bash(`trap '' XFSZ; ulimit -f ${kibibytes}; exec "$@"`, command),
});

/** The folder is on a small file system of its own, which is filled to its last byte. */
const MOUNTED = `mount -t tmpfs -o size=1m none "$DISK" && cp -a "$FOLDER/." "$DISK" || exit 99
head -c 2M /dev/zero > "$DISK/filler" 2> /dev/null
"$@"; status=$?
rm "$DISK/filler" && rm -r "$FOLDER"/* && cp -a "$DISK/." "$FOLDER" && exit $status`;

const canMount = Deno.build.os === "linux" &&
  (await new Deno.Command("unshare", { args: ["-rm", "mount", "-t", "tmpfs", "none", "/mnt"], stderr: "null" }).output()
    .catch(() => ({ success: false }))).success;

const mounted: FullDisk = {
  name: `without a byte left${canMount ? "" : " (skipped: nothing can be mounted here)"}`,
  message: /No space left on device/,
  ignore: !canMount,
  async run(command, folder) {
    const disk = await Deno.makeTempDir();
    const onDisk = command.map((word) => word.replaceAll(folder, disk));
    const program = new Deno.Command("unshare", {
      args: ["-rm", "sh", "-c", MOUNTED, "sh", ...onDisk],
      env: { DISK: disk, FOLDER: folder },
      stdin: "null",
    });
    const output = await program.output();
    await Deno.remove(disk);
    return output;
  },
};

/** What a training that nothing disturbs stores. */
let undisturbed: Record<string, unknown> | undefined;

for (const disk of [limited(1), mounted]) {
  Deno.test({
    name:
      `a training on a disk ${disk.name} goes on with warnings, fails at its end, loses nothing, and can be repeated`,
    ignore: disk.ignore || backend.name !== "tensorflow",
    async fn() {
      undisturbed ??= await storedByWholeTraining();
      const directory = await Deno.makeTempDir();
      await train(directory, ONE_EPOCH_AND_ONE_STEP);
      const folder = runFolder(directory, CHANGES);
      const before = await contents(folder);
      assertEquals([...before.keys()].filter((name) => name.startsWith("checkpoint")), [...CHECKPOINT_FILES].sort());

      const command = trainingCommand({ directory, changes: CHANGES, checkpointSeconds: 0 });
      const { code, stdout, stderr } = await disk.run(command, directory);
      const [said, complaints] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
      const lines: TrainingLine[] = said.trim().split("\n").map((line) => JSON.parse(line));
      assertEquals([code, complaints], [1, ""]);
      assertEquals(lines.find(({ kind }) => kind !== "ready")?.kind, "resumed");
      const warnings = lines.filter(({ kind }) => kind === "warning");
      assert(warnings.length > 3, "every save is told that failed");
      for (const { message } of warnings) {
        assertMatch(message!, disk.message);
        assertMatch(
          message!,
          /^Cannot save a checkpoint: .*\. The last checkpoint is from 1 whole epochs and 1 steps/,
        );
      }
      assertEquals(lines.filter(({ kind }) => kind === "epoch").length, 2, "it trained to the end");
      const { kind, message } = lines.at(-1)!;
      assertEquals(kind, "failed");
      assertMatch(
        message!,
        /^Cannot store the run: .*; make room on the disk and train again\. The last checkpoint is/,
      );
      assertMatch(message!, disk.message);
      assertEquals(await contents(folder), before, "a byte was lost, or left behind");

      await train(directory, Infinity);
      assertEquals(await storedNumbers(folder), undisturbed);
      await Deno.remove(directory, { recursive: true });
    },
  });
}

async function storedByWholeTraining(): Promise<Record<string, unknown>> {
  const directory = await Deno.makeTempDir();
  await train(directory, Infinity);
  const stored = await storedNumbers(runFolder(directory, CHANGES));
  await Deno.remove(directory, { recursive: true });
  return stored;
}

/** Trains until it ends or so many events have come; every event leaves a checkpoint. */
async function train(directory: string, events: number): Promise<void> {
  const left = new Error("left");
  const onEvent = () => {
    if (--events === 0) throw left;
  };
  await trainSmall(directory, CHANGES, { checkpointSeconds: 0, onEvent }).catch((error) => {
    if (error !== left) throw error;
  });
}

function bash(script: string, command: readonly string[]): Promise<Deno.CommandOutput> {
  return new Deno.Command("bash", { args: ["-c", script, "bash", ...command], stdin: "null" }).output();
}

async function contents(folder: string): Promise<Map<string, Uint8Array>> {
  const names = fileNames(folder).filter((name) => name !== "run.lock");
  return new Map(
    await Promise.all(names.map(async (name) => [name, await Deno.readFile(join(folder, name))] as const)),
  );
}
