/** @jsxImportSource preact */
/**
 * Pictures inside a page: their bytes as an address, their size, and words for who can't see them.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { VNode } from "preact";
import sharp from "sharp";
import type { Picture } from "../notebook/mime_bundle.ts";
import type { Raster } from "../notebook/raster.ts";

/** A picture that is part of the page. */
export interface PageImage {
  /** A `data:` address. */
  readonly source: string;
  /** Width in CSS pixels at which it is sharp. */
  readonly width: number;
  readonly height: number;
  readonly description: string;
}

/** WebP's quality, 0 to 100: from here on small maps show no blocks. */
const QUALITY = 88;

/** A raster as WebP, which all browsers know and which is several times smaller than PNG. */
export async function rasterImage({ side, rgb }: Raster, description: string): Promise<PageImage> {
  const webp = await sharp(rgb, { raw: { width: side, height: side, channels: 3 } }).webp({ quality: QUALITY })
    .toBuffer();
  return { source: `data:image/webp;base64,${webp.toString("base64")}`, width: side, height: side, description };
}

/** A picture as notebooks show it, for a page. */
export function pageImage({ png, width, height, description }: Picture): PageImage {
  return { source: `data:image/png;base64,${Buffer.from(png).toString("base64")}`, width, height, description };
}

/** The picture with its size, so that nothing moves when it appears, and its words. */
export function Image({ image: { source, width, height, description } }: { image: PageImage }): VNode {
  return <img src={source} width={width} height={height} alt={description} decoding="async" />;
}
