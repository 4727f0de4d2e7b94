/** @jsxImportSource preact */
/**
 * D, D_norm and ε of the image, the numbers behind the pictures to keep, the controller as a curve over the difficulties
 * of the training images, and how D settles as the passes come in.
 *
 * @module
 */
/// <reference lib="dom" />
import type { ComponentChildren, VNode } from "preact";
import { quantile } from "../../../lib/statistics/quantile.ts";
import { type ControlSettings, type ImageEpsilon, imageEpsilon } from "../../compute/difficulty.ts";
import { linearScale, roundMarks } from "../drawing.tsx";
import type { Settings } from "./settings.tsx";
import type { ReadyNetwork, RegionNumbers } from "./use_analysis.ts";

/** All numbers so far. */
interface ResultsProps {
  readonly network?: ReadyNetwork;
  readonly settings: Settings;
  readonly control: ControlSettings;
  /** D of the training images, nats. */
  readonly reference?: readonly number[];
  readonly numbers?: RegionNumbers;
  /** The pass that is shown, from 1. */
  readonly pass: number;
  /** Whether the numbers are those of all passes. */
  readonly isDone: boolean;
  /** D after it, nats. */
  readonly difficulty?: number;
  /** What the controller makes of it. */
  readonly result?: ImageEpsilon;
}

/** The numbers, large, and the two charts that they come from. */
export function Results(props: ResultsProps): VNode {
  const { network, settings, control, reference, numbers, pass, isDone, difficulty, result } = props;
  const isEmpty = numbers !== undefined && !numbers.predicted.includes(1);
  const save = () => {
    if (!network || !numbers) return;
    const last = reference && imageEpsilon(numbers.difficulties.at(-1)!, reference, control);
    saveFile(resultFile(network, settings, numbers, last), "polydice-explorer.json");
  };
  return (
    <section class="results" aria-labelledby="results-title">
      <h2 id="results-title">Difficulty and ε</h2>
      <dl class="numbers">
        <Figure name="D, nats" id="value-difficulty">{difficulty?.toFixed(4)}</Figure>
        <Figure
          name={
            <>
              D<sub>norm</sub>
            </>
          }
          id="value-normalized"
        >
          {signed(result?.normalized)}
        </Figure>
        <Figure name="ε" id="value-epsilon" strong>{result?.epsilon.toFixed(3)}</Figure>
      </dl>
      {isEmpty
        ? <p class="facts">No pixel is above the threshold, so there is no lesion to measure: D is 0 by definition.</p>
        : (
          <p class="facts">
            D is the mean uncertainty over the lesion{" "}
            <em>that the network found</em>; in training it is over the true mask.
          </p>
        )}
      {network && !reference
        ? (
          <p class="facts" id="no-reference">
            The difficulties of this network's training images at p = {settings.rate.toFixed(1)}{" "}
            are not known here, so D has nothing to be compared with, and there is no D<sub>norm</sub> and no ε.
          </p>
        )
        : (
          <>
            {reference && <ControllerChart reference={reference} control={control} difficulty={difficulty} />}
            <p class="facts caption">
              Bars: {reference?.length ?? "…"} training images at the same p. Line: ε over D. Point: this image.
            </p>
          </>
        )}
      <PassChart difficulties={numbers?.difficulties ?? []} expected={settings.passes} shown={pass} />
      <p class="facts caption">D, nats, after 1 to {settings.passes} passes.</p>
      {numbers?.agreement && (
        <p class="facts" id="against-truth">
          Against the true mask: Dice {numbers.agreement.dice.toFixed(3)}, IoU {numbers.agreement.iou.toFixed(3)}
          {numbers.trueDifficulty !== undefined && `; D over it ${numbers.trueDifficulty.toFixed(4)}`}.
        </p>
      )}
      <div class="buttons">
        <button type="button" disabled={!isDone} onClick={save}>Save the numbers (JSON)</button>
      </div>
    </section>
  );
}

function Figure(
  { name, id, strong, children }: {
    readonly name: ComponentChildren;
    readonly id: string;
    readonly strong?: boolean;
    readonly children?: ComponentChildren;
  },
): VNode {
  return (
    <div class={strong ? "strong" : ""}>
      <dt>{name}</dt>
      <dd>
        <span id={id}>{children ?? "–"}</span>
      </dd>
    </div>
  );
}

