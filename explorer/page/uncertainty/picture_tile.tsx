/** @jsxImportSource preact */
/**
 * The image itself, with the outline of what the network found.
 *
 * @module
 */
/// <reference lib="dom" />
import type { VNode } from "preact";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { contourPath } from "../parts/contour_path.ts";
import { Tile } from "./map_tile.tsx";
import type { Picture } from "./picture.ts";

/** The image, and the probability of the lesion as soon as it is known. */
export interface PictureTileProps {
  readonly picture?: Picture;
  /** ŷ, `[size · size]` */
  readonly probability?: Float32Array;
  readonly threshold: number;
}

/** The image with outlines: predicted, and true where it is known. */
export function PictureTile({ picture, probability, threshold }: PictureTileProps): VNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    if (!picture) return;
    const shown = canvas.current!;
    shown.width = shown.height = picture.canvas.width;
    shown.getContext("2d")!.drawImage(picture.canvas, 0, 0);
  }, [picture]);
  const predicted = useMemo(() => probability && contourPath(probability, threshold), [probability, threshold]);
  const truth = useMemo(() => picture?.mask && contourPath(picture.mask, 0.5), [picture]);
  const side = picture?.size ?? 1;
  return (
    <Tile
      title="Image and mask"
      foot={
        <p class="keys">
          <span class="key predicted">found</span>
          {truth !== undefined && <span class="key true">true</span>}
        </p>
      }
    >
      <canvas
        ref={canvas}
        width="1"
        height="1"
        role="img"
        aria-label={`${picture?.name ?? "No image"}, with the outline of the mask${
          truth ? " and of the true one" : ""
        }`}
      />
      <svg class="outlines" viewBox={`0 0 ${side} ${side}`} aria-hidden="true">
        {truth && <path class="true" d={truth} />}
        {predicted && <path class="halo" d={predicted} />}
        {predicted && <path class="predicted" d={predicted} />}
      </svg>
    </Tile>
  );
}
