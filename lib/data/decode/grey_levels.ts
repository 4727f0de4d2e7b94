/**
 * How measured values, as of scanners, become grey levels.
 *
 * @module
 */

type Integers = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array;

/** Values as files hold them. */
export type Values = Integers | Float32Array | Float64Array | BigInt64Array | BigUint64Array;

/** From values to levels of 8 or 16 bits. */
interface GreyScale {
  readonly bits: 8 | 16;
  readonly white: number;
  /** The level of each value of `values` from `start` to `end`. */
  readonly levels: (values: Values, start: number, end: number) => Uint8Array | Uint16Array;
  readonly notes: readonly string[];
}

/**
 * The scale of values v = slope · stored + intercept: whole numbers of 0 … 65535 are levels as they are, so that labels
 * keep their numbers; any others are spread, the least as 0 and the greatest as 65535. Values that are not finite are 0.
 */
export function greyScale(values: Values, { slope = 1, intercept = 0 } = {}): GreyScale {
  const stored = rangeOf(values);
  if (stored.least > stored.greatest) throw new Error("expected numbers as values, found none that is finite");
  const ends = [slope * stored.least + intercept, slope * stored.greatest + intercept];
  const least = Math.min(...ends), greatest = Math.max(...ends);
  const areWhole = stored.areWhole && Number.isInteger(slope) && Number.isInteger(intercept);
  const isKept = areWhole && least >= 0 && greatest <= 65535;
  const factor = isKept ? 1 : greatest > least ? 65535 / (greatest - least) : 0;
  const zero = isKept ? 0 : least;
  const bits = isKept && greatest <= 255 ? 8 : 16;
  const notes = [
    ...(isKept ? [] : [`its values from ${least} to ${greatest} were spread over 16 bits`]),
    ...(stored.areFinite ? [] : ["values that are not finite were read as 0"]),
  ];
  const levels = (values: Values, start: number, end: number) => {
    const levels = bits === 8 ? new Uint8Array(end - start) : new Uint16Array(end - start);
    for (let index = start; index < end; index++) {
      const value = slope * Number(values[index]) + intercept;
      if (Number.isFinite(value)) levels[index - start] = Math.round((value - zero) * factor);
    }
    return levels;
  };
  return { bits, white: bits === 8 ? 255 : isKept ? rangeInUse(greatest) : 65535, levels, notes };
}

/** The finite values' least and greatest, and whether all are whole numbers, and finite. */
function rangeOf(values: Values): { least: number; greatest: number; areWhole: boolean; areFinite: boolean } {
  let least = Infinity, greatest = -Infinity, areWhole = true, areFinite = true;
  if (values instanceof Float32Array || values instanceof Float64Array) {
    for (let index = 0; index < values.length; index++) {
      const value = values[index];
      if (Number.isFinite(value)) {
        if (value < least) least = value;
        if (value > greatest) greatest = value;
        if (areWhole && !Number.isInteger(value)) areWhole = false;
      } else areFinite = false;
    }
  } else {
    let [first] = values, last = first;
    for (let index = 1; index < values.length; index++) {
      const value = values[index];
      if (value < first) first = value;
      if (value > last) last = value;
    }
    [least, greatest] = [Number(first), Number(last)];
  }
  return { least, greatest, areWhole, areFinite };
}

/** The greatest number of as many bits as `greatest` has, at least 255: 12-bit levels up to 3888 use 0 … 4095. */
export function rangeInUse(greatest: number): number {
  return Math.max(255, 2 ** Math.ceil(Math.log2(greatest + 1)) - 1);
}
