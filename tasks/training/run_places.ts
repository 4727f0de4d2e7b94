/**
 * Where the images of a run lie on this machine, so that its next command need not be told. No part of the run: only a
 * note beside it, which may be missing or wrong.
 *
 * @module
 */
import { join } from "node:path";
import type { DataPlaces } from "../../lib/data/open_data.ts";
import { ifThere, writeAtomically } from "../../lib/files/atomic_file.ts";
import { runDirectory } from "../../lib/training/run_store.ts";

const PLACES_FILE = "places.json";

/** Paths of a user's own images and of their groups. */
export type OwnPlaces = Pick<DataPlaces, "own" | "groups">;

/** Notes where a run's own images lie; of published data sets nothing. */
export async function rememberPlaces(runs: string, hash: string, { own, groups }: DataPlaces): Promise<void> {
  if (own === undefined) return;
  const text = JSON.stringify({ own, groups });
  await writeAtomically(join(runDirectory(runs, hash), PLACES_FILE), new TextEncoder().encode(`${text}\n`));
}

/** Where a run's own images lay when it was trained or loaded last; nothing where that is not known. */
export async function rememberedPlaces(runs: string, hash: string): Promise<OwnPlaces> {
  const bytes = await ifThere(Deno.readFile(join(runDirectory(runs, hash), PLACES_FILE)));
  try {
    const { own, groups } = JSON.parse(new TextDecoder().decode(bytes));
    return typeof own === "string" ? { own, ...(typeof groups === "string" && { groups }) } : {};
  } catch {
    return {};
  }
}
