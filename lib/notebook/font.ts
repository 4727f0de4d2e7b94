/**
 * The one typeface of all plots and pictures. It comes with a package (Source Sans 3, SIL Open Font License), never from
 * the system, so that a plot looks the same on every machine and has the Greek letters and signs of the thesis.
 *
 * @module
 */
import { fromFileUrl } from "@std/path";
import { Resvg } from "@resvg/resvg-js";

/** The family's name as the font files state it. */
export const FONT_FAMILY = "Source Sans 3";

/** What a browser uses for the same text: the pinned family where it is installed, else its own sans-serif. */
export const FONT_STACK = `${FONT_FAMILY}, Source Sans Pro, sans-serif`;

/** The weights that exist: all text is either regular or semi-bold. */
export type FontWeight = "regular" | "bold";

const FILES: Readonly<Record<FontWeight, string>> = {
  regular: fontFile("@expo-google-fonts/source-sans-3/400Regular/SourceSans3_400Regular.ttf"),
  bold: fontFile("@expo-google-fonts/source-sans-3/600SemiBold/SourceSans3_600SemiBold.ttf"),
};

/** What resvg needs to draw text: these two files and no font of the system. */
export const FONT_OPTIONS = {
  fontFiles: Object.values(FILES),
  loadSystemFonts: false,
  defaultFontFamily: FONT_FAMILY,
  sansSerifFamily: FONT_FAMILY,
} as const;

/** Size at which widths are measured, in pixels; other sizes are in proportion. */
const MEASURED_SIZE = 100;

const measured = new Map<string, number>();

/**
 * Width of a line of text in pixels: the sum of its letters' advance widths, kerning and inner spaces included, as resvg
 * draws it. Widths are kept, since a plot asks for the same tick labels again and again.
 *
 * @param text one line
 * @param size font size in pixels
 *
 * @example
 * ```ts
 * import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
 * assertEquals(textWidth("", 12), 0);
 * assertAlmostEquals(textWidth("θ = 0.5", 24), 2 * textWidth("θ = 0.5", 12));
 * assert(textWidth("iii", 12) < textWidth("mmm", 12));
 * ```
 */
export function textWidth(text: string, size: number, weight: FontWeight = "regular"): number {
  if (text === "") return 0;
  const key = `${weight} ${text}`;
  let width = measured.get(key);
  if (width === undefined) {
    width = inkWidth(`|${text}|`, weight) - inkWidth("||", weight); // bars keep the spaces at both ends
    measured.set(key, width);
  }
  return width * size / MEASURED_SIZE;
}

/** Width of what is drawn, from the left edge of the first letter to the right edge of the last, at {@link MEASURED_SIZE}. */
function inkWidth(text: string, weight: FontWeight): number {
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg"><text xml:space="preserve" font-family="${FONT_FAMILY}" ` +
    `font-size="${MEASURED_SIZE}" font-weight="${weight === "bold" ? 600 : 400}">${escapeXml(text)}</text></svg>`;
  return new Resvg(drawing, { font: FONT_OPTIONS }).getBBox()?.width ?? 0;
}

/** Text with the signs that XML and HTML reserve written as entities. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" }[sign]!));
}

function fontFile(specifier: string): string {
  return fromFileUrl(import.meta.resolve(specifier));
}
