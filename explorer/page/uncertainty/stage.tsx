/** @jsxImportSource preact */
/**
 * The four pictures, and the passes to walk through.
 *
 * @module
 */
/// <reference lib="dom" />
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { MapTile, PictureTile } from "./tiles.tsx";
import type { Picture } from "./picture.ts";
import type { Analysis } from "./use_analysis.ts";

/** What is shown. */
export interface StageProps {
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
  const maximum = Math.max(LEAST_MAXIMUM, greatest(analysis?.passes.at(-1)?.information));
  const finished = analysis?.passes.length ?? 0;
  const size = analysis?.picture.size ?? 1;
  const [pixel, setPixel] = useState<Pixel>();
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

function greatest(values: Float32Array | undefined): number {
  return values?.reduce((most, value) => Math.max(most, value), 0) ?? 0;
}

interface Pixel {
  readonly column: number;
  readonly row: number;
  /** Where its numbers stand in a map. */
  readonly index: number;
}

/** The pixel of the maps that the pointer is on, if it is on one of the squares. */
function pixelUnder({ target, clientX, clientY }: PointerEvent, size: number): Pixel | undefined {
  const square = (target as Element).closest(".square");
  if (!square) return undefined;
  const { left, top, width } = square.getBoundingClientRect();
  const at = (offset: number) => Math.min(size - 1, Math.max(0, Math.floor(size * offset / width)));
  const [column, row] = [at(clientX - left), at(clientY - top)];
  return { column, row, index: row * size + column };
}
