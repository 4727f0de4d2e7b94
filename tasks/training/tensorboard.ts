/**
 * A training as TensorBoard shows it: curves, and what becomes of a few validation images.
 *
 * @module
 */
import { join } from "node:path";
import { openSummaries, type Summaries } from "../../lib/backend/tensorflow/summary_writer.ts";
import type { RunData } from "../../lib/data/open_data.ts";
import { type Experiment, experimentHash } from "../../lib/experiment/experiment.ts";
import { unetLayers } from "../../lib/model/unet_layers.ts";
import type { UNetWeights } from "../../lib/model/unet_weights.ts";
import { OUTLINE, outlined } from "../../lib/notebook/overlay.ts";
import { resized } from "../../lib/notebook/raster.ts";
import { createScorer, scoreImages, type Scorer } from "../../lib/training/score_images.ts";
import type { RunEvent } from "../../lib/training/train_or_load.ts";
import { plainError } from "../cli/task_error.ts";
import { logFields } from "./log.ts";

/** Validation images that are shown, the first of them. */
const PICTURES = 4;
/** Side at which outlines are drawn, pixels: thin and smooth on small images, too. */
const SIDE = 256;
/** Where no ε is updated, pictures come so many times in a training. */
const TIMES = 10;

/**
 * Begins an event file in a folder of the run's name, so that TensorBoard tells runs of one folder apart. Each epoch's
 * scalars have the log's names; pictures, with the outlines of mask (cyan) and prediction (yellow), come where ε is updated
 * or at every tenth of the epochs, and at the end. Where the file can't be written any more (a full disk), it is told once
 * and training goes on.
 *
 * @throws {TaskError} where the folder can't be written into, or another backend than TensorFlow computes
 */
export function openTensorBoard(
  folder: string,
  name: string,
  experiment: Experiment,
  warn: (message: string) => void,
) {
  const place = join(folder, `${name.replaceAll(" ", "-")}-${experimentHash(experiment, "tensorflow")}`);
  let summaries: Summaries;
  try {
    summaries = openSummaries(place);
  } catch (error) {
    throw plainError(error);
  }
  const scorer = createScorer(unetLayers(experiment));
  const isAdaptive = experiment.epsilonControl === "adaptive";
  const every = Math.ceil(experiment.epochs / TIMES);
  let broken = false;

  function scalars(epoch: number, fields: Readonly<Record<string, string | number>>): void {
    for (const [tag, value] of Object.entries(fields)) {
      if (tag.includes("/") && typeof value === "number") summaries.scalar(epoch, tag, value);
    }
  }

  async function write(data: RunData, event: RunEvent): Promise<void> {
    if (event.kind === "update") {
      scalars(event.epoch, logFields(experiment, event)!);
      // The update comes before its epoch: these are the weights that it was measured with.
      await pictures(summaries, event.epoch - 1, scorer, event.checkpoint.state.weights, data);
    } else if (event.kind === "epoch") {
      const { epoch } = event.row;
      scalars(epoch, logFields(experiment, event)!);
      if (epoch === experiment.epochs || (!isAdaptive && epoch % every === 0)) {
        await pictures(summaries, epoch, scorer, event.checkpoint.state.weights, data);
      }
    } else if (event.kind === "loaded") {
      for (const row of event.run.history) {
        scalars(row.epoch, logFields(experiment, { kind: "epoch", row } as RunEvent)!);
      }
    } else return;
    summaries.flush();
  }

  return {
    /** Takes what happens in the run. */
    async follow(data: RunData, event: RunEvent) {
      if (broken) return;
      try {
        await write(data, event);
      } catch (error) {
        broken = true;
        warn(`Cannot write for TensorBoard into ${place}: ${(error as Error).message}. Training goes on without it.`);
      }
    },
    [Symbol.dispose]() {
      scorer[Symbol.dispose]();
      try {
        summaries.close();
      } catch (error) {
        if (!broken) warn(`Cannot write for TensorBoard into ${place}: ${(error as Error).message}.`);
      }
    },
  };
}

/** Writes the first validation images with the outlines of mask and prediction. */
async function pictures(
  summaries: Summaries,
  step: number,
  scorer: Scorer,
  weights: UNetWeights,
  { dataset, split }: RunData,
): Promise<void> {
  const pixels = dataset.size ** 2, side = Math.max(SIDE, dataset.size);
  const indices = split.validation.slice(0, PICTURES);
  const predicted: Uint8Array[] = [];
  await scoreImages(scorer, weights, { dataset, indices, batchSize: PICTURES }, {
    onBatch({ indices, probability }) {
      indices.forEach((_, at) =>
        predicted.push(Uint8Array.from(probability.subarray(at * pixels, (at + 1) * pixels), (p) => p > 0.5 ? 1 : 0))
      );
    },
  });
  for (const [at, index] of indices.entries()) {
    const rgb = dataset.images.subarray(3 * pixels * index, 3 * pixels * (index + 1));
    const mask = dataset.masks.subarray(pixels * index, pixels * (index + 1));
    const ground = await resized({ side: dataset.size, rgb }, side);
    const drawn = await outlined(await outlined(ground, mask, OUTLINE.mask), predicted[at], OUTLINE.prediction);
    summaries.image(step, `validation/${dataset.ids[index]}`, drawn.rgb, side, side);
  }
}
