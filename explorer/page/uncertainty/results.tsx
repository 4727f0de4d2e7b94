/** @jsxImportSource preact */
/**
 * D, D_norm and ε of the image.
 *
 * @module
 */
/// <reference lib="dom" />
import type { ComponentChildren, VNode } from "preact";
import { type ControlSettings, type ImageEpsilon, imageEpsilon } from "../../compute/image_epsilon.ts";
import { ControllerChart } from "./controller_chart.tsx";
import { PassChart } from "./pass_chart.tsx";
import { resultFile, saveFile } from "./result_file.ts";
import type { Settings } from "./settings.tsx";
import type { RegionNumbers } from "./use_difficulties.ts";
import type { ReadyNetwork } from "./use_network.ts";

/** All numbers so far. */
export interface ResultsProps {
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
    if (!network || !numbers || !reference) return;
    const last = imageEpsilon(numbers.difficulties.at(-1)!, reference, control);
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
      {reference && <ControllerChart reference={reference} control={control} difficulty={difficulty} />}
      <p class="facts caption">
        Bars: {reference?.length ?? "…"} training images at the same p. Line: ε over D. Point: this image.
      </p>
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

interface FigureProps {
  readonly name: ComponentChildren;
  readonly id: string;
  readonly strong?: boolean;
  readonly children?: ComponentChildren;
}

function Figure({ name, id, strong, children }: FigureProps): VNode {
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
