/** @jsxImportSource preact */
/**
 * Losses over the angle, at the scale that prediction and mask have: Figure 1 of the thesis, alive.
 *
 * @module
 */
import type { VNode } from "preact";
import type { LossCurvePoint } from "../../../lib/loss/loss_curve.ts";
import { linearScale, roundMarks } from "../parts/linear_scale.ts";

/** A loss as a line. */
export interface AngleCurve {
  readonly id: string;
  readonly name: string;
  readonly points: readonly LossCurvePoint[];
}

/** What is drawn. */
export interface AngleChartProps {
  readonly curves: readonly AngleCurve[];
  /** The loss that is told from the others. */
  readonly chosen: string;
  /** θ of the pair, radians. */
  readonly angle?: number;
  /** What is drawn of each point. */
  readonly value: "loss" | "gradient";
}

const [WIDTH, HEIGHT] = [460, 270];
const BOX = { left: 40, right: WIDTH - 10, top: 12, bottom: HEIGHT - 38 };
const ANGLES: readonly (readonly [number, string])[] = [[0, "0"], [1, "π/8"], [2, "π/4"], [3, "3π/8"], [4, "π/2"]];

/** One line a loss. */
export function AngleChart({ curves, chosen, angle, value }: AngleChartProps): VNode {
  const highest = Math.max(0.02, ...curves.flatMap(({ points }) => points.map((point) => point[value]))) * 1.05;
  const x = linearScale([0, Math.PI / 2], [BOX.left, BOX.right]);
  const y = linearScale([0, highest], [BOX.bottom, BOX.top]);
  const ordered = [...curves].sort((a, b) => Number(a.id === chosen) - Number(b.id === chosen)); // the chosen one on top
  return (
    <svg
      class="figure"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`${value === "loss" ? "Loss" : "Slope"} of ${
        curves.map(({ name }) => name).join(", ")
      } over the angle`}
    >
      {roundMarks([0, highest], 4).map((mark) => (
        <g key={mark}>
          <line class="grid" x1={BOX.left} x2={BOX.right} y1={y(mark)} y2={y(mark)} />
          <text class="mark" x={BOX.left - 6} y={y(mark) + 4} text-anchor="end">{mark}</text>
        </g>
      ))}
      {ANGLES.map(([eighth, name]) => (
        <text
          key={name}
          class="mark"
          x={x(eighth * Math.PI / 8)}
          y={BOX.bottom + 16}
          text-anchor={eighth === 4 ? "end" : "middle"}
        >
          {name}
        </text>
      ))}
      <text class="mark" x={(BOX.left + BOX.right) / 2} y={HEIGHT - 4} text-anchor="middle">angle θ</text>
      {angle !== undefined && <line class="origin" x1={x(angle)} x2={x(angle)} y1={BOX.top} y2={BOX.bottom} />}
      {ordered.map(({ id, points }) => (
        <polyline
          key={id}
          class={`loss-line ${id}${id === chosen ? " chosen" : ""}`}
          points={points.map((point) => `${x(point.angle).toFixed(1)},${y(point[value]).toFixed(1)}`).join(" ")}
        />
      ))}
    </svg>
  );
}
