/**
 * The polyps of the synthetic images: the traits that make them hard to find and the difficulty that follows, outline,
 * dome, colour and texture, and the mask that belongs to them.
 *
 * @module
 */
import type { RandomStream } from "../../random/random_stream.ts";
import { blend, forEachPixel, fractalNoise, smoothStep, type SurfaceCanvas } from "./canvas.ts";

/** What makes an image hard; each trait runs from 0 (easy) to 1 (hard). */
export interface DifficultyTraits {
  /** 0: the polyp stands out in colour and height; 1: it has nearly the colour of the mucosa and is nearly flat. */
  readonly faintness: number;
  /** 0: the radius is 0.58 half image widths (26 % of the image); 1: 0.2 (3 %). */
  readonly smallness: number;
  /** 0: sharp margin and steep sides; 1: the polyp runs out into the wall. */
  readonly softness: number;
  /** 0: smooth, without vessels, with a rim shadow; 1: the mucosa's vessels and texture run on over the polyp. */
  readonly camouflage: number;
  /** 0: nothing else in view; 1: four things that look like polyps (short folds, bubbles, residue). */
  readonly distraction: number;
}

/** The share of each trait in the difficulty; the shares sum to 1. */
const DIFFICULTY_WEIGHTS: Readonly<DifficultyTraits> = {
  faintness: 0.35,
  smallness: 0.2,
  softness: 0.15,
  camouflage: 0.15,
  distraction: 0.15,
};

/** The share of the image's common hardness in each trait; the rest is drawn for the trait alone. */
const COMMON_SHARE = 0.6;

/**
 * Draws the traits of one image: each is 0.6 h + 0.4 u with one h for the image and a u of its own, all uniform in
 * [0, 1). The common h spreads the images from easy to hard; five traits drawn alone would crowd around one half.
 */
export function drawTraits(stream: RandomStream): DifficultyTraits {
  const common = stream.uniform();
  const trait = () => COMMON_SHARE * common + (1 - COMMON_SHARE) * stream.uniform();
  return { faintness: trait(), smallness: trait(), softness: trait(), camouflage: trait(), distraction: trait() };
}

/**
 * The difficulty in [0, 1] that an image with these traits was made with:
 * 0.35 faintness + 0.2 smallness + 0.15 softness + 0.15 camouflage + 0.15 distraction.
 *
 * It is a definition and not an estimate: the mutual information D of the thesis (equation 8) can be held against it.
 */
export function difficultyOf(traits: DifficultyTraits): number {
  const names = Object.keys(DIFFICULTY_WEIGHTS) as (keyof DifficultyTraits)[];
  return names.reduce((sum, name) => sum + DIFFICULTY_WEIGHTS[name] * traits[name], 0);
}

/** A closed outline around (x, y): an ellipse whose radius waves with the angle. Lengths in half image widths. */
export interface BlobShape {
  readonly x: number;
  readonly y: number;
  /** Geometric mean of the two half axes. */
  readonly radius: number;
  /** Short half axis divided by the long one, in (0, 1]. */
  readonly aspect: number;
  /** Direction of the long axis, radians. */
  readonly angle: number;
  /** Waves of the radius: amplitude · cos(frequency · angle + phase), relative to the radius. */
  readonly waves: readonly { readonly frequency: number; readonly amplitude: number; readonly phase: number }[];
}

/** Radius of the easiest and the hardest polyp in half image widths. */
const LARGEST_RADIUS = 0.58, SMALLEST_RADIUS = 0.2;

/** Directions in which a polyp's colour departs from the wall's: redder, paler, yellower, darker (RGB). */
const POLYP_TINTS: readonly (readonly number[])[] = [
  [0.10, -0.20, -0.14],
  [0.06, -0.16, -0.06],
  [0.16, 0.18, 0.16],
  [-0.16, -0.22, -0.15],
];

/** Draws an outline with three waves around a given place. */
export function drawBlob(
  place: { x: number; y: number; radius: number; aspect: number; waviness: number },
  stream: RandomStream,
): BlobShape {
  const { waviness, ...rest } = place;
  const waves = [2, 3, 5].map((frequency) => ({
    frequency,
    amplitude: waviness * stream.uniform() * 2 / frequency,
    phase: 2 * Math.PI * stream.uniform(),
  }));
  return { ...rest, angle: Math.PI * stream.uniform(), waves };
}

/**
 * Distance of (x, y) from the middle of a blob in units of its radius in that direction: below 1 inside, 1 on the
 * outline. From 3 radii of the plain ellipse on, where nothing is painted, the waves are left out.
 */
