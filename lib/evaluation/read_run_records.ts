/**
 * The committed records of a profile.
 *
 * @module
 */
import { join } from "@std/path";
import type { AblationRun } from "./ablation_summary.ts";
import { parseRunRecord, type RunRecord } from "./run_record.ts";

/** All records of a profile. */
export interface ProfileRecords {
  /** Name of the profile. */
  readonly profile: string;
  /** Of the protocol. */
  readonly runs: readonly RunRecord[];
  /** Runs of the ablations. */
  readonly ablations: readonly AblationRun[];
}

/**
 * Reads every record under `<results>/<profile>/runs` and `<results>/<profile>/ablations`, in the order of their paths.
 *
 * @param results the folder of all results
 * @throws {Error} which tells every file that is not a record, or not where it belongs
 */
export async function readRunRecords(results: string, profile: string): Promise<ProfileRecords> {
  const faults: string[] = [];
  const read = async (folder: string) => {
    const found: { path: string; record: RunRecord }[] = [];
    for (const path of await filesUnder(join(results, profile), folder)) {
      try {
        const text = await Deno.readTextFile(join(results, profile, path));
        found.push({ path, record: parseRunRecord(text, `${profile}/${path}`) });
      } catch (error) {
        faults.push((error as Error).message);
      }
    }
    return found;
  };
  const runs = (await read("runs")).map(({ record }) => record);
  const ablations = (await read("ablations")).map(({ path, record }) => ({ ablation: path.split("/")[1], record }));
  if (faults.length > 0) throw new Error(faults.join("\n"));
  return { profile, runs, ablations };
}

/** Paths of the JSON files below a folder, sorted; none where there is no folder. */
async function filesUnder(root: string, folder: string): Promise<string[]> {
  const paths: string[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(join(root, folder))) {
      if (isDirectory) paths.push(...await filesUnder(root, `${folder}/${name}`));
      else if (name.endsWith(".json")) paths.push(`${folder}/${name}`);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return paths.sort();
}
