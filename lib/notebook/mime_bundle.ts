/**
 * What one output of a notebook is made of: the same content in several media types, of which a viewer takes the best one
 * it knows.
 *
 * @module
 */
import { Buffer } from "node:buffer";

/** One output: its content by media type, and hints for showing it, as Jupyter's `display_data` message has them. */
export interface MimeBundle {
  /** Content by media type. Text as it is, PNG in base64, JSON types as objects. `text/plain` is always there. */
  readonly data: Readonly<Record<string, unknown>> & { readonly "text/plain": string };
  /** Hints by media type, such as the width and height at which a picture is shown, in CSS pixels. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** A picture that is ready to be shown: PNG bytes, the size to show them at and words for who cannot see it. */
export interface Picture {
  readonly png: Uint8Array;
  /** Shown width in CSS pixels; the PNG itself usually has twice as many. */
  readonly width: number;
  /** Shown height in CSS pixels. */
  readonly height: number;
  /** What the picture shows, in one sentence. */
  readonly description: string;
}

/** The largest output, in bytes of its JSON: the kernel's stream was seen to break at 8 MB. */
export const OUTPUT_LIMIT = 4_000_000;

/** The bundle of a picture: PNG at its own resolution, shown at `width` × `height`. */
export function pictureBundle(picture: Picture): MimeBundle {
  return {
    data: { "image/png": Buffer.from(picture.png).toString("base64"), "text/plain": picture.description },
    metadata: { "image/png": { width: picture.width, height: picture.height } },
  };
}

/**
 * Size of a bundle in the message that carries it, in bytes of UTF-8 JSON.
 *
 * @throws {RangeError} where it is above `limit`, because the kernel would lose or break it
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * const bundle = { data: { "text/plain": "1234" }, metadata: {} };
 * assertEquals(checkedSize(bundle), '{"data":{"text/plain":"1234"},"metadata":{}}'.length);
 * assertThrows(() => checkedSize(bundle, 20), RangeError, "Cannot show");
 * ```
 */
export function checkedSize(bundle: MimeBundle, limit: number = OUTPUT_LIMIT): number {
  const size = new TextEncoder().encode(JSON.stringify(bundle)).length;
  if (size <= limit) return size;
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  const what = bundle.data["text/plain"].split("\n")[0].slice(0, 80);
  throw new RangeError(
    `Cannot show "${what}": expected at most ${megabytes(limit)} MB for one output of a notebook, found ` +
      `${megabytes(size)} MB; show fewer rows, fewer images or a smaller picture`,
  );
}
