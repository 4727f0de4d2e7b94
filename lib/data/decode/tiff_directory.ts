/**
 * What stands in the first directory of a TIFF file, and that its chain of directories has an end.
 *
 * @module
 */

/** Most images in one TIFF file. */
const MOST_PAGES = 1000;

/** Tags of TIFF 6.0 that are looked at here. */
const COMPRESSION = 259, PHOTOMETRIC = 262, SAMPLES_PER_PIXEL = 277, TILE_WIDTH = 322, TILE_LENGTH = 323;

/** Values of PhotometricInterpretation: grey with black as 0, and RGB; of Compression: JPEG, old and new. */
const BLACK_IS_ZERO = 1, RGB = 2, OLD_JPEG = 6, JPEG = 7;

/** What `sharp` does not say about a TIFF file. */
interface TiffDirectory {
  /** Images in the file. */
  readonly pages: number;
  /** Whether its pixels were compressed by JPEG. */
  readonly lossy: boolean;
  /** Pixels of a tile, 0 where the image is stored in strips. */
  readonly tilePixels: number;
  /**
   * The file, marked as RGB where it has three or four samples a pixel but is marked as grey: so are CVC-ClinicDB's
   * official files, which decoders refuse or read wrongly otherwise.
   */
  readonly file: Uint8Array;
}

/**
 * Reads the first directory of a TIFF file and follows the chain of the others.
 *
 * @throws If a directory lies outside the file, the chain is a ring, or it has more than 1000 images.
 */
export function readTiffDirectory(file: Uint8Array): TiffDirectory {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const littleEndian = file[0] === 0x49;
  const pages = countPages(view, littleEndian);
  const first = view.getUint32(4, littleEndian);
  /** Where the value of a tag stands. */
  const entries = new Map<number, number>();
  for (let entry = 0; entry < view.getUint16(first, littleEndian); entry++) {
    const at = first + 2 + 12 * entry;
    entries.set(view.getUint16(at, littleEndian), at + 8);
  }
  const value = (tag: number, absent: number) => {
    const at = entries.get(tag);
    if (at === undefined) return absent;
    const isShort = view.getUint16(at - 6, littleEndian) === 3;
    return isShort ? view.getUint16(at, littleEndian) : view.getUint32(at, littleEndian);
  };
  let marked = file;
  if (value(PHOTOMETRIC, RGB) === BLACK_IS_ZERO && [3, 4].includes(value(SAMPLES_PER_PIXEL, 1))) {
    marked = new Uint8Array(file); // a copy, of a Buffer too
    new DataView(marked.buffer).setUint16(entries.get(PHOTOMETRIC)!, RGB, littleEndian);
  }
  return {
    pages,
    lossy: [OLD_JPEG, JPEG].includes(value(COMPRESSION, 1)),
    tilePixels: value(TILE_WIDTH, 0) * value(TILE_LENGTH, 0),
    file: marked,
  };
}

function countPages(view: DataView, littleEndian: boolean): number {
  const seen = new Set<number>();
  let at = 4; // of the pointer to the next directory
  for (;;) {
    if (at + 4 > view.byteLength) throw new Error("the file is damaged or cut short (in its directory)");
    const directory = view.getUint32(at, littleEndian);
    if (directory === 0 && seen.size > 0) return seen.size;
    if (seen.has(directory)) throw new Error("the file is damaged (its directories form a ring)");
    if (directory < 8 || directory + 2 > view.byteLength) {
      throw new Error("the file is damaged or cut short (a directory lies outside of it)");
    }
    seen.add(directory);
    if (seen.size > MOST_PAGES) throw new Error(`expected at most ${MOST_PAGES} images in a file, found more`);
    const count = view.getUint16(directory, littleEndian);
    if (count === 0) throw new Error("the file is damaged (a directory of it is empty)");
    at = directory + 2 + 12 * count;
  }
}
