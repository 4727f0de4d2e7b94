/** @jsxImportSource preact */
/**
 * What both pages draw with: scales, lines of equal value, maps in colours, sliders.
 *
 * @module
 */
/// <reference lib="dom" />
import { contours } from "d3-contour";
import { colourIndex, type ColourMapName, colourTable } from "../../lib/notebook/colour_map.ts";
import type { VNode } from "preact";

/** A function from a value to its position: `from` lies at `start`, `to` at `end`. */
export function linearScale(
  [from, to]: readonly [number, number],
  [start, end]: readonly [number, number],
): (value: number) => number {
  return (value) => start + (end - start) * (value - from) / (to - from);
}

/** About so many round values in an interval, for the marks of an axis. */
export function roundMarks([from, to]: readonly [number, number], count: number): number[] {
  const rough = (to - from) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough)!;
  const [first, last] = [Math.ceil(from / step - 1e-9), Math.floor(to / step + 1e-9)];
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(6)));
}

/**
 * The line on which a square of numbers has a value, as the path of an SVG with one unit a pixel.
 *
 * @param values `[side · side]`, rows from the top
 */
export function contourPath(values: ArrayLike<number>, level: number): string {
  const side = Math.sqrt(values.length);
  const [{ coordinates }] = contours().size([side, side]).thresholds([level])(Array.from(values));
  return coordinates.flat().map((ring) => `M${ring.map(([x, y]) => `${x.toFixed(2)},${y.toFixed(2)}`).join("L")}Z`)
    .join("");
}

/**
 * Paints a square of numbers, one pixel each.
 *
 * @param values `[side · side]`, rows from the top
 * @param maximum what the brightest colour stands for; 0 is the darkest
 */
export function paintMap(canvas: HTMLCanvasElement, values: Float32Array, map: ColourMapName, maximum: number): void {
  const side = Math.sqrt(values.length);
  const colours = colourTable(map);
  const picture = new ImageData(side, side);
  for (const [index, value] of values.entries()) {
    const from = 3 * colourIndex(value, maximum);
    picture.data.set(colours.subarray(from, from + 3), 4 * index);
    picture.data[4 * index + 3] = 255;
  }
  canvas.width = canvas.height = side;
  canvas.getContext("2d")!.putImageData(picture, 0, 0);
}

/** What a slider sets. */
export interface SettingSliderProps {
  readonly id: string;
  /** The symbol of the thesis, as in `"N"`. */
  readonly symbol: string;
  readonly label: string;
  readonly value: number;
  readonly from: number;
  readonly to: number;
  readonly step: number;
  /** Digits behind the point. */
  readonly digits?: number;
  readonly onChange: (value: number) => void;
}

/** The slider with its name and value. */
export function SettingSlider(props: SettingSliderProps): VNode {
  const { id, symbol, label, value, from, to, step, digits = 0, onChange } = props;
  return (
    <div class="setting">
      <label for={id}>
        <i>{symbol}</i> <span>{label}</span>
      </label>
      <output for={id}>{value.toFixed(digits)}</output>
      <input
        id={id}
        type="range"
        min={from}
        max={to}
        step={step}
        value={value}
        onInput={(event) => onChange(event.currentTarget.valueAsNumber)}
      />
    </div>
  );
}
