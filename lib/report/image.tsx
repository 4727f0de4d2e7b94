/** @jsxImportSource preact */
/**
 * A picture on a page.
 *
 * @module
 */
import type { VNode } from "preact";
import type { PageImage } from "./page_image.ts";

/** The picture with its size, so that nothing moves when it appears, and its words. */
export function Image({ image: { source, width, height, description } }: { image: PageImage }): VNode {
  return <img src={source} width={width} height={height} alt={description} decoding="async" />;
}
