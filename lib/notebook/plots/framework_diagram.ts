/**
 * Figure 2 of the thesis: the adaptive learning framework as a diagram.
 *
 * @module
 */
import { htmlText } from "../../text/escape.ts";
import type { Picture } from "../mime_bundle.ts";
import { FONT_STACK, svgToPng } from "../svg.ts";
import { COLOUR } from "./theme.ts";

/** The settings that the diagram names, with the thesis' values as defaults. */
export interface FrameworkSettings {
  /** τ, epochs between two updates. */
  readonly interval?: number;
  /** N, stochastic passes. */
  readonly passes?: number;
}

const WIDTH = 640, HEIGHT = 400;

/** Top and size of the boxes of both lanes. */
const BOX = { width: 132, height: 98, upper: 62, lower: 282 } as const;

const DESCRIPTION =
  "Diagram of the adaptive framework. Every epoch: training images go through the U-Net, whose prediction " +
  "and the mask enter the PolyDice-1 loss, and the gradient updates the weights. Every τ epochs: MC Dropout passes of the " +
  "U-Net give the mutual information of each pixel, its mean over the mask is the image's difficulty D, and the controller " +
  "turns D into the image's ε in the loss.";

/** One box: where it stands, its drawing, and its words. */
interface Box {
  readonly x: number;
  readonly y: number;
  readonly glyph: string;
  readonly title: string;
  readonly detail: string;
}

