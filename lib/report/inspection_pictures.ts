/**
 * The easiest and the hardest test images with what a network makes of them.
 *
 * @module
 */
import { errorOverlay, OUTLINE, outlined, valueOverlay } from "../notebook/overlay.ts";
import { type Raster, resized } from "../notebook/raster.ts";
import { quantile } from "../statistics/quantile.ts";
import type { InspectedImage } from "../training/inspection.ts";
import { rasterImage } from "./page_image.tsx";
import type { Inspection, PicturedImage } from "./report_content.ts";

/** Images at each end that are shown. */
const SHOWN = 4;

/** Side of a picture in pixels: sharp where it is shown on a dense screen. */
const SIDE = 288;

/** Share of the pictured pixels that are not brighter than the map's last colour: speckles don't dim all the rest. */
const BRIGHTEST = 0.99;

/** Scores of all inspected images, and pictures of the best and the worst of them. No image is in both. */
export async function inspectionOf(
  images: readonly InspectedImage[],
  { method, passes }: Pick<Inspection, "method" | "passes">,
): Promise<Inspection> {
  const ranked = images.toSorted((a, b) => b.dice - a.dice);
  const shown = Math.min(SHOWN, Math.ceil(ranked.length / 2));
  const easiest = ranked.slice(0, shown);
  const hardest = ranked.slice(shown).slice(-SHOWN).reverse();
  const byDifficulty = images.toSorted((a, b) => b.difficulty - a.difficulty).map(({ id }) => id);
  const pictured = [...easiest, ...hardest].flatMap(({ mutualInformation }) => [...mutualInformation]);
  const mostInformation = quantile(pictured, BRIGHTEST) || Math.max(...easiest.map(highest), ...hardest.map(highest));
  const picture = (image: InspectedImage) => picturedImage(image, 1 + byDifficulty.indexOf(image.id), mostInformation);
  return {
    method,
    passes,
    images: images.map(({ id, difficulty, dice }) => ({ id, difficulty, dice })),
    easiest: await Promise.all(easiest.map(picture)),
    hardest: await Promise.all(hardest.map(picture)),
    mostInformation,
  };
}

async function picturedImage(
  inspected: InspectedImage,
  difficultyRank: number,
  mostInformation: number,
): Promise<PicturedImage> {
  const { id, size, image, mask, probability, mutualInformation, difficulty, dice } = inspected;
  const ground = await resized({ side: size, rgb: image }, SIDE);
  const truth = await outlined(ground, mask, OUTLINE.mask);
  const predicted = Uint8Array.from(probability, (value) => value > 0.5 ? 1 : 0);
  const enlarged = (raster: Raster) => resized(raster, SIDE);
  const [lesion, found] = [mask, predicted].map((map) => `${percent(map)} of its pixels`);
  const tiles = [
    { heading: "image", raster: ground, description: `Test image ${id}` },
    {
      heading: "prediction",
      raster: await outlined(truth, predicted, OUTLINE.prediction),
      description: `${id}: outlines of the true mask (${lesion}) and of the prediction (${found})`,
    },
    {
      heading: "error",
      raster: await enlarged(errorOverlay(image, mask, probability)),
      description: `${id}: map of missed lesion and false alarm; Dice ${dice.toFixed(2)}`,
    },
    {
      heading: "uncertainty",
      raster: await enlarged(valueOverlay(image, mutualInformation, { colours: "magma", maximum: mostInformation })),
      description: `${id}: map of the mutual information; its mean over the lesion is ${difficulty.toFixed(4)} nats`,
    },
  ];
  return {
    id,
    difficulty,
    dice,
    difficultyRank,
    tiles: await Promise.all(tiles.map(async ({ heading, raster, description }) => ({
      heading,
      image: await rasterImage(raster, description),
    }))),
  };
}

function highest({ mutualInformation }: InspectedImage): number {
  return mutualInformation.reduce((a, b) => Math.max(a, b), 0);
}

function percent(map: Uint8Array): string {
  return `${(100 * map.reduce((sum, value) => sum + value, 0) / map.length).toFixed(1)} %`;
}
