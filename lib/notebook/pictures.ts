/**
 * Images, masks, predictions and uncertainty as pictures for a notebook.
 *
 * @module
 */
import { contactSheet, type LegendEntry, type SheetOptions, type Tile } from "./contact_sheet.ts";
import { OUTLINE, outlined } from "./overlay.ts";
import type { Picture } from "./mime_bundle.ts";
import { type Raster, resized, sideOf } from "./raster.ts";
import { valueOverlay } from "./overlay.ts";

/** One image and what is known about it; every map has the image's height = width. */
export interface Sample {
  /** `[side, side, 3]` RGB, 0..255. */
  readonly image: Uint8Array;
  /** True mask, `[side, side]`, 0 or 1. */
  readonly mask?: Uint8Array;
  /** Probability of the foreground, `[side, side]`, in [0, 1]. */
  readonly probability?: Float32Array;
  /** Mutual information, `[side, side]`, nats. */
  readonly information?: Float32Array;
  /** Predictive entropy, `[side, side]`, nats. */
  readonly entropy?: Float32Array;
  readonly caption?: string;
}

/** The ways to look at a sample. */
export type View = "image" | "mask" | "prediction" | "probability" | "information" | "entropy";

/** Heading of each view's column. */
const VIEW_HEADINGS: Readonly<Record<View, string>> = {
  image: "image",
  mask: "true mask",
  prediction: "prediction",
  probability: "probability",
  information: "mutual information",
  entropy: "predictive entropy",
};

/** Probability from which a pixel is predicted as foreground. */
const THRESHOLD = 0.5;

/** Side in pixels at which outlines are drawn on smaller images, so that they are thin and smooth. */
const DRAWING_SIDE = 320;

/** What both kinds of sheet can be told. */
type PictureOptions = Partial<Pick<SheetOptions, "description" | "tileSide">>;

/**
 * A sheet with one row for each sample and one column for each view of it.
 *
 * @param samples images of one size; captions stand under the first column
 * @throws {RangeError} where a sample lacks what a view shows, or sizes differ
 */
export async function sampleTable(
  samples: readonly Sample[],
  views: readonly View[],
  options: PictureOptions = {},
): Promise<Picture> {
  const scales = scalesOf(samples);
  const rows = await Promise.all(samples.map((sample) =>
    Promise.all(views.map(async (view, column): Promise<Tile> => ({
      picture: await drawView(sample, view, scales),
      caption: column === 0 ? sample.caption : undefined,
    })))
  ));
  return await contactSheet(rows, {
    description: `${samples.length} images, each as: ${views.map((view) => VIEW_HEADINGS[view]).join(", ")}`,
    headings: views.map((view) => VIEW_HEADINGS[view]),
    legend: legendOf(views, scales),
    ...options,
  });
}

/**
 * A sheet with the same view of every sample, each with its caption, in rows of `columns`.
 *
 * @throws {RangeError} where a sample lacks what the view shows, or sizes differ
 */
export async function sampleGrid(
  samples: readonly Sample[],
  view: View,
  { columns = 5, ...options }: PictureOptions & { columns?: number } = {},
): Promise<Picture> {
  const scales = scalesOf(samples);
  const tiles = await Promise.all(samples.map(async (sample): Promise<Tile> => ({
    picture: await drawView(sample, view, scales),
    caption: sample.caption,
  })));
  const rows = Map.groupBy(tiles.keys(), (index) => Math.floor(index / columns));
  return await contactSheet([...rows.values()].map((row) => row.map((index) => tiles[index])), {
    description: `${samples.length} images, each as: ${VIEW_HEADINGS[view]}`,
    legend: legendOf([view], scales),
    ...options,
  });
}

/** Highest value of each map, which gets the brightest colour on the whole sheet. */
type Scales = Readonly<Record<"probability" | "information" | "entropy", number>>;

function scalesOf(samples: readonly Sample[]): Scales {
  const most = samples.reduce(
    (high, { information }) => information?.reduce((a, b) => Math.max(a, b), high) ?? high,
    0,
  );
  return { probability: 1, information: most, entropy: Math.LN2 };
}

async function drawView(sample: Sample, view: View, scales: Scales): Promise<Raster> {
  const { image } = sample;
  const side = sideOf(image, 3, "image");
  if (view === "image") return { side, rgb: image };
  if (view === "mask" || view === "prediction") {
    const ground = await resized({ side, rgb: image }, Math.max(side, DRAWING_SIDE));
    const truth = sample.mask ?? (view === "mask" ? needed(sample, "mask") : undefined);
    const withTruth = truth ? await outlined(ground, truth, OUTLINE.mask) : ground;
    if (view === "mask") return withTruth;
    const probability = needed(sample, "probability");
    const predicted = Uint8Array.from(probability, (value) => value > THRESHOLD ? 1 : 0);
    return await outlined(withTruth, predicted, OUTLINE.prediction);
  }
  const colours = view === "probability" ? "viridis" : "magma";
  return valueOverlay(image, needed(sample, view), { colours, maximum: scales[view] });
}

function needed<Name extends "mask" | "probability" | "information" | "entropy">(
  sample: Sample,
  name: Name,
): NonNullable<Sample[Name]> {
  const value = sample[name];
  if (value) return value;
  const which = sample.caption ? ` of "${sample.caption}"` : "";
  throw new RangeError(`Cannot draw the sample${which}: expected its ${name}, found none`);
}

function legendOf(views: readonly View[], scales: Scales): LegendEntry[] {
  const has = (...wanted: View[]) => wanted.some((view) => views.includes(view));
  const scale = (view: "entropy" | "information") => ({
    ...{ label: VIEW_HEADINGS[view], colours: "magma" as const },
    ...{ from: "0", to: `${scales[view].toFixed(3)} nats` },
  });
  return [
    ...(has("mask", "prediction") ? [{ label: "true mask", colour: OUTLINE.mask }] : []),
    ...(has("prediction") ? [{ label: `prediction (p > ${THRESHOLD})`, colour: OUTLINE.prediction }] : []),
    ...(has("probability") ? [{ label: "probability", colours: "viridis" as const, from: "0", to: "1" }] : []),
    ...(has("entropy") ? [scale("entropy")] : []),
    ...(has("information") ? [scale("information")] : []),
  ];
}
