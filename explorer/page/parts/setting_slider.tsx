/** @jsxImportSource preact */
/**
 * A number that is set by sliding.
 *
 * @module
 */
/// <reference lib="dom" />
import type { VNode } from "preact";

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
