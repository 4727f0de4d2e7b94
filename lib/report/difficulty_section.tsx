/** @jsxImportSource preact */
/**
 * Whether the network knows what is hard: D against the error, and the easiest and hardest images to look at.
 *
 * @module
 */
import type { VNode } from "preact";
import { colourAt } from "../notebook/colour_map.ts";
import { ERROR_COLOUR, OUTLINE } from "../notebook/overlay.ts";
import { difficultyVsError, signed } from "../notebook/plots/difficulty.ts";
import { ordinal } from "../notebook/plots/framework_diagram.ts";
import { table } from "../notebook/tables.ts";
import { type CorrelationInterval, spearmanInterval } from "../statistics/correlation.ts";
import { ChartFigure } from "./chart_figure.tsx";
import { Section } from "./document.tsx";
import { Image } from "./page_image.tsx";
import type { Inspection, PicturedImage, ReportContent } from "./report_content.ts";

/** The section with difficulty and pictures. */
export function DifficultySection({ content: { inspection } }: { content: ReportContent }): VNode | null {
  if (!inspection) return null;
  const { images, method, passes, easiest, hardest } = inspection;
  const interval = correlation(images);
  return (
    <Section id="difficulty" title="Does the network know what is hard?">
      <p>
        The difficulty D of an image is the mutual information of {passes}{" "}
        passes of MC Dropout, averaged over its lesion. It is computed without looking at whether the prediction is
        right; if it measures difficulty, images with a high D are segmented worse. Here the network is the one of{" "}
        {method}.
      </p>
      <Finding interval={interval} count={images.length} />
      <ChartFigure
        id="difficulty-error"
        chart={difficultyVsError(images, { spearman: interval.correlation, images: "test" })}
        table={table(images, [
          { field: "id", heading: "image" },
          { field: "difficulty", heading: "D (nats)" },
          { field: "dice", heading: "Dice" },
        ])}
      />
      <h3 id="pictures">The easiest and the hardest test images</h3>
      <Legend inspection={inspection} />
      <PictureList title="Highest Dice" pictures={easiest} count={images.length} />
      {hardest.length > 0 && <PictureList title="Lowest Dice" pictures={hardest} count={images.length} />}
    </Section>
  );
}

function correlation(images: Inspection["images"]): CorrelationInterval {
  if (images.length < 2) return { correlation: NaN, lower: NaN, upper: NaN };
  return spearmanInterval(images.map(({ difficulty }) => difficulty), images.map(({ dice }) => 1 - dice));
}

/** What the test images say to the question, from the interval of the rank correlation. */
function Finding(
  { interval: { correlation, lower, upper }, count }: { interval: CorrelationInterval; count: number },
): VNode | null {
  if (!Number.isFinite(correlation)) return null; // one image, or all alike
  const answer = lower > 0
    ? "In this one network a higher D goes with a larger error."
    : upper < 0
    ? "In this one network, the reverse: a higher D goes with a smaller error."
    : "In this one network these images show no sure relation of D and error.";
  return (
    <p class="verdict">
      {answer} Spearman's rank correlation of D and 1 − Dice is {signed(correlation)} over {count}{" "}
      test images, 95 % interval {signed(lower)} to {signed(upper)} (bootstrap over images).
    </p>
  );
}

function PictureList(
  { title, pictures, count }: { title: string; pictures: readonly PicturedImage[]; count: number },
): VNode {
  return (
    <>
      <h4>{title}</h4>
      <ol class="pictures">
        {pictures.map(({ id, dice, difficulty, difficultyRank, tiles }) => (
          <li key={id}>
            <p class="picture-title">
              <strong>{id}</strong> Dice {dice.toFixed(2)}, D {difficulty.toFixed(4)} nats, {ordinal(difficultyRank)}
              {" "}
              highest of {count}
            </p>
            <div class="tiles">
              {tiles.map(({ heading, image }) => (
                <figure key={heading}>
                  <Image image={image} />
                  <figcaption>{heading}</figcaption>
                </figure>
              ))}
            </div>
          </li>
        ))}
      </ol>
    </>
  );
}

/** What the colours of the pictures mean. */
function Legend({ inspection: { mostInformation } }: { inspection: Inspection }): VNode {
  const entries = [
    ["true mask", OUTLINE.mask],
    ["prediction", OUTLINE.prediction],
    ["missed", ERROR_COLOUR.missed],
    ["false alarm", ERROR_COLOUR.falseAlarm],
    ["found", ERROR_COLOUR.found],
  ];
  const STOPS = 8;
  const ramp = Array.from({ length: STOPS }, (_, stop) => colourAt("magma", stop / (STOPS - 1)));
  return (
    <ul class="legend" aria-label="Colours of the pictures">
      {entries.map(([text, colour]) => (
        <li key={text}>
          <span class="swatch" style={{ background: colour }} />
          {text}
        </li>
      ))}
      <li>
        <span class="swatch ramp" style={{ background: `linear-gradient(to right, ${ramp.join(", ")})` }} />
        mutual information, 0 to {mostInformation.toFixed(3)} nats and more
      </li>
    </ul>
  );
}
