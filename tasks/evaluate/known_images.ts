/**
 * Which images a run knows, and which of them are evaluated.
 *
 * @module
 */
import { contentOf, type DataPlaces, openImages } from "../../lib/data/open_data.ts";
import type { SegmentationDataset } from "../../lib/data/segmentation_dataset.ts";
import type { Experiment } from "../../lib/experiment/experiment.ts";
import type { Run, RunParts } from "../../lib/training/run.ts";
import type { ProgressLine } from "../cli/progress_line.ts";
import { plainly, TaskError } from "../cli/task_error.ts";

/** Which of the images: of a part of the run, those that the run has not seen in any part, or all. */
export const PARTS = ["test", "validation", "train", "new", "all"] as const;
export type Part = typeof PARTS[number];
const OWN_PARTS = ["test", "validation", "train"] as const;

/** Indices of the images that the run knows from each part, and of those that it does not know. */
export type Parts = Readonly<Record<Exclude<Part, "all">, readonly number[]>>;

/**
 * Opens the images and tells by their content what each was for the run: the folder may have grown, lost some or got other
 * names. A split is never made anew.
 */
export async function openParts(
  run: Run | undefined,
  settings: Experiment,
  places: DataPlaces,
  line: ProgressLine,
): Promise<{ dataset: SegmentationDataset; parts: Parts }> {
  const open = (choice: Experiment) => {
    const onProgress: DataPlaces["onProgress"] = ({ done, total }) =>
      line.show(`Reading ${choice.dataset}: ${done} of ${total} images`);
    return plainly(() => openImages(choice, { ...places, onProgress })).finally(() => line.clear());
  };
  const dataset = await open(settings);
  for (const note of dataset.notes) line.say(`${settings.dataset}: ${note}`);
  if (!run) return { dataset, parts: { train: [], validation: [], test: [], new: [...dataset.ids.keys()] } };
  const { imageSize, fit } = run.experiment;
  const isAsTrained = imageSize === settings.imageSize && fit === settings.fit;
  // Contents are of the size that the run was trained at.
  const known = isAsTrained ? dataset : await open({ ...settings, imageSize, fit });
  return { dataset, parts: partsOf(run.parts, known) };
}

function partsOf(parts: RunParts, dataset: SegmentationDataset): Parts {
  const partOf = new Map(OWN_PARTS.flatMap((part) => parts[part].map(({ content }) => [content, part] as const)));
  const found = { train: [], validation: [], test: [], new: [] } as Record<keyof Parts, number[]>;
  for (const index of dataset.ids.keys()) found[partOf.get(contentOf(dataset, index)) ?? "new"].push(index);
  return found;
}

/** The images to evaluate, and those that choose the threshold where that is asked for. */
export function chosenImages(
  run: Run | undefined,
  dataset: SegmentationDataset,
  parts: Parts,
  options: { readonly part?: Part; readonly threshold?: number | "validation"; readonly tolerance?: number },
) {
  if (options.tolerance !== undefined && dataset.native === undefined) {
    throw new TaskError("Cannot use --tolerance: it is for images from files, and the synthetic ones are none.", 2);
  }
  const part = options.part ?? (run && parts.test.length > 0 ? "test" : "all");
  const indices = part === "all" ? [...dataset.ids.keys()] : parts[part];
  if (indices.length === 0) {
    throw new TaskError(
      `Cannot evaluate: none of the ${dataset.ids.length} images is of the part "${part}". There are ${
        [...OWN_PARTS, "new" as const].map((other) => `${parts[other].length} ${other}`).join(", ")
      }.`,
    );
  }
  if (options.threshold !== "validation") return { part, indices };
  if (part === "all") {
    throw new TaskError(
      "Cannot use --threshold validation: none of the run's test images is here, and of all images those that choose it " +
        "would be part. Name the others with --part new.",
      2,
    );
  }
  if (parts.validation.length > 0) return { part, indices, choosing: parts.validation };
  throw new TaskError("Cannot choose a threshold: none of the images is a validation image of the run.");
}

/** Which images the run knows, and what that means for the scores. */
export function knownLines(run: Run, parts: Parts, part: Part): string[] {
  const lacking = run.parts.test.length - parts.test.length;
  const all = parts.train.length + parts.validation.length + parts.test.length + parts.new.length;
  const trained = part === "all" || part === "train" ? parts.train.length : 0;
  return [
    `By their content, of the ${all} images the run was trained on ${parts.train.length}, chose its epoch by ` +
    `${parts.validation.length}, was tested on ${parts.test.length} and has not seen ${parts.new.length}.`,
    ...(part === "test" && lacking > 0
      ? [`${lacking} of the run's ${run.parts.test.length} test images are not here, or were changed.`]
      : []),
    ...(part === "test" && parts.new.length > 0 ? [`--part new evaluates the ${parts.new.length} unseen ones.`] : []),
    ...(trained > 0 ? [`The network was trained on ${trained} of them: this is no test.`] : []),
  ];
}
