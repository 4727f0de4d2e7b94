/** @jsxImportSource preact */
/**
 * D, D_norm and ε of the image, and the numbers behind the pictures to keep.
 *
 * @module
 */
/// <reference lib="dom" />
import type { ComponentChildren, VNode } from "preact";
import { type ControlSettings, type ImageEpsilon, imageEpsilon } from "../../compute/image_epsilon.ts";
import { ControllerChart, PassChart } from "./charts.tsx";
import type { Settings } from "./settings.tsx";
import type { RegionNumbers } from "./use_analysis.ts";
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
export function resultFile(
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
export function saveFile(content: ResultFile, name: string): void {
  const address = URL.createObjectURL(new Blob([JSON.stringify(content)], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
