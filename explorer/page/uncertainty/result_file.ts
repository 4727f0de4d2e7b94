/**
 * The numbers behind the pictures, to keep.
 *
 * @module
 */
/// <reference lib="dom" />
import type { ImageEpsilon } from "../../compute/image_epsilon.ts";
import type { RegionNumbers } from "./use_difficulties.ts";
import type { ReadyNetwork } from "./use_network.ts";
import type { Settings } from "./settings.tsx";

/** What the file holds. Maps are `[size · size]`, rows from the top. */
export interface ResultFile {
  readonly format: 1;
  readonly image: string;
  readonly size: number;
  readonly backend: string;
  readonly settings: Settings;
  /** ŷ without dropout. */
  readonly probability: readonly number[];
  /** I (eq. 7) after all passes, nats. */
  readonly information: readonly number[];
  /** D (eq. 8) over the predicted lesion after each pass, nats. */
  readonly difficulties: readonly number[];
  /** D over the true lesion, nats, where it is known. */
  readonly trueDifficulty?: number;
  /** D_norm (eq. 9) */
  readonly normalized: number;
  /** ε (eq. 11) */
  readonly epsilon: number;
}

/** What is known once all passes are done. */
export function resultFile(
  { backend }: Pick<ReadyNetwork, "backend">,
  settings: Settings,
  { analysis, difficulties, trueDifficulty }: RegionNumbers,
  { normalized, epsilon }: ImageEpsilon,
): ResultFile {
  return {
    format: 1,
    image: analysis.picture.name,
    size: analysis.picture.size,
    backend,
    settings,
    probability: [...analysis.probability],
    information: [...analysis.passes.at(-1)!.information],
    difficulties,
    trueDifficulty,
    normalized,
    epsilon,
  };
}

/** Hands a file to the visitor, from this page's memory. */
export function saveFile(content: ResultFile, name: string): void {
  const address = URL.createObjectURL(new Blob([JSON.stringify(content)], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
