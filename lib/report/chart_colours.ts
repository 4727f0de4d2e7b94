/**
 * A chart's colours on a light and on a dark page.
 *
 * Charts are made for white paper. On a page, lines and points keep at least the contrast that WCAG asks of graphics, and
 * what makes up the paper (ground, ink, grid) is exchanged where the page is dark.
 *
 * @module
 */
import type { Chart } from "../notebook/vega_lite.ts";
import { bytesOf } from "../notebook/raster.ts";
import { COLOUR } from "../notebook/plots/theme.ts";

/** Colour of the page behind a chart. */
export const GROUND = { light: "#ffffff", dark: "#12161c" } as const;

/**
 * Least contrast of graphics against their ground: WCAG 2.2, success criterion 1.4.11, asks for 3. On a dark page it is
 * more, so that thin lines and see-through points stand out there, too.
 */
const LEAST_CONTRAST = { light: 3, dark: 6 } as const;

/** What a dark page has in place of paper, ink and grid. */
const DARK: Readonly<Record<string, string>> = {
  "#ffffff": GROUND.dark,
  "#000000": "#E3E8EE",
  "#333333": "#D3D9E0",
  "#E4E7EB": "#2A323C", // grid
  "#9AA5B1": "#6B7785", // axis line and ticks
  [COLOUR.ink]: "#E3E8EE",
  [COLOUR.quiet]: "#AEB8C4",
  [COLOUR.reference]: "#B4BCC6",
  [COLOUR.background]: "#4A5563",
};

/** Colours that stand back on purpose, and the grid. */
const QUIET = new Set(["#ffffff", "#E4E7EB", "#9AA5B1", COLOUR.background]);

/** For each colour of a chart that changes, what it changes into. */
type ColourMap = Readonly<Record<string, string>>;

/** What to exchange in a chart on a light and on a dark page. */
export function chartColours(chart: Chart): { readonly light: ColourMap; readonly dark: ColourMap } {
  const colours = [...coloursIn(chart)];
  const changes = (replaced: (colour: string) => string): ColourMap =>
    Object.fromEntries(colours.map((colour) => [colour, replaced(colour)]).filter(([from, to]) => from !== to));
  return {
    light: changes((colour) => QUIET.has(colour) ? colour : contrasting(colour, GROUND.light)),
    dark: changes((colour) => DARK[colour] ?? contrasting(colour, GROUND.dark)),
  };
}

/**
 * The colour itself where it stands out from the ground, else the nearest mix with black or white that does.
 *
 * @param colour `#rrggbb`
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * assertEquals(contrasting("#0072B2", "#ffffff"), "#0072B2");
 * assert(contrast(contrasting("#56B4E9", "#ffffff"), "#ffffff") >= 3);
 * ```
 */
export function contrasting(colour: string, ground: string): string {
  const isLight = luminance(ground) > 0.5;
  const towards = isLight ? 0 : 255;
  const least = LEAST_CONTRAST[isLight ? "light" : "dark"];
  const STEPS = 50;
  for (let step = 0; step <= STEPS; step++) {
    const mixed = step === 0 ? colour : mix(colour, towards, step / STEPS);
    if (contrast(mixed, ground) >= least) return mixed;
  }
  return colour;
}

/** Contrast ratio of two colours `#rrggbb` as WCAG 2.2 defines it, from 1 to 21. */
export function contrast(first: string, second: string): number {
  const [high, low] = [luminance(first), luminance(second)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

/** Relative luminance of a colour, 0 for black and 1 for white (WCAG 2.2). */
function luminance(colour: string): number {
  const [red, green, blue] = bytesOf(colour).map((byte) => {
    const value = byte / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function mix(colour: string, towards: number, share: number): string {
  return "#" + bytesOf(colour)
    .map((byte) => Math.round(byte + share * (towards - byte)).toString(16).padStart(2, "0")).join("");
}

/** Every `#rrggbb` of a specification outside its data. */
function* coloursIn(part: unknown): Iterable<string> {
  if (typeof part === "string") {
    if (/^#[0-9a-f]{6}$/i.test(part)) yield part;
  } else if (typeof part === "object" && part !== null) {
    for (const [key, value] of Object.entries(part)) if (key !== "values") yield* coloursIn(value);
  }
}
