/** @jsxImportSource preact */
/**
 * What the passes and the controller are set to.
 *
 * @module
 */
/// <reference lib="dom" />
import type { VNode } from "preact";
import type { ModelRecord } from "../../compute/network.ts";
import { SettingSlider } from "../drawing.tsx";

/** All that can be set. */
export interface Settings {
  /** N */
  readonly passes: number;
  /** p */
  readonly rate: number;
  /** A pixel of the lesion has a probability above it. */
  readonly threshold: number;
  /** Of D_p, in [0, 100]. */
  readonly percentile: number;
  /** k */
  readonly slope: number;
  /** Of the dropout masks. */
  readonly seed: number;
}

/** The settings that the network was trained with. */
export function trainedSettings({ experiment, referenceThreshold }: ModelRecord): Settings {
  const { passes, dropoutRate, percentile, slope } = experiment;
  return { passes, rate: dropoutRate, threshold: referenceThreshold, percentile, slope, seed: 1 };
}

/** A slider for each setting, and buttons for other dropout masks and for the settings of the training. */
export function SettingsForm(
  { settings, onChange, onReset }: {
    readonly settings: Settings;
    readonly onChange: (settings: Settings) => void;
    readonly onReset: () => void;
  },
): VNode {
  const slider = (name: keyof Settings) => ({
    id: `setting-${name}`,
    value: settings[name],
    onChange: (value: number) => onChange({ ...settings, [name]: value }),
  });
  return (
    <section class="settings" aria-labelledby="settings-title">
      <h2 id="settings-title">Settings</h2>
      <SettingSlider {...slider("passes")} symbol="N" label="passes" from={1} to={40} step={1} />
      <SettingSlider {...slider("rate")} symbol="p" label="dropout rate" from={0.1} to={0.9} step={0.1} digits={1} />
      <SettingSlider
        {...slider("threshold")}
        symbol="ŷ >"
        label="threshold"
        from={0.05}
        to={0.95}
        step={0.05}
        digits={2}
      />
      <SettingSlider {...slider("percentile")} symbol="%" label="percentile of D" from={0} to={100} step={1} />
      <SettingSlider {...slider("slope")} symbol="k" label="slope of ε" from={0} to={8} step={0.25} digits={2} />
      <div class="buttons">
        <button type="button" onClick={() => onChange({ ...settings, seed: settings.seed + 1 })}>
          Other dropout masks
        </button>
        <button type="button" onClick={onReset}>As trained</button>
      </div>
    </section>
  );
}
