/** @jsxImportSource preact */
/**
 * The controller as a curve over the difficulties of the training images, and how D settles as the passes come in.
 *
 * @module
 */
import type { VNode } from "preact";
import { quantile } from "../../../lib/statistics/quantile.ts";
import { type ControlSettings, imageEpsilon } from "../../compute/image_epsilon.ts";
import { linearScale, roundMarks } from "../drawing.tsx";

/** What is drawn. */
export interface ControllerChartProps {
  /** D of the training images, nats. */
  readonly reference: readonly number[];
  readonly control: ControlSettings;
  /** D of the image, nats, as soon as it is known. */
  readonly difficulty?: number;
}

const [WIDTH, HEIGHT] = [320, 200];
const BOX = { left: 14, right: WIDTH - 46, top: 16, bottom: HEIGHT - 34 };
const BINS = 32;
const CURVE_POINTS = 96;

/** Bars: the training images. Line: ε over D. Point: this image. */
export function ControllerChart({ reference, control, difficulty }: ControllerChartProps): VNode {
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

/** What is drawn. */
export interface PassChartProps {
  /** D after each pass so far, nats. */
  readonly difficulties: readonly number[];
  /** N */
  readonly expected: number;
  /** The pass that is shown, from 1. */
  readonly shown: number;
}

const PASS_HEIGHT = 64;
const PASS_BOX = { top: 8, bottom: PASS_HEIGHT - 8 };

/** D after 1, 2, … N passes. */
export function PassChart({ difficulties, expected, shown }: PassChartProps): VNode {
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
