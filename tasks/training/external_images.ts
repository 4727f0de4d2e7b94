/**
 * The images from elsewhere that a study names, opened once for all its runs.
 *
 * @module
 */
import { basename, join } from "node:path";
import { openImages, type RunData } from "../../lib/data/open_data.ts";
import type { Experiment } from "../../lib/experiment/experiment.ts";
import type { Study, StudyData } from "../../lib/experiment/study.ts";
import type { RunRecord } from "../../lib/results/run_record.ts";
import { changedTestImages, type ExternalImages } from "../../lib/training/external_scores.ts";
import { plainly } from "../cli/task_error.ts";

/** Where images from elsewhere may lie, absolute. */
export interface ExternalPlaces {
  /** Folder of the published data sets; one called `external` in it may hold those of the studies. */
  readonly data?: string;
  readonly cache?: string;
}

/** What a run is scored on besides its test images. */
export type OpenExternal = (experiment: Experiment, data: RunData) => Promise<readonly ExternalImages[]>;

/**
 * Opens the external sets of a study at the size of a run, and its test images with stated changes; nothing for a study
 * that names no external sets. A set that lies nowhere is left out.
 */
export function externalImages(
  { external }: Pick<Study, "external">,
  places: ExternalPlaces,
  say: (text: string) => void,
): OpenExternal {
  const opened = new Map<string, Promise<ExternalImages | undefined>>();
  const changed = new WeakMap<RunData, Promise<ExternalImages[]>>();
  const open = (data: StudyData, { imageSize, fit }: Experiment) => {
    const key = `${data.dataset} ${imageSize} ${fit}`;
    const images = opened.get(key) ?? openSet(data, { imageSize, fit }, places, say);
    opened.set(key, images);
    return images;
  };
  return async (experiment, data) => {
    if (external.length === 0) return [];
    const sets = await Promise.all(external.map((one) => open(one, experiment)));
    const ofTest = changed.get(data) ?? changedTestImages(data);
    changed.set(data, ofTest);
    return [...sets.filter((set) => set !== undefined), ...await ofTest];
  };
}

/** Whether a record has no scores of some of these images. */
export function lacksExternal({ external }: RunRecord, images: readonly ExternalImages[]): boolean {
  const key = ({ dataset, pixels, change }: RunRecord["external"][number]) => `${dataset} ${pixels} ${change}`;
  const scored = new Set(external.map(key));
  return images.some(({ dataset, change }) => !scored.has(`${dataset.name} ${dataset.fingerprint} ${change}`));
}

async function openSet(
  { dataset, own, groups, set }: StudyData,
  size: Pick<Experiment, "imageSize" | "fit">,
  { data, cache }: ExternalPlaces,
  say: (text: string) => void,
): Promise<ExternalImages | undefined> {
  const beside = own !== undefined && data !== undefined ? [join(data, "external", basename(own))] : [];
  const place = own === undefined ? undefined : await firstThere([own, ...beside]);
  if (own !== undefined && place === undefined) {
    say(
      `${dataset}: there is nothing at ${[own, ...beside].join(" or ")}; records have no scores on these images ` +
        "until it is there and the same command is given again.",
    );
    return undefined;
  }
  const choice = { dataset, imageCount: 0, maskValues: "", splitSeed: 0, ...size, ...set };
  return { dataset: await plainly(() => openImages(choice, { data, own: place, groups, cache })), change: "" };
}

async function firstThere(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) if (await Deno.stat(path).then(() => true, () => false)) return path;
}