export function blobDistance(shape: BlobShape, x: number, y: number): number {
  const dx = x - shape.x, dy = y - shape.y;
  const cos = Math.cos(shape.angle), sin = Math.sin(shape.angle), stretch = Math.sqrt(shape.aspect);
  const along = (cos * dx + sin * dy) * stretch, across = (cos * dy - sin * dx) / stretch;
  const distance = Math.sqrt(along * along + across * across) / shape.radius;
  if (distance > 3) return distance;
  const angle = Math.atan2(across, along);
  let radius = 1;
  for (const wave of shape.waves) radius += wave.amplitude * Math.cos(wave.frequency * angle + wave.phase);
  return distance / radius;
}

/** Draws where the one or (in one image of eight) two polyps of an image are; the second is the smaller one. */
export function drawPolyps(traits: DifficultyTraits, stream: RandomStream): BlobShape[] {
  const count = stream.uniform() < 0.125 ? 2 : 1;
  return Array.from({ length: count }, (_, index) => {
    const full = LARGEST_RADIUS + traits.smallness * (SMALLEST_RADIUS - LARGEST_RADIUS);
    const radius = index === 0 ? full : Math.max(SMALLEST_RADIUS, 0.6 * full);
    const direction = 2 * Math.PI * stream.uniform();
    const distance = (0.8 - 0.6 * radius) * Math.sqrt(stream.uniform());
    const x = distance * Math.cos(direction), y = distance * Math.sin(direction);
    return drawBlob({ x, y, radius, aspect: 0.6 + 0.4 * stream.uniform(), waviness: 0.12 }, stream);
  });
}

/**
 * Paints polyps of one kind on the wall and returns their mask, [size, size] of 0 and 1: pixels whose centre lies inside
 * an outline.
 *
 * Height: h(1 − d²)^q over the inside, with d the relative distance from the middle; q grows from ½ (a hemisphere) to 2
 * (running out into the wall) with the softness and h falls with the faintness. Colour: the wall's, moved along one tint
 * by an amount that falls with the faintness and blended over a margin that widens with the softness, plus a fine
 * texture of its own. A rim shadow lies around it and the vessels under it are covered, both less so with camouflage.
 */
export function paintPolyps(
  canvas: SurfaceCanvas,
  shapes: readonly BlobShape[],
  traits: DifficultyTraits,
  wall: { colour: readonly number[]; vessels: Float32Array },
  stream: RandomStream,
): Uint8Array {
  const tint = POLYP_TINTS[stream.integer(0, POLYP_TINTS.length - 1)];
  const tintAmount = 0.4 + 0.75 * (1 - traits.faintness);
  const colour = wall.colour.map((value, channel) => value + tintAmount * tint[channel]);
  const relativeHeight = 0.2 + 0.5 * (1 - traits.faintness);
  const steepness = 0.5 + 1.5 * traits.softness;
  const margin = 0.04 + 0.24 * traits.softness;
  const cover = 1 - traits.camouflage;
  const evenness = 0.25 + 0.75 * cover; // share of the wall's own variation that the polyp's colour replaces
  const texture = fractalNoise(14, 2, stream);

  const mask = new Uint8Array(canvas.size * canvas.size);
  for (const shape of shapes) {
    forEachPixel(canvas.size, (pixel, x, y) => {
      const distance = blobDistance(shape, x, y);
      if (distance >= 1.6) return;
      if (distance < 1) {
        mask[pixel] = 1;
        const dome = shape.radius * relativeHeight * (1 - distance * distance) ** steepness;
        canvas.height[pixel] = Math.max(canvas.height[pixel], dome) + 0.3 * Math.min(canvas.height[pixel], dome);
        canvas.openness[pixel] = Math.max(canvas.openness[pixel], 0.45 * (1 - distance ** 4));
      } else {
        const shadow = 0.45 * cover * (1 - traits.faintness) * (1 - traits.softness);
        canvas.openness[pixel] *= 1 - shadow * Math.exp(-(((distance - 1) / 0.14) ** 2));
      }
      const inside = 1 - smoothStep(1 - margin, 1 + margin, distance);
      blend(canvas.albedo, pixel, colour, inside * evenness);
      for (let channel = 0; channel < 3; channel++) {
        canvas.albedo[3 * pixel + channel] += inside *
          (0.07 * texture(x, y) + (1 - evenness) * tintAmount * tint[channel]);
      }
      wall.vessels[pixel] *= 1 - inside * cover;
    });
  }
  return mask;
}
