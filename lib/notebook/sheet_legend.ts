/**
 * The legend under a sheet of pictures: colours of outlines and scales of colour maps.
 *
 * @module
 */
import { colourAt, type ColourMapName } from "./colour_map.ts";
import { INK, sheetText, sheetTextWidth } from "./sheet_text.ts";

/** What an outline's colour means, or the scale of a colour map with the words at its two ends. */
export type LegendEntry =
  | { readonly label: string; readonly colour: string }
  | { readonly label: string; readonly colours: ColourMapName; readonly from: string; readonly to: string };

/** Lengths in CSS pixels: of a line, between entries, of a colour sample, of a scale. */
const LINE = 26, BETWEEN = 16, SWATCH = 18, BAR = 90;

/** Gaps in CSS pixels: after a colour sample, after a scale's label, on both sides of a scale. */
const AFTER_SWATCH = 6, AFTER_LABEL = 8, BESIDE_BAR = 5;

/** Colours from which a scale is blended. */
const STOPS = 17;

/** Height of a legend that may be `width` wide, CSS pixels; 0 without entries. */
export function legendHeight(legend: readonly LegendEntry[], width: number): number {
  return LINE * legendLines(legend, width).length;
}

/** The legend as SVG elements, in as many lines as it needs. */
export function legendSvg(
  legend: readonly LegendEntry[],
  { left, top, width }: { left: number; top: number; width: number },
): string {
  return legendLines(legend, width).flatMap((line, y) => {
    let x = left;
    return line.map((entry) => {
      const drawn = entrySvg(entry, x, top + (y + 0.5) * LINE);
      x += entryWidth(entry) + BETWEEN;
      return drawn;
    });
  }).join("");
}

/** The entries in lines that are at most `width` wide; an entry that is wider has a line of its own. */
function legendLines(legend: readonly LegendEntry[], width: number): LegendEntry[][] {
  const lines: LegendEntry[][] = [];
  let x = Infinity;
  for (const entry of legend) {
    if (x + entryWidth(entry) > width) {
      lines.push([]);
      x = 0;
    }
    lines.at(-1)!.push(entry);
    x += entryWidth(entry) + BETWEEN;
  }
  return lines;
}

function entryWidth(entry: LegendEntry): number {
  const label = sheetTextWidth(entry.label);
  if ("colour" in entry) return SWATCH + AFTER_SWATCH + label;
  return label + AFTER_LABEL + sheetTextWidth(entry.from) + BAR + 2 * BESIDE_BAR + sheetTextWidth(entry.to);
}

function entrySvg(entry: LegendEntry, left: number, middle: number): string {
  const baseline = middle + 4;
  if ("colour" in entry) {
    return `<rect x="${left}" y="${middle - 3}" width="${SWATCH}" height="6" rx="1.5" fill="${entry.colour}" ` +
      `stroke="${INK}"/>` + sheetText(entry.label, { x: left + SWATCH + AFTER_SWATCH, baseline });
  }
  const from = left + sheetTextWidth(entry.label) + AFTER_LABEL;
  const bar = from + sheetTextWidth(entry.from) + BESIDE_BAR;
  const id = `scale-${Math.round(left)}-${Math.round(middle)}`;
  const stops = Array.from({ length: STOPS }, (_, i) => {
    const position = i / (STOPS - 1);
    return `<stop offset="${position}" stop-color="${colourAt(entry.colours, position)}"/>`;
  });
  return `<defs><linearGradient id="${id}">${stops.join("")}</linearGradient></defs>` +
    sheetText(entry.label, { x: left, baseline }) + sheetText(entry.from, { x: from, baseline }) +
    `<rect x="${bar}" y="${middle - 5}" width="${BAR}" height="10" fill="url(#${id})"/>` +
    sheetText(entry.to, { x: bar + BAR + BESIDE_BAR, baseline });
}
