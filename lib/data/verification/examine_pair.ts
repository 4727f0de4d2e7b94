/**
 * Reads an image and its mask once and notes all that the checks ask for.
 *
 * @module
 */
import { readRegularFile } from "../../files/regular_file.ts";
import { sha256 } from "../acquisition/published_release.ts";
import { binaryMask, foregroundCount } from "../mask_rule.ts";
import { MOST_BYTES } from "../decode/limits.ts";
import type { ImagePair } from "../image_pairs.ts";
import { differenceHash } from "../near_duplicates.ts";
import { decodeBytes } from "../decode/decode_picture.ts";
import { rgbOf } from "../picture.ts";
import type { Finding } from "./checks.ts";

/** `pixels` is [height, width, 3] RGB, 0..255. */
interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** What is known of a pair after it was read. */
export interface ExaminedPair extends ImagePair {
  /** SHA-256 (hexadecimal) of the image file and of the mask file; nothing where it cannot be read. */
  readonly imageSum?: string;
  readonly maskSum?: string;
  /** Difference hash of the image; nothing where it cannot be decoded. */
  readonly hash?: Uint32Array;
  /** Polyp pixels of the mask at native size; 0 where it cannot be decoded or is no mask. */
  readonly foreground: number;
  readonly findings: readonly Finding[];
}

/** Reads and examines a pair: decodable, equal sizes, a mask that is one. Nothing is thrown; all is noted. */
export async function examinePair(pair: ImagePair): Promise<ExaminedPair> {
  const findings: Finding[] = [];
  const image = await examineFile(pair.image, findings), mask = await examineFile(pair.mask, findings);
  const [width, height] = [image.decoded?.width, image.decoded?.height];
  if (image.decoded && mask.decoded && (mask.decoded.width !== width || mask.decoded.height !== height)) {
    const message = `Cannot use mask "${pair.mask}": expected ${width} × ${height} pixels as its image has, found ` +
      `${mask.decoded.width} × ${mask.decoded.height}`;
    findings.push({ check: "sizes", file: pair.mask, message });
  }
  const { foreground, wrong } = mask.decoded === undefined ? { foreground: 0 } : examineMask(mask.decoded);
  if (wrong !== undefined) {
    findings.push({ check: "masks", file: pair.mask, message: `Cannot use mask "${pair.mask}": ${wrong}` });
  }
  const hash = image.decoded && await differenceHash(image.decoded);
  return { ...pair, imageSum: image.sum, maskSum: mask.sum, hash, foreground, findings };
}

/**
 * A file's checksum and pixels, as far as it gives them.
 *
 * @param findings what is wrong with it is added here
 */
export async function examineFile(
  path: string,
  findings: Finding[],
): Promise<{ readonly sum?: string; readonly decoded?: RgbImage }> {
  let sum: string | undefined;
  try {
    const bytes = await readRegularFile(path, { mostBytes: MOST_BYTES });
    sum = sha256(bytes);
    const picture = await decodeBytes(bytes);
    return { sum, decoded: { ...picture, pixels: rgbOf(picture).pixels } };
  } catch (error) {
    const message = `Cannot decode "${path}": ${(error as Error).message}`;
    findings.push({ check: "decodable", file: path, message });
    return { sum };
  }
}

/** Grey levels from which and up to which a pixel is neither black nor white. */
const LEAST_GREY = 32, MOST_GREY = 223;

/**
 * Most grey pixels of a mask, as a share. Kvasir-SEG's masks have none and ClinicDB's at most 0.0005; photographs have
 * about 0.7.
 */
const MOST_GREY_SHARE = 0.05;

/**
 * The polyp pixels of a mask image, and what is wrong with it as the end of a sentence: nearly all pixels have to be black
 * or white, and the threshold at 127 has to leave some polyp and some background.
 */
function examineMask(mask: RgbImage): { foreground: number; wrong?: string } {
  const share = greyShare(mask);
  if (share > MOST_GREY_SHARE) {
    const percent = (100 * share).toFixed(0);
    return { foreground: 0, wrong: `expected black and white, found ${percent} % of its pixels grey` };
  }
  let binary;
  try {
    binary = binaryMask(mask);
  } catch (error) {
    return { foreground: 0, wrong: (error as Error).message };
  }
  const foreground = foregroundCount(binary);
  if (foreground === 0) return { foreground, wrong: "expected a polyp, found an empty mask" };
  if (foreground === binary.length) return { foreground, wrong: "expected some background, found only polyp" };
  return { foreground };
}

/** The share of pixels whose mean over the channels is neither near black nor near white. */
function greyShare({ width, height, pixels }: RgbImage): number {
  let grey = 0;
  for (let entry = 0; entry < pixels.length; entry += 3) {
    const sum = pixels[entry] + pixels[entry + 1] + pixels[entry + 2];
    if (sum >= 3 * LEAST_GREY && sum <= 3 * MOST_GREY) grey++;
  }
  return grey / (width * height);
}
