/**
 * Decodes the TIFF files of CVC-ClinicDB, which sharp refuses: three samples a pixel, but marked as black-is-zero.
 *
 * @module
 */
import utif from "utif2";
import type { IFD } from "utif2";
import { checkPixelCount, type DecodedImage } from "./decoded_image.ts";

/** TIFF 6.0 tags that are read here, with utif2's names. */
const TAG = {
  width: "t256",
  height: "t257",
  bitsPerSample: "t258",
  photometric: "t262",
  stripOffsets: "t273",
  samplesPerPixel: "t277",
  stripByteCounts: "t279",
  planarConfiguration: "t284",
  tileWidth: "t322",
} as const;

/** PhotometricInterpretation of TIFF 6.0: grey with black as 0, and RGB. */
const BLACK_IS_ZERO = 1, RGB = 2;

/**
 * Decodes the first image of a TIFF file to RGB: eight bits a sample, one (grey), three (RGB) or four (RGB and alpha,
 * which is dropped) samples a pixel, in strips. utif2's `data` array is used as it is: its `toRGBA8` and sharp with
 * `failOn: "none"` both read ClinicDB's files wrongly.
 *
 * @throws If the file is damaged or cut short, has more than `mostPixels` pixels, or is of another kind of TIFF.
 */
export function decodeTiff(file: Uint8Array, mostPixels: number): DecodedImage {
  const buffer = file.slice().buffer;
  const directory = firstDirectory(buffer);
  const width = tag(directory, TAG.width)[0], height = tag(directory, TAG.height)[0];
  checkPixelCount(width, height, mostPixels);
  const samples = tag(directory, TAG.samplesPerPixel, [1])[0];
  checkKind(directory, samples);
  checkStrips(directory, file.length);
  try {
    utif.decodeImage(buffer, directory);
  } catch (error) {
    throw new Error(`the file is damaged or cut short (${(error as Error).message})`, { cause: error });
  }
  const { data } = directory;
  if (data?.length !== width * height * samples) {
    throw new Error(`the file is damaged: expected ${width * height * samples} samples, found ${data?.length ?? 0}`);
  }
  const pixels = new Uint8Array(3 * width * height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      pixels[3 * pixel + channel] = data[pixel * samples + (samples === 1 ? 0 : channel)];
    }
  }
  return { width, height, channels: 3, pixels };
}

function firstDirectory(buffer: ArrayBuffer): IFD {
  let directories: IFD[];
  try {
    directories = utif.decode(buffer);
  } catch (error) {
    throw new Error(`the file is damaged or cut short (${(error as Error).message})`, { cause: error });
  }
  const first = directories.find((directory) => TAG.width in directory && TAG.height in directory);
  if (first === undefined) throw new Error("the file is damaged or cut short (it describes no image)");
  return first;
}

/** The numbers of a tag, or `absent` where the file does not have it. */
function tag(directory: IFD, name: string, absent: number[] = []): number[] {
  return (directory[name] as number[] | undefined) ?? absent;
}

function checkKind(directory: IFD, samples: number): void {
  const bits = tag(directory, TAG.bitsPerSample, [1]);
  const photometric = tag(directory, TAG.photometric, [BLACK_IS_ZERO])[0];
  const planar = tag(directory, TAG.planarConfiguration, [1])[0];
  const found = [
    ![1, 3, 4].includes(samples) && `${samples} samples a pixel`,
    bits.some((value) => value !== 8) && `${bits.join("/")} bits a sample`,
    ![BLACK_IS_ZERO, RGB].includes(photometric) && `photometric interpretation ${photometric}`,
    planar !== 1 && "separate colour planes",
    TAG.tileWidth in directory && "tiles",
  ].filter((text) => text !== false);
  if (found.length > 0) {
    throw new Error(
      `expected a TIFF of 8-bit grey or RGB samples in strips, found ${found.join(", ")}; save it as PNG`,
    );
  }
}

/** Checks that every strip lies inside the file, as utif2 fills what is missing with zeros. */
function checkStrips(directory: IFD, fileLength: number): void {
  const offsets = tag(directory, TAG.stripOffsets), counts = tag(directory, TAG.stripByteCounts);
  if (offsets.length === 0) throw new Error("the file is damaged (it has no image data)");
  const last = Math.max(...offsets.map((offset, strip) => offset + (counts[strip] ?? 0)));
  if (last > fileLength) {
    throw new Error(`the file is cut short: its image data ends at byte ${last}, the file at ${fileLength}`);
  }
}
