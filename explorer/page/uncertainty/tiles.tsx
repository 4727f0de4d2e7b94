/** @jsxImportSource preact */
/**
 * The square pictures of the page: maps of numbers, and the image itself with outlines of the lesion.
 *
 * @module
 */
/// <reference lib="dom" />
import type { ComponentChildren, VNode } from "preact";
import { colourAt, type ColourMapName } from "../../../lib/notebook/colour_map.ts";
import { contourPath, paintMap } from "../drawing.tsx";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { Picture } from "./picture.ts";

/** What the frame of a picture says. */
interface TileProps {
  readonly title: ComponentChildren;
  readonly children?: ComponentChildren;
}

/** A map of numbers in colours, with its scale. */
export interface MapTileProps extends TileProps {
  readonly values?: Float32Array;
  readonly map: ColourMapName;
  /** What the brightest colour stands for. */
  readonly maximum: number;
  /** Words at the ends of the scale. */
  readonly ends: readonly [string, string];
  /** What it shows, for who does not see it. */
  readonly description: string;
}

/** A map with title and scale. */
export function MapTile({ values, map, maximum, ends, description, ...tile }: MapTileProps): VNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    if (values) paintMap(canvas.current!, values, map, maximum);
  }, [values, map, maximum]);
  return (
    <Tile
      {...tile}
      foot={
        <p class="scale">
          <span>{ends[0]}</span>
          <Ramp map={map} />
          <span>{ends[1]}</span>
        </p>
      }
    >
      <canvas ref={canvas} width="1" height="1" role="img" aria-label={description} class={values ? "" : "empty"} />
      {tile.children}
    </Tile>
  );
}

/** The frame: title, square picture, line below. */
export function Tile({ title, foot, children }: TileProps & { readonly foot: ComponentChildren }): VNode {
  return (
    <figure class="tile">
      <figcaption>{title}</figcaption>
      <div class="square">{children}</div>
      {foot}
    </figure>
  );
}

/** The colours of a map from left to right. */
function Ramp({ map }: { readonly map: ColourMapName }): VNode {
  const stops = Array.from({ length: 9 }, (_, index) => index / 8);
  const id = `ramp-${map}`;
  return (
    <svg class="ramp" aria-hidden="true" viewBox="0 0 100 8" preserveAspectRatio="none">
      <defs>
        <linearGradient id={id}>
          {stops.map((position) => <stop key={position} offset={position} stop-color={colourAt(map, position)} />)}
        </linearGradient>
      </defs>
      <rect width="100" height="8" fill={`url(#${id})`} />
    </svg>
  );
}

/** The image, and the probability of the lesion as soon as it is known. */
export interface PictureTileProps {
  readonly picture?: Picture;
  /** ŷ, `[size · size]` */
  readonly probability?: Float32Array;
  readonly threshold: number;
}

/** The image with outlines: predicted, and true where it is known. */
export function PictureTile({ picture, probability, threshold }: PictureTileProps): VNode {
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
      <PictureCanvas
        picture={picture}
        description={`${picture?.name ?? "No image"}, with the outline of the mask${
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

/** The image alone, for who sees it, or described. */
export function PictureCanvas(
  { picture, description }: { readonly picture?: Picture; readonly description?: string },
): VNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    if (!picture) return;
    const shown = canvas.current!;
    shown.width = shown.height = picture.canvas.width;
    shown.getContext("2d")!.drawImage(picture.canvas, 0, 0);
  }, [picture]);
  const role = description === undefined
    ? { "aria-hidden": true as const }
    : { role: "img" as const, "aria-label": description };
  return <canvas ref={canvas} width="1" height="1" {...role} />;
}
