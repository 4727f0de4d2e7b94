/** @jsxImportSource preact */
/**
 * The four pictures, and the passes to walk through.
 *
 * @module
 */
/// <reference lib="dom" />
import type { VNode } from "preact";
import { MapTile } from "./map_tile.tsx";
import type { Picture } from "./picture.ts";
import { PictureTile } from "./picture_tile.tsx";
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
  const seconds = ((analysis?.milliseconds ?? 0) / 1000).toFixed(2);
  return (
    <section class="stage" aria-label="What the network sees">
      <div class="tiles-grid">
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