function signed(value: number | undefined): string | undefined {
  return value === undefined ? undefined : `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
}

/** What the file holds. Maps are `[size · size]`, rows from the top. */
export interface ResultFile {
  readonly format: 1;
  /** The user's own network; absent for the one that comes with the explorer. */
  readonly network?: string;
  readonly image: string;
  readonly size: number;
  readonly backend: string;
  readonly settings: Settings;
  /** ŷ without dropout. */
  readonly probability: readonly number[];
  /** I (eq. 7) after all passes, nats. */
  readonly information: readonly number[];
  /** D (eq. 8) over the predicted lesion after each pass, nats. */
  readonly difficulties: readonly number[];
  /** D over the true lesion, nats, where it is known. */
  readonly trueDifficulty?: number;
  /** D_norm (eq. 9), where the training images' difficulties are known. */
  readonly normalized?: number;
  /** ε (eq. 11), likewise. */
  readonly epsilon?: number;
}

/** What is known once all passes are done. */
function resultFile(
  { backend, record: { name } }: Pick<ReadyNetwork, "backend" | "record">,
  settings: Settings,
  { analysis, difficulties, trueDifficulty }: RegionNumbers,
  result: ImageEpsilon | undefined,
): ResultFile {
  return {
    format: 1,
    network: name,
    image: analysis.picture.name,
    size: analysis.picture.size,
    backend,
    settings,
    probability: [...analysis.probability],
    information: [...analysis.passes.at(-1)!.information],
    difficulties,
    trueDifficulty,
    ...result,
  };
}

/** Hands a file to the visitor, from this page's memory. */
function saveFile(content: ResultFile, name: string): void {
  const address = URL.createObjectURL(new Blob([JSON.stringify(content)], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

const [WIDTH, HEIGHT] = [320, 200];
const BOX = { left: 14, right: WIDTH - 46, top: 16, bottom: HEIGHT - 34 };
const BINS = 32;
const CURVE_POINTS = 96;

/** Bars: D of the training images, nats. Line: ε over D. Point: this image, as soon as its D is known. */
function ControllerChart(
  { reference, control, difficulty }: {
    readonly reference: readonly number[];
    readonly control: ControlSettings;
    readonly difficulty?: number;
  },
): VNode {
  const known = [...reference, ...(difficulty === undefined ? [] : [difficulty])];
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const margin = 0.06 * (most - least);
  const [start, end] = [Math.max(0, least - margin), most + margin];
  const highest = control.epsilonMax ?? 0.5;
  const x = linearScale([start, end], [BOX.left, BOX.right]);
  const y = linearScale([0, highest], [BOX.bottom, BOX.top]);
  const origin = quantile(reference, control.percentile / 100);
  const epsilonAt = (value: number) => imageEpsilon(value, reference, control).epsilon;
  const curve = Array.from({ length: CURVE_POINTS + 1 }, (_, index) => {
    const value = start + (end - start) * index / CURVE_POINTS;
    return `${x(value).toFixed(1)},${y(epsilonAt(value)).toFixed(1)}`;
  });
  const counts = new Array<number>(BINS).fill(0);
  for (const value of reference) counts[Math.min(BINS - 1, Math.floor(BINS * (value - start) / (end - start)))]++;
  const bar = linearScale([0, Math.max(...counts)], [0, 0.8 * (BOX.bottom - BOX.top)]);
  const words = difficulty === undefined
    ? "The controller's curve"
    : `This image has D = ${difficulty.toFixed(4)} and gets ε = ${epsilonAt(difficulty).toFixed(3)}`;
  return (
    <svg
      class="figure"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`${words}, beside the training images`}
    >
      <g class="bars">
        {counts.map((count, index) => (
          <rect
            key={index}
            x={x(start + (end - start) * index / BINS) + 0.5}
            width={(BOX.right - BOX.left) / BINS - 1}
            y={BOX.bottom - bar(count)}
            height={bar(count)}
          />
        ))}
      </g>
      <line class="axis" x1={BOX.left} x2={BOX.right} y1={BOX.bottom} y2={BOX.bottom} />
      {roundMarks([start, end], 4).map((mark) => (
        <text key={mark} class="mark" x={x(mark)} y={BOX.bottom + 14} text-anchor="middle">{mark}</text>
      ))}
      <text class="mark" x={(BOX.left + BOX.right) / 2} y={HEIGHT - 4} text-anchor="middle">difficulty D, nats</text>
      {[0, highest / 2, highest].map((mark) => (
        <text key={mark} class="mark epsilon" x={BOX.right + 5} y={y(mark) + 4}>ε {mark.toFixed(2)}</text>
      ))}
      <line class="origin" x1={x(origin)} x2={x(origin)} y1={BOX.top} y2={BOX.bottom} />
      <text class="mark" x={x(origin) + 4} y={BOX.top - 5}>D at {control.percentile} %</text>
      <polyline class="curve" points={curve.join(" ")} />
      {difficulty !== undefined && (
        <g class="here">
          <line x1={x(difficulty)} x2={x(difficulty)} y1={BOX.bottom} y2={y(epsilonAt(difficulty))} />
          <line x1={x(difficulty)} x2={BOX.right} y1={y(epsilonAt(difficulty))} y2={y(epsilonAt(difficulty))} />
          <circle cx={x(difficulty)} cy={y(epsilonAt(difficulty))} r="6" />
        </g>
      )}
    </svg>
  );
}

const PASS_HEIGHT = 64;
const PASS_BOX = { top: 8, bottom: PASS_HEIGHT - 8 };

/** D after each pass so far of N expected ones, nats, and the pass that is shown, from 1. */
function PassChart(
  { difficulties, expected, shown }: {
    readonly difficulties: readonly number[];
    readonly expected: number;
    readonly shown: number;
  },
): VNode {
  const x = linearScale([1, Math.max(2, expected)], [BOX.left, BOX.right]);
  const y = linearScale([0, Math.max(...difficulties, 1e-4)], [PASS_BOX.bottom, PASS_BOX.top]);
  const points = difficulties.map((value, index) => `${x(index + 1).toFixed(1)},${y(value).toFixed(1)}`);
  const now = difficulties[shown - 1];
  const last = difficulties.at(-1) ?? 0;
  return (
    <svg
      class="figure"
      viewBox={`0 0 ${WIDTH} ${PASS_HEIGHT}`}
      role="img"
      aria-label={`D after ${difficulties.length} passes: ${last.toFixed(4)}`}
    >
      <line class="axis" x1={BOX.left} x2={BOX.right} y1={PASS_BOX.bottom} y2={PASS_BOX.bottom} />
      <polyline class="line" points={points.join(" ")} />
      {now !== undefined && <circle class="dot" cx={x(shown)} cy={y(now)} r="4" />}
      <text class="mark" x={BOX.right + 5} y={PASS_BOX.bottom + 4}>0</text>
      {last > 0 && <text class="mark" x={BOX.right + 5} y={y(last) + 4}>{last.toFixed(3)}</text>}
    </svg>
  );
}
