/** @jsxImportSource preact */
/**
 * How D settles as the passes come in.
 *
 * @module
 */
import type { VNode } from "preact";
import { linearScale } from "../parts/linear_scale.ts";

/** What is drawn. */
export interface PassChartProps {
  /** D after each pass so far, nats. */
  readonly difficulties: readonly number[];
  /** N */
  readonly expected: number;
  /** The pass that is shown, from 1. */
  readonly shown: number;
}

const [WIDTH, HEIGHT] = [320, 64];
const BOX = { left: 14, right: WIDTH - 46, top: 8, bottom: HEIGHT - 8 };

/** D after 1, 2, … N passes. */
export function PassChart({ difficulties, expected, shown }: PassChartProps): VNode {
  const x = linearScale([1, Math.max(2, expected)], [BOX.left, BOX.right]);
  const y = linearScale([0, Math.max(...difficulties, 1e-4)], [BOX.bottom, BOX.top]);
  const points = difficulties.map((value, index) => `${x(index + 1).toFixed(1)},${y(value).toFixed(1)}`);
  const now = difficulties[shown - 1];
  const last = difficulties.at(-1) ?? 0;
  return (
    <svg
      class="figure"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`D after ${difficulties.length} passes: ${last.toFixed(4)}`}
    >
      <line class="axis" x1={BOX.left} x2={BOX.right} y1={BOX.bottom} y2={BOX.bottom} />
      <polyline class="line" points={points.join(" ")} />
      {now !== undefined && <circle class="dot" cx={x(shown)} cy={y(now)} r="4" />}
      <text class="mark" x={BOX.right + 5} y={BOX.bottom + 4}>0</text>
      {last > 0 && <text class="mark" x={BOX.right + 5} y={y(last) + 4}>{last.toFixed(3)}</text>}
    </svg>
  );
}
