/** @jsxImportSource preact */
/**
 * Everything that follows from prediction, mask and parameters: the losses as a list to choose from, their formulas with
 * the pair's numbers, and curves over the angle at its scale (Figure 1 of the thesis, alive).
 *
 * @module
 */
/// <reference lib="dom" />
import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useBrowserBackend } from "../../../lib/backend/use_browser_backend.ts";
import { lossCurve, type LossCurvePoint } from "../../../lib/loss/loss_curve.ts";
import {
  type LossAtPair,
  lossAtPair,
  LOSSES,
  lossField,
  lossOf,
  type LossParameters,
  type PairGeometry,
  pairGeometry,
  type Vector,
} from "../../compute/vector_losses.ts";
import { linearScale, roundMarks } from "../drawing.tsx";

/** No bar grows beyond this loss, so that a cross entropy of 80 nats leaves the others to be seen. */
const LONGEST = 4;

/** Name, bar, loss and length of the gradient of each loss by its id. */
export function LossList(
  { losses, chosen, onChoose }: {
    readonly losses?: Readonly<Record<string, LossAtPair>>;
    readonly chosen: string;
    readonly onChoose: (id: string) => void;
  },
): VNode {
  const most = Math.max(1, ...Object.values(losses ?? {}).map(({ loss }) => Math.min(loss, LONGEST)));
  return (
    <div class="losses" role="radiogroup" aria-label="Loss whose landscape is shown">
      <p class="loss-head" aria-hidden="true">
        <span /> <span /> <span>L</span> <span>‖∂L/∂ŷ‖</span>
      </p>
      {LOSSES.map(({ id, name }) => {
        const { loss, gradient } = losses?.[id] ?? {};
        return (
          <label key={id} class="loss">
            <span>
              <input type="radio" name="loss" checked={chosen === id} onChange={() => onChoose(id)} /> {name}
            </span>
            <svg class={`loss-bar ${id}`} viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
              <rect class="whole" width="100" height="10" />
              <rect class="part" width={100 * Math.min(1, (loss ?? 0) / most)} height="10" />
            </svg>
            <output id={`loss-${id}`}>{loss?.toFixed(3) ?? "–"}</output>
            <output>{gradient ? Math.hypot(...gradient).toFixed(2) : "–"}</output>
          </label>
        );
      })}
    </div>
  );
}

/** Formula above, numbers below. */
export function LossFormulas({ answer }: { readonly answer: GeometryAnswer }): VNode {
  const { geometry, losses, question: { parameters: { epsilon, kappa } } } = answer;
  const [s, cosine, angle] = [geometry.scale, geometry.cosine, geometry.angle].map((value) => value.toFixed(3));
  const rows: readonly (readonly [id: string, name: string, formula: string, numbers: string])[] = [
    ["dice", "Dice", "1 − s · cos θ", `1 − ${s} · ${cosine}`],
    [
      "polydice1",
      "PolyDice-1",
      "(1 − s) + s · (½ + ε) · θ²",
      `(1 − ${s}) + ${s} · ${(0.5 + epsilon).toFixed(2)} · ${angle}²`,
    ],
    ["polydice2", "Order 2", "(1 − s) + s · (θ²/2 − θ⁴/24)", `(1 − ${s}) + ${s} · (${angle}²/2 − ${angle}⁴/24)`],
    [
      "tvmf",
      "t-vMF Dice",
      "(2 − (1 + cos θ) / (1 + κ(1 − cos θ)))²",
      `(2 − (1 + ${cosine}) / (1 + ${kappa} · (1 − ${cosine})))²`,
    ],
  ];
  return (
    <dl class="formulas">
      {rows.map(([id, name, formula, numbers]) => [
        <dt key={`${id} name`}>{name}</dt>,
        <dd key={id}>
          {formula}
          <span>{numbers} = {losses[id].loss.toFixed(3)}</span>
        </dd>,
      ])}
    </dl>
  );
}

/** A loss as a line. */
interface AngleCurve {
  readonly id: string;
  readonly name: string;
  readonly points: readonly LossCurvePoint[];
}

const [WIDTH, HEIGHT] = [460, 270];
const BOX = { left: 40, right: WIDTH - 10, top: 12, bottom: HEIGHT - 38 };
const ANGLE_MARKS: readonly (readonly [number, string])[] = [[0, "0"], [1, "π/8"], [2, "π/4"], [3, "3π/8"], [4, "π/2"]];

/** One line a loss, the chosen one told from the others; `angle`: θ of the pair, radians. */
export function AngleChart(
  { curves, chosen, angle, value }: {
    readonly curves: readonly AngleCurve[];
    readonly chosen: string;
    readonly angle?: number;
    readonly value: "loss" | "gradient";
  },
): VNode {
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
      {ANGLE_MARKS.map(([eighth, name]) => (
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

/** What is asked. */
interface GeometryQuestion {
  readonly prediction: Vector;
  readonly mask: Vector;
  readonly parameters: LossParameters;
  /** Id of the loss whose landscape is shown. */
  readonly chosen: string;
}

/** What follows. */
interface GeometryAnswer {
  readonly question: GeometryQuestion;
  readonly geometry: PairGeometry;
  /** By the loss' id. */
  readonly losses: Readonly<Record<string, LossAtPair>>;
  readonly field: Float32Array;
  readonly curves: readonly AngleCurve[];
}

/** Points of the landscape along each side. */
const CELLS = 61;
const ANGLES = Array.from({ length: 41 }, (_, index) => index / 40 * Math.PI / 2);
/** At s = 0 there is no angle, and no curve. */
const LEAST_SCALE = 0.01;

/** The answer to the newest question that is answered; questions that were overtaken are left out. */
export function useGeometry(
  question: GeometryQuestion,
): { readonly answer?: GeometryAnswer; readonly problem?: string } {
  const [state, setState] = useState<{ answer?: GeometryAnswer; problem?: string }>({});
  const newest = useRef(question);
  const isBusy = useRef(false);
  newest.current = question;
  useEffect(() => {
    if (isBusy.current) return;
    isBusy.current = true;
    const work = async () => {
      let answered: GeometryQuestion | undefined;
      while (answered !== newest.current) {
        answered = newest.current;
        setState({ answer: await answerTo(answered) });
      }
    };
    work().catch((error: Error) => setState({ problem: error.message })).finally(() => isBusy.current = false);
  }, [question]);
  return state;
}

async function answerTo(question: GeometryQuestion): Promise<GeometryAnswer> {
  // Two pixels are too few for a graphics card: plain JavaScript is faster, and there at once.
  await useBrowserBackend({ backend: "cpu", wasmFolder: "" });
  const { prediction, mask, parameters, chosen } = question;
  const geometry = await pairGeometry(prediction, mask);
  const losses: Record<string, LossAtPair> = {};
  for (const { id, make } of LOSSES) losses[id] = await lossAtPair(make(parameters), prediction, mask);
  const scale = Math.min(1, Math.max(LEAST_SCALE, geometry.scale));
  const curves: AngleCurve[] = [];
  for (const { id, name, make } of LOSSES.filter(({ ofAngle }) => ofAngle)) {
    curves.push({ id, name, points: await lossCurve(make(parameters), { scale, angles: ANGLES }) });
  }
  return { question, geometry, losses, field: await lossField(lossOf(chosen).make(parameters), mask, CELLS), curves };
}