/** The diagram as an SVG document of 640 × 400 pixels on a white ground. */
export function frameworkDiagram({ interval = 10, passes = 10 }: FrameworkSettings = {}): string {
  const { upper, lower } = BOX;
  const boxes: Box[] = [
    { x: 24, y: upper, glyph: imagesGlyph(), title: "Training images", detail: "image x, mask y" },
    { x: 254, y: upper, glyph: networkGlyph(), title: "U-Net", detail: "with Dropout" },
    { x: 484, y: upper, glyph: lossGlyph(), title: "PolyDice-1 loss", detail: "one ε for each image" },
    { x: 24, y: lower, glyph: passesGlyph(), title: "MC Dropout", detail: `N = ${passes} passes` },
    { x: 177, y: lower, glyph: ringGlyph(), title: "Mutual information", detail: "each pixel, eq. 7" },
    { x: 330, y: lower, glyph: barsGlyph(), title: "Difficulty D", detail: "mean in the mask, eq. 8" },
    { x: 484, y: lower, glyph: sigmoidGlyph(), title: "Controller", detail: "eqs. 9, 10 and 11" },
  ];
  const middle = upper + BOX.height / 2, bottom = upper + BOX.height, row = lower + BOX.height / 2;
  const updates = interval === 1 ? "every epoch" : `every ${ordinal(interval)} epoch`;
  const right = (x: number) => x + BOX.width;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" ` +
    `role="img" font-family="${FONT_STACK}"><title>Adaptive PolyDice-1 learning</title><desc>${
      htmlText(DESCRIPTION)
    }</desc>` +
    `<defs>${arrowHead("dark", COLOUR.ink)}${arrowHead("warm", COLOUR.emphasis)}</defs>` +
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>` +
    lane(10, 198, "#EAF2F9") + label("Training phase: every epoch", 24, 32, "start", "#005A8C", 600, 13.5) +
    lane(242, 148, "#FCEEE6") +
    label(`Adaptive control phase: before ${updates} (τ = ${interval})`, 104, 264, "start", "#A04300", 600, 13.5) +
    // main road
    arrow([[right(24), middle], [254, middle]], "dark") + label("image x", 205, middle - 7) +
    arrow([[right(254), middle], [484, middle]], "dark") + label("prediction ŷ", 435, middle - 7) +
    arrow([[116, upper], [116, 46], [520, 46], [520, upper]], "dark") + label("mask y", 435, 40) +
    arrow([[520, bottom], [520, 186], [350, 186], [350, bottom]], "dark", true) +
    label("gradient updates the weights", 435, 202) +
    // side road
    arrow([[290, bottom], [290, 224], [90, 224], [90, lower]], "warm") + label("weights fixed, Dropout on", 190, 218) +
    arrow([[right(24), row], [177, row]], "warm") +
    arrow([[right(177), row], [330, row]], "warm") +
    arrow([[right(330), row], [484, row]], "warm") +
    arrow([[580, lower], [580, bottom]], "warm") + label("ε", 592, 228, "start", COLOUR.emphasis, 600, 17) +
    boxes.map(drawBox).join("") + "</svg>";
}

/** The diagram as a picture for a notebook. */
export function frameworkPicture(settings?: FrameworkSettings): Picture {
  return svgToPng(frameworkDiagram(settings), DESCRIPTION);
}

function lane(y: number, height: number, fill: string): string {
  return `<rect x="10" y="${y}" width="${WIDTH - 20}" height="${height}" rx="10" fill="${fill}"/>`;
}

function drawBox({ x, y, glyph, title, detail }: Box): string {
  const centre = x + BOX.width / 2;
  return `<rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="8" fill="#ffffff" stroke="#9AA5B1"/>` +
    `<g transform="translate(${centre} ${y + 32})">${glyph}</g>` +
    label(title, centre, y + 70, "middle", COLOUR.ink, 600, 14) + label(detail, centre, y + 87, "middle");
}

function label(
  words: string,
  x: number,
  baseline: number,
  anchor: "start" | "middle" = "middle",
  colour: string = COLOUR.quiet,
  weight: 400 | 600 = 400,
  size = 12,
): string {
  return `<text x="${x}" y="${baseline}" text-anchor="${anchor}" fill="${colour}" font-weight="${weight}" ` +
    `font-size="${size}">${htmlText(words)}</text>`;
}

function arrow(points: readonly (readonly [number, number])[], kind: "dark" | "warm", dashed = false): string {
  const colour = kind === "dark" ? COLOUR.ink : COLOUR.emphasis;
  return `<polyline points="${points.map((point) => point.join(",")).join(" ")}" fill="none" stroke="${colour}" ` +
    `stroke-width="1.6" stroke-linejoin="round"${dashed ? ' stroke-dasharray="5 4"' : ""} marker-end="url(#${kind})"/>`;
}

function arrowHead(id: string, colour: string): string {
  return `<marker id="${id}" viewBox="0 0 10 10" refX="9.5" refY="5" markerWidth="7" markerHeight="7" orient="auto">` +
    `<path d="M0 0.8 L10 5 L0 9.2 Z" fill="${colour}"/></marker>`;
}

// Small drawings, each some 60 × 44 pixels around (0, 0).

/** A stack of images, a polyp with its mask's outline on the front one. */
function imagesGlyph(): string {
  const sheet = (dx: number, fill: string) =>
    `<rect x="${-24 + dx}" y="${-16 - dx / 2}" width="40" height="34" rx="3" fill="${fill}" stroke="#ffffff"/>`;
  return sheet(12, "#F3C9BC") + sheet(6, "#E8A893") + sheet(0, "#D97F66") +
    `<ellipse cx="-5" cy="2" rx="11" ry="8" fill="#B34A3A" stroke="#35E0FF" stroke-width="2"/>`;
}

/** The U of the network: channels by depth. */
function networkGlyph(): string {
  const heights = [34, 25, 16, 10, 16, 25, 34];
  return heights.map((height, i) =>
    `<rect x="${-31.5 + 9 * i + 1}" y="${-height / 2}" width="7" height="${height}" rx="1.5" ` +
    `fill="${i === 3 || i === 6 ? COLOUR.emphasis : COLOUR.plain}"/>`
  ).join("");
}

/** Three parabolas of eq. 5, steeper for a larger ε. */
function lossGlyph(): string {
  const curve = (steepness: number, colour: string) => {
    const points = Array.from({ length: 21 }, (_, i) => {
      const x = -28 + 2.8 * i;
      return `${x.toFixed(1)},${(18 - steepness * (x / 28) ** 2).toFixed(1)}`;
    });
    return `<polyline points="${points.join(" ")}" fill="none" stroke="${colour}" stroke-width="2"/>`;
  };
  return `<line x1="-32" y1="18" x2="32" y2="18" stroke="#9AA5B1"/>` +
    curve(13, "#443983") + curve(23, "#21918C") + curve(36, "#7AC143");
}

/** Predictions of several passes that do not quite agree. */
function passesGlyph(): string {
  const shapes = [[-6, -2, 19, 13], [3, 1, 20, 12], [-1, 3, 16, 15], [5, -4, 17, 11]];
  return shapes.map(([cx, cy, rx, ry]) =>
    `<ellipse cx="${cx}" cy="${cy}" rx="${rx}" ry="${ry}" fill="${COLOUR.plain}" fill-opacity="0.12" ` +
    `stroke="${COLOUR.plain}" stroke-width="1.6"/>`
  ).join("");
}

/** An uncertainty map: bright on the edge of a shape. */
function ringGlyph(): string {
  return `<rect x="-22" y="-20" width="44" height="40" rx="3" fill="#1B1044"/>` +
    `<g fill="none"><ellipse rx="13" ry="10" stroke="#7E2482" stroke-width="9"/>` +
    `<ellipse rx="13" ry="10" stroke="#E65164" stroke-width="5"/><ellipse rx="13" ry="10" stroke="#FDDC9E" stroke-width="1.8"/></g>`;
}

/** One number for each image. */
function barsGlyph(): string {
  return [12, 30, 19, 36, 8, 24].map((height, i) =>
    `<rect x="${-29 + 10 * i}" y="${18 - height}" width="7" height="${height}" rx="1" fill="${COLOUR.reference}"/>`
  ).join("");
}

/** The sigmoid of eq. 10. */
function sigmoidGlyph(): string {
  const points = Array.from({ length: 31 }, (_, i) => {
    const x = -30 + 2 * i;
    return `${x},${(18 - 36 / (1 + Math.exp(-x / 6))).toFixed(1)}`;
  });
  return `<line x1="-32" y1="18" x2="32" y2="18" stroke="#9AA5B1"/>` +
    `<polyline points="${points.join(" ")}" fill="none" stroke="${COLOUR.emphasis}" stroke-width="2.2"/>`;
}

/**
 * A rank as it is said.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals([1, 2, 3, 4, 11, 22].map(ordinal), ["1st", "2nd", "3rd", "4th", "11th", "22nd"]);
 * ```
 */
export function ordinal(rank: number): string {
  const endings: Readonly<Record<string, string>> = { one: "st", two: "nd", few: "rd", other: "th" };
  return rank + endings[new Intl.PluralRules("en", { type: "ordinal" }).select(rank)];
}
