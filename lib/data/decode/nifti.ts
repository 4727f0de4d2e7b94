/**
 * Reads NIfTI volumes, plain or packed by gzip, as slices.
 *
 * The header is read by nifti-reader-js, the one kept reader of NIfTI-1 and NIfTI-2 for JavaScript, without the header's
 * extensions: one of a negative size keeps that library in a loop for ever. The voxels are read here, as the library would
 * unpack without a bound.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { type NIFTI1, type NIFTI2, readHeader } from "nifti-reader-js";
import type { Picture } from "../picture.ts";
import { greyScale, type Values } from "./grey_levels.ts";
import { checkSize, MOST_SIDE, MOST_VOLUME_BYTES } from "./limits.ts";
import { type Axes, axesOf } from "./nifti_axes.ts";
import { openRegularFile } from "../../files/regular_file.ts";

/** A volume as pictures, one for each index of its third axis. */
interface Volume {
  /** Voxels along each axis; the third are the slices. */
  readonly size: readonly [number, number, number];
  readonly slices: number;
  /** Where the axes point, if the header says it. */
  readonly axes?: Axes;
  /** The slice as it is stored: the first axis across, the second downwards. */
  readonly slice: (index: number) => Picture;
}

/** Bytes of the headers and the flag of extensions after them: NIfTI-1's and NIfTI-2's. */
const HEADER_BYTES = 352, LONG_HEADER_BYTES = 544;

/** Bytes that may stand between header and voxels, and after them. */
const MOST_REST = 2 ** 20;

type ArrayOf = new (buffer: ArrayBuffer, offset: number, length: number) => Values;

const RGB = 128;
/** NIfTI's codes of data types: bytes of a value, the array that holds them, and values of a voxel. */
const TYPES: Readonly<Record<number, readonly [bytes: number, array: ArrayOf, samples?: number]>> = {
  2: [1, Uint8Array],
  4: [2, Int16Array],
  8: [4, Int32Array],
  16: [4, Float32Array],
  64: [8, Float64Array],
  [RGB]: [1, Uint8Array, 3],
  256: [1, Int8Array],
  512: [2, Uint16Array],
  768: [4, Uint32Array],
  1024: [8, BigInt64Array],
  1280: [8, BigUint64Array],
};

/** What a header says about the voxels. */
interface Layout {
  readonly width: number;
  readonly height: number;
  readonly slices: number;
  readonly type: number;
  readonly littleEndian: boolean;
  /** Byte of the file at which they begin. */
  readonly at: number;
  readonly slope: number;
  readonly intercept: number;
  readonly axes?: Axes;
}

/**
 * Reads a NIfTI volume. Values that are whole numbers of 0 … 65535 (labels, many scanners') are kept, others are spread
 * over 16 bits by the range of the whole volume, so that its slices stay comparable.
 *
 * @throws If the file is no NIfTI file, damaged or cut short, has more than 256 MiB of voxels, more than three dimensions
 * or complex values.
 */
export async function decodeVolume(path: string): Promise<Volume> {
  try {
    const { file } = await openRegularFile(path, MOST_VOLUME_BYTES + 2 * MOST_REST);
    const { layout, values } = await readVolume(file.readable); // closes the file
    return volumeOf(layout, values);
  } catch (error) {
    throw new Error(`Cannot decode "${path}": ${(error as Error).message}`, { cause: error });
  }
}

