/**
 * A decoded picture of any format, as people see it.
 *
 * @module
 */
import { rangeInUse } from "./decode/grey_levels.ts";

/** The formats that are read. */
export type PictureFormat = "JPEG" | "PNG" | "TIFF" | "BMP" | "WebP" | "NIfTI" | "DICOM";

/** A decoded picture; its EXIF orientation is applied. */
export interface Picture {
  readonly format: PictureFormat;
  /** Pixels across, as turned by `orientation`. */
  readonly width: number;
  /** Pixels down, as turned by `orientation`. */
  readonly height: number;
  /** EXIF orientation 1 … 8 of the file, 1 where it has none; the pixels are turned already. */
  readonly orientation: number;
  /** Grey, grey and alpha, RGB, RGBA; a palette's colours are RGB or RGBA. */
  readonly channels: 1 | 2 | 3 | 4;
  readonly bits: 8 | 16;
  /** [height, width, channels], the levels of the file: those of 16 bits are not scaled. */
  readonly pixels: Uint8Array | Uint16Array;
  /** The level that is shown as white, where a volume or a scanner's file decides it; else the range in use does. */
  readonly white?: number;
  /** Whether the pixels were compressed with loss, as JPEG does: those of masks are noisy then. */
  readonly lossy: boolean;
  /** What was done that a person should know. */
  readonly notes: readonly string[];
}

/**
 * The picture as RGB of 8 bits, [height, width, 3]: grey is repeated, transparency dropped, and levels of 16 bits cut
 * to the upper eight of the range in use, which is the least of 0 … 255, 0 … 511, … 0 … 65535 that holds all of them but
 * alpha's.
 *
 * @returns `note` says what was dropped or scaled, where anything was.
 */
export function rgbOf(
  { width, height, channels, bits, pixels, white }: Picture,
): { pixels: Uint8Array; note?: string } {
  if (channels === 3 && pixels instanceof Uint8Array) return { pixels };
  const notes: string[] = [];
  const hasAlpha = channels % 2 === 0, opaque = 2 ** bits - 1;
  let shift = 0;
  if (bits === 16) {
    let greatest = 0;
    for (let entry = 0; entry < pixels.length; entry++) {
      if (hasAlpha && entry % channels === channels - 1) continue; // alpha is no level: 65535 where it is opaque
      if (pixels[entry] > greatest) greatest = pixels[entry];
    }
    const top = white ?? rangeInUse(greatest);
    shift = Math.log2((top + 1) / 256);
    notes.push(`16-bit levels were scaled from 0–${top} to 0–255`);
  }
  const count = width * height, rgb = new Uint8Array(3 * count);
  const [green, blue] = channels < 3 ? [0, 0] : [1, 2];
  let transparent = 0;
  for (let pixel = 0, from = 0, to = 0; pixel < count; pixel++, from += channels, to += 3) {
    rgb[to] = pixels[from] >> shift;
    rgb[to + 1] = pixels[from + green] >> shift;
    rgb[to + 2] = pixels[from + blue] >> shift;
    if (hasAlpha && pixels[from + channels - 1] !== opaque) transparent++;
  }
  if (transparent > 0) notes.push(`the transparency of ${transparent} of ${count} pixels was dropped`);
  return { pixels: rgb, note: notes.join("; ") || undefined };
}
