/** @jsxImportSource preact */
/**
 * The page on the losses' geometry.
 *
 * @module
 */
/// <reference lib="dom" />
import { render, type VNode } from "preact";
import { useMemo, useState } from "preact/hooks";
import { lossOf, type LossParameters, type Vector } from "../compute/vector_losses.ts";
import { SettingSlider } from "./drawing.tsx";
import { AngleChart, LossFormulas, LossList, useGeometry } from "./geometry/losses.tsx";
import { VectorPlane } from "./geometry/vector_plane.tsx";

const PREDICTION: Vector = [0.55, 0.4];
const MASK: Vector = [1, 0];
const PARAMETERS: LossParameters = { epsilon: 0.25, gamma: 2, kappa: 1 };

/** Pairs that are worth a look. */
const CASES: readonly { readonly title: string; readonly prediction: Vector; readonly mask: Vector }[] = [
  { title: "Nothing in common", prediction: [0, 0.9], mask: [1, 0] },
  { title: "Right but faint", prediction: [0.25, 0.02], mask: [1, 0] },
  { title: "One pixel missed", prediction: [0.9, 0.1], mask: [1, 1] },
  { title: "Nearly right", prediction: [0.95, 0.08], mask: [1, 0] },
];

/** The whole page below its title. */
function LossGeometry(): VNode {
  const [prediction, setPrediction] = useState(PREDICTION);
  const [mask, setMask] = useState(MASK);
  const [isSnapping, setIsSnapping] = useState(false);
  const [parameters, setParameters] = useState(PARAMETERS);
  const [chosen, setChosen] = useState("polydice1");
  const [value, setValue] = useState<"loss" | "gradient">("loss");
  const question = useMemo(() => ({ prediction, mask, parameters, chosen }), [prediction, mask, parameters, chosen]);
  const { answer, problem } = useGeometry(question);
  const [first, second] = answer?.losses[chosen]?.gradient ?? [0, 0];
  const set = (name: keyof LossParameters) => ({
    id: `parameter-${name}`,
    value: parameters[name],
    onChange: (value: number) => setParameters({ ...parameters, [name]: value }),
  });
  const moveMask = (vector: Vector) => setMask(isSnapping ? [Math.round(vector[0]), Math.round(vector[1])] : vector);
  const { name } = lossOf(chosen);
  return (
    <>
      {problem && <p class="notice problem" role="alert">{problem}</p>}
      <div class="geometry">
        <section aria-labelledby="plane-title">
          <h2 id="plane-title">Two pixels</h2>
          <VectorPlane
            prediction={prediction}
            mask={mask}
            geometry={answer?.geometry}
            field={answer?.field}
            descent={[-first, -second]}
            lossName={name}
            onPrediction={setPrediction}
            onMask={moveMask}
          />
          <p class="facts caption">
            Ground: {name}{" "}
            for every ŷ, dark is low. Arrow at ŷ: where a step of training would pull it. Drag ŷ and y, or use the arrow
            keys.
          </p>
          <div class="buttons" role="group" aria-label="Cases to start from">
            {CASES.map(({ title, prediction, mask }) => (
              <button
                key={title}
                type="button"
                onClick={() => {
                  setPrediction(prediction);
                  setMask(mask);
                }}
              >
                {title}
              </button>
            ))}
          </div>
          <label class="check">
            <input
              type="checkbox"
              checked={isSnapping}
              onChange={(event) => {
                setIsSnapping(event.currentTarget.checked);
                if (event.currentTarget.checked) setMask([Math.round(mask[0]), Math.round(mask[1])]);
              }}
            />{" "}
            y is a mask: 0 or 1 in each pixel
          </label>
          <h3 class="formulas-title">In numbers</h3>
          {answer && <LossFormulas answer={answer} />}
        </section>
        <section aria-labelledby="losses-title">
          <h2 id="losses-title">Losses</h2>
          <dl class="numbers">
            <div>
              <dt>s</dt>
              <dd id="value-scale">{answer?.geometry.scale.toFixed(3) ?? "–"}</dd>
            </div>
            <div>
              <dt>θ</dt>
              <dd>
                <span id="value-angle">{answer ? degrees(answer.geometry.angle) : "–"}</span>
              </dd>
            </div>
            <div>
              <dt>s · cos θ</dt>
              <dd>{answer ? (answer.geometry.scale * answer.geometry.cosine).toFixed(3) : "–"}</dd>
            </div>
          </dl>
          <LossList losses={answer?.losses} chosen={chosen} onChoose={setChosen} />
          <div class="settings">
            <SettingSlider
              {...set("epsilon")}
              symbol="ε"
              label="PolyDice-1"
              from={-0.5}
              to={1}
              step={0.05}
              digits={2}
            />
            <SettingSlider {...set("kappa")} symbol="κ" label="t-vMF Dice" from={0} to={32} step={1} />
            <SettingSlider {...set("gamma")} symbol="γ" label="Focal" from={0} to={5} step={0.25} digits={2} />
          </div>
        </section>
        <section aria-labelledby="angle-title">
          <h2 id="angle-title">Over the angle, at this scale</h2>
          <div class="choice" role="radiogroup" aria-label="What the chart shows">
            {(["loss", "gradient"] as const).map((kind) => (
              <label key={kind}>
                <input type="radio" name="curve" checked={value === kind} onChange={() => setValue(kind)} />{" "}
                {kind === "loss" ? "loss" : "slope dL/dθ"}
              </label>
            ))}
          </div>
          <AngleChart curves={answer?.curves ?? []} chosen={chosen} angle={answer?.geometry.angle} value={value} />
          <ul class="line-keys">
            {answer?.curves.map(({ id, name }) => (
              <li key={id}>
                <span class={`line-key ${id}`} aria-hidden="true" /> {name}
              </li>
            ))}
          </ul>
          <p class="facts caption">
            Figure 1 of the thesis, alive: the slope of PolyDice-1 is s (1 + 2ε) θ, so ε turns the whole line. The Dice
            loss flattens towards π/2; PolyDice does not. Focal and Dice + cross entropy are no functions of s and θ.
          </p>
        </section>
      </div>
    </>
  );
}

function degrees(angle: number): string {
  return `${(angle * 180 / Math.PI).toFixed(1)}°`;
}

const place = document.querySelector("main")!;
place.replaceChildren();
render(<LossGeometry />, place);
