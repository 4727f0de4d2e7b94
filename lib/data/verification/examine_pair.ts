/**
 * Reads an image and its mask once and notes all that the checks ask for.
 *
 * @module
 */
import { sha256 } from "../acquisition/published_release.ts";
import { decodeImage } from "../decode_image.ts";
import type { DecodedImage } from "../decoded_image.ts";
import type { ImagePair } from "../image_pairs.ts";
import { differenceHash } from "./difference_hash.ts";
import { examineMask } from "./mask_finding.ts";
import type { Finding } from "./verification.ts";

/** What is known of a pair after it was read. */
export interface ExaminedPair extends ImagePair {
  /** SHA-256 (hexadecimal) of the image file and of the mask file; nothing where it cannot be read. */
  readonly imageSum?: string;
  readonly maskSum?: string;
  /** Difference hash of the image; nothing where it cannot be decoded. */
  readonly hash?: Uint32Array;
  /** Polyp pixels of the mask at native size; 0 where it cannot be decoded or is no mask. */
  readonly foreground: number;
  /** What is wrong with the two files by themselves. */
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
): Promise<{ readonly sum?: string; readonly decoded?: DecodedImage }> {
  let sum: string | undefined;
  try {
    const bytes = await Deno.readFile(path);
    sum = sha256(bytes);
    return { sum, decoded: await decodeImage(bytes, { name: path }) };
  } catch (error) {
    findings.push({ check: "decodable", file: path, message: (error as Error).message });
    return { sum };
  }
}
