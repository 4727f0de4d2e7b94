/** @jsxImportSource preact */
/**
 * Prediction and mask as arrows that can be dragged, over the landscape of a loss.
 *
 * @module
 */
/// <reference lib="dom" />
import type { VNode } from "preact";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { PairGeometry, Vector } from "../../compute/vector_losses.ts";
import { contourPath, linearScale, paintMap } from "../drawing.tsx";

/** What is drawn. */
interface VectorPlaneProps {
  readonly prediction: Vector;
  readonly mask: Vector;
  readonly geometry?: PairGeometry;
  /** The chosen loss for every ŷ of the square, `[cells · cells]`, rows from ŷ₂ = 1 down. */
  readonly field?: Float32Array;
  /** −∂L/∂ŷ of the chosen loss: where a step of training would pull ŷ. */
  readonly descent?: Vector;
  readonly lossName: string;
  readonly onPrediction: (vector: Vector) => void;
  readonly onMask: (vector: Vector) => void;
}

const SIDE = 400;
const MARGIN = 34;
const CONTOURS = 9;
/** Share of the square by which an arrow key moves a point. */
const KEY_STEP = 0.02;
/** The pull's arrow is at most so long, in units of the plane. */
const LONGEST_PULL = 0.22;

const x = linearScale([0, 1], [MARGIN, SIDE - 8]);
const y = linearScale([0, 1], [SIDE - MARGIN, 8]);

/** The plane of two pixels. */
export function VectorPlane(props: VectorPlaneProps): VNode {
  const { prediction, mask, geometry, field, descent, lossName, onPrediction, onMask } = props;
  const plane = useRef<SVGSVGElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [least, most] = useMemo(() => extent(field), [field]);
  useLayoutEffect(() => {
    if (field) paintMap(canvas.current!, field.map((value) => value - least), "viridis", most - least || 1);
  }, [field]);
  const lines = useMemo(
    () =>
      field && most > least
        ? Array.from(
          { length: CONTOURS },
          (_, index) => contourPath(field, least + (most - least) * (index + 1) / (CONTOURS + 1)),
        )
        : [],
    [field],
  );
  const cells = field ? Math.sqrt(field.length) : 1;

  const vectorAt = (event: PointerEvent): Vector => {
    const box = plane.current!.getBoundingClientRect();
    const scale = SIDE / box.width;
    return [
      inside(linearScale([x(0), x(1)], [0, 1])((event.clientX - box.left) * scale)),
      inside(linearScale([y(0), y(1)], [0, 1])((event.clientY - box.top) * scale)),
    ];
  };
  const pull = descent && pullArrow(prediction, descent);
  return (
    <div class="plane">
      <canvas ref={canvas} width="1" height="1" aria-hidden="true" />
      <svg
        ref={plane}
        viewBox={`0 0 ${SIDE} ${SIDE}`}
        role="group"
        aria-label={`Plane of two pixels over the ${lossName} loss`}
      >
        <g class="isolines" transform={`translate(${x(0)} ${y(1)}) scale(${(x(1) - x(0)) / cells})`}>
          {lines.map((path, index) => <path key={index} d={path} />)}
        </g>
        <rect class="frame" x={x(0)} y={y(1)} width={x(1) - x(0)} height={y(0) - y(1)} />
        {[0, 1].map((mark) => (
          <g key={mark}>
            <text class="mark" x={x(mark)} y={SIDE - 8} text-anchor={mark === 1 ? "end" : "middle"}>{mark}</text>
            {mark > 0 && (
              <text class="mark" x={MARGIN - 6} y={y(mark) + (mark === 1 ? 10 : 4)} text-anchor="end">{mark}</text>
            )}
          </g>
        ))}
        <text class="mark" x={x(0.5)} y={SIDE - 3} text-anchor="middle">pixel 1</text>
        <text class="mark" transform={`translate(10 ${y(0.5)}) rotate(-90)`} text-anchor="middle">pixel 2</text>
        {geometry && geometry.angle > 0.02 && <AngleArc prediction={prediction} mask={mask} />}
        <Arrow name="mask" to={mask} />
        <Arrow name="prediction" to={prediction} />
        {pull && <Arrow name="pull" from={prediction} to={pull} />}
        <Handle name="mask" label="Mask y" vector={mask} onMove={onMask} vectorAt={vectorAt} />
        <Handle
          name="prediction"
          label="Prediction ŷ"
          vector={prediction}
          onMove={onPrediction}
          vectorAt={vectorAt}
        />
      </svg>
    </div>
  );
}

