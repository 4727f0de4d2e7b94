/**
 * The name of a run: a hash of everything that its numbers depend on.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { DataFingerprint } from "../data/open_data.ts";
import { COMPUTATION_VERSION, type Experiment, sortedEntries } from "./experiment.ts";

/**
 * The first 12 hexadecimal digits of a SHA-256 over the experiment, the images, their groups and the members of each part,
 * the backend's name (each draws its own random masks) and the version of the computation.
 */
export function runHash(experiment: Experiment, fingerprint: DataFingerprint, backend: string): string {
  const { pixels, groups, members } = fingerprint;
  const text = JSON.stringify({
    version: COMPUTATION_VERSION,
    backend,
    data: [pixels, groups, members],
    experiment: sortedEntries(experiment),
  });
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
