/**
 * Vector drawing to PNG, with the pinned font.
 *
 * @module
 */
import { Resvg } from "@resvg/resvg-js";
import { FONT_OPTIONS } from "./font.ts";
import type { Picture } from "./mime_bundle.ts";

/** PNG pixels for each CSS pixel: sharp on screens of double density and in print. */
export const RESOLUTION = 2;

/**
 * Draws an SVG document as a PNG picture at `resolution` times its own size.
 *
 * @param svg a whole document with a width and a height in pixels
 * @param description what it shows, for who cannot see it
 * @param options `background`: a colour, or null to leave the ground transparent
 * @throws {Error} where the document cannot be read
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const picture = svgToPng('<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"/>', "an empty page");
 * assertEquals([picture.width, picture.height], [30, 20]);
 * ```
 */
export function svgToPng(
  svg: string,
  description: string,
  { resolution = RESOLUTION, background = "#ffffff" }: { resolution?: number; background?: string | null } = {},
): Picture {
  let drawing: Resvg;
  try {
    drawing = new Resvg(svg, {
      fitTo: { mode: "zoom", value: resolution },
      font: FONT_OPTIONS,
      ...(background === null ? {} : { background }),
    });
  } catch (error) {
    throw new Error(`Cannot draw "${description}": ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
  return { png: drawing.render().asPng(), width: drawing.width, height: drawing.height, description };
}
