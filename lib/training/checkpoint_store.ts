/**
 * A run's checkpoints on the disk: the newest, and the one before. At every moment, also in the middle of a save, at least
 * one of them is whole.
 *
 * @module
 */
import { join } from "@std/path";
import { ifThere, writeAtomically } from "../files/atomic_file.ts";
import { readRegularFile } from "../files/regular_file.ts";
import { type Checkpoint, type CheckpointOwner, decodeCheckpoint, encodeCheckpoint } from "./checkpoint.ts";

/** Files of the two generations, the newest first. */
export const CHECKPOINT_FILES = ["checkpoint.safetensors", "checkpoint_previous.safetensors"] as const;

const [NEWEST, PREVIOUS] = CHECKPOINT_FILES;

/** A damaged newest checkpoint is kept under this name until the run is finished. */
const DAMAGED = "checkpoint_damaged.safetensors";

/** What was found in a run's folder. */
export interface FoundCheckpoint {
  /** The newest one that is whole; its tensors are the caller's. */
  readonly checkpoint?: Checkpoint;
  /** What was wrong with newer ones and where the run goes on, if something was. */
  readonly warning?: string;
}

/** Greater files are no checkpoint: that of the thesis' network has 0.6 GB. */
const MOST_BYTES = 2 ** 33;

/** Saves a checkpoint as the newest; the newest so far becomes the previous one. */
export async function saveCheckpoint(folder: string, checkpoint: Checkpoint, owner: CheckpointOwner): Promise<void> {
  const bytes = await encodeCheckpoint(checkpoint, owner);
  // The file is whole on the disk before the first rename. Between the two there is no newest one, and a previous one.
  const [newest, previous] = [join(folder, NEWEST), join(folder, PREVIOUS)];
  await writeAtomically(newest, bytes, () => ifThere(Deno.rename(newest, previous)));
}

/**
 * The newest checkpoint that is whole.
 *
 * @throws {Error} When it belongs to another experiment, other data or another version: it is not overwritten.
 */
export async function findCheckpoint(folder: string, owner: CheckpointOwner): Promise<FoundCheckpoint> {
  const damages: string[] = [];
  const warning = (consequence: string) => damages.length > 0 ? [...damages, consequence].join(" ") : undefined;
  for (const name of CHECKPOINT_FILES) {
    const path = join(folder, name);
    try {
      const bytes = await ifThere(readRegularFile(path, { mostBytes: MOST_BYTES }));
      if (!bytes) continue;
      const checkpoint = decodeCheckpoint(bytes, owner);
      return { checkpoint, warning: warning("The run goes on from the checkpoint before it.") };
    } catch (error) {
      const { message } = error as Error;
      if (!(error instanceof Deno.errors.InvalidData)) {
        throw new Error(`${message} The file is ${path}; delete it to train from the beginning.`, { cause: error });
      }
      damages.push(`${message} The file is ${path}.`);
      // Out of the way, so that the next save does not put it in the place of the one before, which is whole.
      await Deno.rename(path, join(folder, DAMAGED));
    }
  }
  return { warning: warning("The run starts from the beginning.") };
}

/** Removes all checkpoints of a run. */
export async function removeCheckpoints(folder: string): Promise<void> {
  for (const name of [...CHECKPOINT_FILES, DAMAGED]) await Deno.remove(join(folder, name)).catch(() => {});
}