/** Reads the header, then the voxels into a buffer of just their size, whatever the file unpacks to. */
async function readVolume(file: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<{ layout: Layout; values: Values }> {
  await using input = await unpacked(file);
  const head = new Uint8Array(LONG_HEADER_BYTES);
  let read = await input.fill(head.subarray(0, HEADER_BYTES));
  if (read < HEADER_BYTES) throw new Error("the file is damaged or cut short (in its header)");
  // A header begins with its size, 348 or 540, in either order of bytes.
  const isLong = head[0] === 540 % 256 || head[3] === 540 % 256;
  if (isLong) read += await input.fill(head.subarray(read));
  const layout = layoutOf(head.subarray(0, read));
  const [bytes, Values, samples = 1] = TYPES[layout.type];
  const { width, height, slices, at } = layout;
  const voxels = new Uint8Array(width * height * slices * samples * bytes);
  const between = new Uint8Array(at - read);
  if (await input.fill(between) < between.length || await input.fill(voxels) < voxels.length) {
    throw new Error(`the file is cut short: expected ${voxels.length} bytes of voxels as its header says`);
  }
  // Read to the end, where the compression's checksum stands.
  if (await input.fill(new Uint8Array(MOST_REST)) === MOST_REST) {
    throw new Error(`expected ${voxels.length} bytes of voxels as its header says, found more`);
  }
  if (!layout.littleEndian && bytes > 1) {
    const buffer = Buffer.from(voxels.buffer);
    if (bytes === 2) buffer.swap16();
    else if (bytes === 4) buffer.swap32();
    else buffer.swap64();
  }
  return { layout, values: new Values(voxels.buffer, 0, voxels.length / bytes) };
}

/** The content of a file, unpacked where it begins as gzip does, to be read piece by piece. */
async function unpacked(file: ReadableStream<Uint8Array<ArrayBuffer>>) {
  const reader = file.getReader();
  const first = await reader.read();
  const isPacked = first.value?.[0] === 0x1f && first.value?.[1] === 0x8b;
  const whole = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => first.value && controller.enqueue(first.value),
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: () => reader.cancel(),
  });
  const content = (isPacked ? whole.pipeThrough(new DecompressionStream("gzip")) : whole).getReader();
  let rest = new Uint8Array();
  /** Fills `target` as far as the content goes; the number of its bytes that are. */
  const fill = async (target: Uint8Array) => {
    let filled = 0;
    while (filled < target.length) {
      if (rest.length === 0) {
        const { done, value } = await content.read().catch((cause) => {
          throw new Error("the file is damaged or cut short (in its compression)", { cause });
        });
        if (done) break;
        rest = value;
      }
      const piece = rest.subarray(0, target.length - filled);
      target.set(piece, filled);
      filled += piece.length;
      rest = rest.subarray(piece.length);
    }
    return filled;
  };
  return { fill, [Symbol.asyncDispose]: () => content.cancel().catch(() => reader.cancel().catch(() => {})) };
}

/** Throws if the header is damaged, or describes what is no volume of real numbers within the limits. */
function layoutOf(head: Uint8Array): Layout {
  const header = headerOf(head);
  const [dimensions, width, height = 1, slices = 1, ...others] = header.dims.slice(0, 1 + Math.max(1, header.dims[0]));
  const type = header.datatypeCode;
  if (!(type in TYPES)) throw new Error(`expected real numbers or RGB as voxels, found NIfTI's data type ${type}`);
  if (!(dimensions >= 1 && dimensions <= 7)) throw new Error("the file is damaged (in its header)");
  if (others.some((size) => size > 1)) {
    throw new Error(`expected a volume of three dimensions, found ${header.dims.slice(1, 1 + dimensions).join(" × ")}`);
  }
  const [bytes, , samples = 1] = TYPES[type];
  checkSize(width, height, samples * 2);
  if (!(slices >= 1 && slices <= MOST_SIDE && width * height * slices * samples * bytes <= MOST_VOLUME_BYTES)) {
    throw new Error(
      `expected at most ${MOST_VOLUME_BYTES / 2 ** 20} MiB of voxels, found ${width} × ${height} × ${slices}: ` +
        "split the volume",
    );
  }
  const at = header.vox_offset;
  if (!(Number.isInteger(at) && at >= head.length && at <= head.length + MOST_REST)) {
    throw new Error(`the file is damaged (its voxels begin at byte ${at})`);
  }
  // A slope of 0 means that values are as they are stored.
  const isScaled = Number.isFinite(header.scl_slope) && header.scl_slope !== 0 && Number.isFinite(header.scl_inter);
  const [slope, intercept] = isScaled ? [header.scl_slope, header.scl_inter] : [1, 0];
  const { littleEndian } = header, axes = axesOf(header, head);
  return { width, height, slices, type, littleEndian, at, slope, intercept, axes };
}

function headerOf(head: Uint8Array): NIFTI1 | NIFTI2 {
  try {
    return readHeader(new Uint8Array(head.subarray(0, head.length - 4)).buffer)!; // without the flag of extensions
  } catch (error) {
    throw new Error("expected a NIfTI file, found another kind of content or a damaged header", { cause: error });
  }
}

function volumeOf({ width, height, slices, type, slope, intercept, axes }: Layout, values: Values): Volume {
  const scale = type === RGB ? undefined : greyScale(values, { slope, intercept });
  const channels = type === RGB ? 3 : 1, step = channels * width * height;
  const slice = (index: number): Picture => {
    if (!(Number.isInteger(index) && index >= 0 && index < slices)) {
      throw new Error(`Cannot take slice ${index}: expected 0 to ${slices - 1}`);
    }
    const start = index * step, end = start + step;
    const pixels = scale?.levels(values, start, end) ?? (values as Uint8Array).slice(start, end);
    const { bits, white, notes } = scale ?? { bits: 8, white: 255, notes: [] };
    return {
      format: "NIfTI",
      orientation: 1,
      lossy: false,
      ...{ width, height, channels, bits, white, pixels, notes },
    };
  };
  return { size: [width, height, slices], slices, axes, slice };
}
