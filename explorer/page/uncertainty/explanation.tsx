/** @jsxImportSource preact */
/**
 * What the page shows, in words.
 *
 * @module
 */
import type { VNode } from "preact";
import type { ModelRecord } from "../../compute/network.ts";

/** The steps from image to ε, and what is known of the network. */
export function Explanation({ record }: { readonly record?: ModelRecord }): VNode {
  return (
    <>
      <section class="steps-list" aria-labelledby="steps-title">
        <h2 id="steps-title">From image to ε</h2>
        <ol>
          <li>
            <h3>Ask many times</h3>
            <p>
              Before each of N passes, dropout switches off a share p of the neurons behind the encoder and in front of
              the output. Each pass is the answer ŷ<sup>n</sup> of a slightly different network.
            </p>
          </li>
          <li>
            <h3>See where they differ</h3>
            <p>
              <b>
                I = H(ȳ) − mean of H(ŷ<sup>n</sup>)
              </b>, pixel by pixel: 0 where all passes agree, up to ln 2 ≈ 0.69 nats where they contradict each other
              with certainty. The speckle is the last dropout's, which drops the channels of each pixel by themselves.
            </p>
          </li>
          <li>
            <h3>One number an image</h3>
            <p>
              <b>D = mean of I over the lesion.</b> Your image has no true mask, so the lesion is what the network found
              {record?.references.length !== 0 && ", as it was for the training images in the chart"}.
            </p>
          </li>
          <li>
            <h3>Easy or hard</h3>
            <p>
              <b>
                D<sub>norm</sub> = (D − D<sub>%</sub>) / σ
              </b>{" "}
              compares it with the training images; a sigmoid of slope k makes ε of it. A hard image gets a large ε, and
              its loss a steep slope.
            </p>
          </li>
        </ol>
      </section>
      {record && (
        <section aria-labelledby="network-title">
          <h2 id="network-title">The network</h2>
          <p>
            {record.name ? `Your own network, ${record.name}: the` : "The"} thesis' U-Net with{" "}
            {record.experiment.baseWidth}{" "}
            channels in its first block{record.experiment.baseWidth !== 64 && " instead of 64"}
            {record.name
              ? record.experiment.dataset && `, trained on ${record.experiment.dataset}`
              : ", trained with adaptive PolyDice-1 on synthetic images only"}, for images of{" "}
            {record.experiment.imageSize} pixels. {record.test &&
              `On ${record.test.images} test images its mean Dice is ${record.test.dice.toFixed(3)}. `}
            {record.references.length > 0 &&
              `The chart's difficulties were measured with ${record.referencePasses} passes; D grows a little with N, so ` +
                "other N compare less well."}
          </p>
          {record.assumed && record.assumed.length > 0 && (
            <p>Its file does not tell {record.assumed.join(", ")}: these are the thesis' settings.</p>
          )}
          <p>
            <a href="weights.safetensors" download>Weights</a> (safetensors, PyTorch's names) ·{" "}
            <a href="model.json" download>record{record.references.length > 0 && " and difficulties"}</a> (JSON)
          </p>
        </section>
      )}
    </>
  );
}
