/** @jsxImportSource preact */
/**
 * The four square pictures (the image with outlines of the lesion, and maps of numbers), and the passes to walk through.
 *
 * @module
 */
/// <reference lib="dom" />
import type { ComponentChildren, VNode } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { colourAt, type ColourMapName } from "../../../lib/notebook/colour_map.ts";
import { contourPath, paintMap } from "../drawing.tsx";
import { type Picture, PictureCanvas } from "./picture.tsx";
import type { Analysis } from "./use_analysis.ts";

/** What is shown. */
interface StageProps {
  readonly picture?: Picture;
  readonly analysis?: Analysis;
  /** N */
  readonly expected: number;
  /** The pass that is shown, from 1; 0 while there is none. */
  readonly pass: number;
  readonly threshold: number;
  /** Whether what is shown is all there will be. */
  readonly isDone: boolean;
  readonly backend?: string;
  readonly onPass: (pass: number) => void;
}

/** The colours end here where no pixel is less certain, nats: what is nearly nothing must not look like much. */
const LEAST_MAXIMUM = 0.05;

const BACKEND_NAMES: Readonly<Record<string, string>> = { webgpu: "WebGPU", wasm: "WebAssembly", cpu: "JavaScript" };

/** Image, probability, one pass, uncertainty. */
export function Stage({ picture, analysis, expected, pass, threshold, isDone, backend, onPass }: StageProps): VNode {
  // What belongs to the picture before stays until the new one's comes, but for its outline.
  const isCurrent = analysis?.picture === picture;
  const shown = analysis?.passes[pass - 1];
  const last = analysis?.passes.at(-1)?.information ?? new Float32Array();
  const maximum = last.reduce((most, value) => Math.max(most, value), LEAST_MAXIMUM);
  const finished = analysis?.passes.length ?? 0;
  const size = analysis?.picture.size ?? 1;
  const [pixel, setPixel] = useState<ReturnType<typeof pixelUnder>>();
  const seconds = ((analysis?.milliseconds ?? 0) / 1000).toFixed(2);
  return (
    <section class="stage" aria-label="What the network sees">
      <div
        class="tiles-grid"
        onPointerMove={(event) => setPixel(pixelUnder(event, size))}
        onPointerLeave={() => setPixel(undefined)}
      >
        <PictureTile
          picture={picture}
          probability={isCurrent ? analysis?.probability : undefined}
          threshold={threshold}
        />
        <MapTile
          title={
            <>
              Uncertainty <i>I</i> after {pass || "…"} {pass === 1 ? "pass" : "passes"}
            </>
          }
          values={shown?.information}
          map="magma"
          maximum={maximum}
          ends={["0", `${maximum.toFixed(2)} nats`]}
          description={`Uncertainty map after ${pass} passes, at most ${maximum.toFixed(3)} nats`}
        />
        <MapTile
          title={
            <>
              Probability <i>ŷ</i>, no dropout
            </>
          }
          values={analysis?.probability}
          map="viridis"
          maximum={1}
          ends={["0", "1"]}
          description="Probability map without dropout"
        />
        <MapTile
          title={<>Pass {pass || "…"}, with dropout</>}
          values={shown?.probability}
          map="viridis"
          maximum={1}
          ends={["0", "1"]}
          description={`Probability map of pass ${pass}`}
        />
      </div>
      <p class="facts reading" aria-hidden="true">
        {pixel && analysis && shown
          ? `Pixel ${pixel.column}, ${pixel.row}: ŷ = ${analysis.probability[pixel.index].toFixed(3)}, ` +
            `pass ${pass} = ${shown.probability[pixel.index].toFixed(3)}, ` +
            `I = ${shown.information[pixel.index].toFixed(4)} nats`
          : "Point at a map to read its numbers."}
      </p>
      <div class="walk">
        <label for="pass">Walk through the passes</label>
        <output for="pass">{pass} of {expected}</output>
        <input
          id="pass"
          type="range"
          min="1"
          max={Math.max(1, finished)}
          value={Math.max(1, pass)}
          disabled={finished === 0}
          onInput={(event) => onPass(event.currentTarget.valueAsNumber)}
        />
        <progress max={expected} value={isCurrent ? finished : 0} aria-label="Passes done" />
      </div>
      <p class="facts" role="status" data-state={isDone ? "done" : "busy"}>
        {isDone && backend
          ? `${expected} ${expected === 1 ? "pass" : "passes"} in ${seconds} s on this device (${
            BACKEND_NAMES[backend]
          })`
          : backend
          ? "The passes are running …"
          : "The network is on its way …"}
      </p>
    </section>
  );
}

/** The pixel of the maps that the pointer is on, if it is on one of the squares; its numbers stand at `index`. */
function pixelUnder({ target, clientX, clientY }: PointerEvent, size: number) {
  const square = (target as Element).closest(".square");
  if (!square) return undefined;
  const { left, top, width } = square.getBoundingClientRect();
  const at = (offset: number) => Math.min(size - 1, Math.max(0, Math.floor(size * offset / width)));
  const [column, row] = [at(clientX - left), at(clientY - top)];
  return { column, row, index: row * size + column };
}

/** A map of numbers in colours, with its scale. */
interface MapTileProps {
  readonly title: ComponentChildren;
  readonly values?: Float32Array;
  readonly map: ColourMapName;
  /** What the brightest colour stands for. */
  readonly maximum: number;
  /** Words at the ends of the scale. */
  readonly ends: readonly [string, string];
  /** What it shows, for who does not see it. */
  readonly description: string;
}

function MapTile({ title, values, map, maximum, ends, description }: MapTileProps): VNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    if (values) paintMap(canvas.current!, values, map, maximum);
  }, [values, map, maximum]);
  return (
    <Tile
      title={title}
      foot={
        <p class="scale">
          <span>{ends[0]}</span>
          <Ramp map={map} />
          <span>{ends[1]}</span>
        </p>
      }
    >
      <canvas ref={canvas} width="1" height="1" role="img" aria-label={description} class={values ? "" : "empty"} />
    </Tile>
  );
}

/** The frame: title, square picture, line below. */
function Tile({ title, foot, children }: Readonly<Record<"title" | "foot" | "children", ComponentChildren>>): VNode {
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

/** The image with outlines: predicted as soon as ŷ is known, and true where it is known. */
function PictureTile(
  { picture, probability, threshold }: {
    readonly picture?: Picture;
    readonly probability?: Float32Array;
    readonly threshold: number;
  },
): VNode {
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