interface HandleProps {
  readonly name: string;
  readonly label: string;
  readonly vector: Vector;
  readonly onMove: (vector: Vector) => void;
  readonly vectorAt: (event: PointerEvent) => Vector;
}

/** The end of an arrow, for the pointer and for the arrow keys. */
function Handle({ name, label, vector, onMove, vectorAt }: HandleProps): VNode {
  const [first, second] = vector;
  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Readonly<Record<string, Vector>> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, 1],
      ArrowDown: [0, -1],
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    onMove([inside(first + KEY_STEP * move[0]), inside(second + KEY_STEP * move[1])]);
  };
  return (
    <g
      class={`handle ${name}`}
      transform={`translate(${x(first)} ${y(second)})`}
      tabIndex={0}
      role="slider"
      aria-label={`${label}, arrow keys move it`}
      aria-valuemin={0}
      aria-valuemax={1}
      aria-valuenow={Number(first.toFixed(2))}
      aria-valuetext={`pixel 1: ${first.toFixed(2)}, pixel 2: ${second.toFixed(2)}`}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        onMove(vectorAt(event));
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) onMove(vectorAt(event));
      }}
    >
      <circle class="reach" r="22" />
      <circle class="knob" r="11" />
      <text text-anchor="middle" y="4.5">{name === "mask" ? "y" : "ŷ"}</text>
    </g>
  );
}

function Arrow(
  { name, from = [0, 0], to }: { readonly name: string; readonly from?: Vector; readonly to: Vector },
): VNode {
  const [x1, y1, x2, y2] = [x(from[0]), y(from[1]), x(to[0]), y(to[1])];
  const direction = Math.atan2(y2 - y1, x2 - x1) * 180 / Math.PI;
  return (
    <g class={`arrow ${name}`}>
      <line x1={x1} y1={y1} x2={x2} y2={y2} />
      {name === "pull" && <path d="M0,0 L-10,-5 L-10,5 Z" transform={`translate(${x2} ${y2}) rotate(${direction})`} />}
    </g>
  );
}

/** θ between the two arrows, near the origin. */
function AngleArc({ prediction, mask }: { readonly prediction: Vector; readonly mask: Vector }): VNode {
  const radius = 54;
  const at = (direction: number, length = radius) => [
    x(0) + length * Math.cos(direction),
    y(0) - length * Math.sin(direction),
  ];
  const [from, to] = [Math.atan2(prediction[1], prediction[0]), Math.atan2(mask[1], mask[0])].sort((a, b) => a - b);
  const [[x1, y1], [x2, y2], [labelX, labelY]] = [at(from), at(to), at((from + to) / 2, radius + 14)];
  return (
    <g class="angle">
      <path d={`M${x(0)},${y(0)} L${x1},${y1} A${radius},${radius} 0 0 0 ${x2},${y2} Z`} />
      <text x={labelX} y={labelY + 5} text-anchor="middle">θ</text>
    </g>
  );
}

function pullArrow(from: Vector, descent: Vector): Vector | undefined {
  const length = Math.hypot(...descent);
  if (!(length > 1e-6)) return undefined;
  const shown = LONGEST_PULL * Math.tanh(length) / length;
  return [from[0] + shown * descent[0], from[1] + shown * descent[1]];
}

function inside(value: number): number {
  return Math.min(1, Math.max(0, value));
}

function extent(field: Float32Array | undefined): [number, number] {
  if (!field) return [0, 1];
  // The focal loss is 85 nats in a corner; the landscape shows up to its 95th percentile.
  const sorted = field.toSorted();
  return [sorted[0], sorted[Math.floor(0.95 * (sorted.length - 1))]];
}
