/**
 * The record of a finished run: numbers and ids only, no image and no weights. All tables of results are made from
 * records. A record knows neither method nor study: a study finds its runs by their experiments.
 *
 * @module
 */
import {
  defineExperiment,
  DIFFICULTY_SIGNALS,
  type DifficultySignal,
  type Experiment,
} from "../experiment/experiment.ts";
import type { DataFingerprint } from "../data/open_data.ts";
import {
  choiceField,
  dictionaryField,
  failField,
  type FieldReader,
  listField,
  numberField,
  objectField,
  tableField,
  textField,
  wholeField,
} from "../files/record_fields.ts";
import { readSealedJson, sealedJson } from "../files/sealed_json.ts";
import { contradictionsOf } from "./record_contradictions.ts";

/** Which of the weights that a run keeps: of its best validation epoch, or of its last. */
export type RecordedWeights = "best" | "last";

/** One test image of one run: numbers and the id only. */
export interface TestRecord {
  /** The image. */
  readonly id: string;
  /** Under which weights. */
  readonly weights: RecordedWeights;
  /** Dice at probability 0.5. */
  readonly dice: number;
  /** IoU at probability 0.5. */
  readonly iou: number;
  /** Precision at probability 0.5. */
  readonly precision: number;
  /** Recall at probability 0.5. */
  readonly recall: number;
  /** Share of the image that is lesion in the mask. */
  readonly foreground: number;
  /** D of eq. 8 over the mask's lesion, nats, from N passes with these weights. */
  readonly difficulty: number;
  /** Mean predictive entropy over the image, nats. */
  readonly entropy: number;
}

/** Reliability of the mean probability over all test pixels: equal bins of the probability in [0, 1]. */
export interface CalibrationBins {
  /** Under which weights. */
  readonly weights: RecordedWeights;
  /** Pixels of each bin. */
  readonly counts: readonly number[];
  /** Sum of the probabilities of each bin. */
  readonly probability: readonly number[];
  /** Lesion pixels of each bin. */
  readonly lesion: readonly number[];
}

/** Uncertainty of pixels: equal bins of the predictive entropy in [0, ln 2], all test pixels. */
export interface UncertaintyBins {
  /** Under which weights. */
  readonly weights: RecordedWeights;
  /** Pixels of each bin. */
  readonly counts: readonly number[];
  /** Wrongly classified pixels of each bin. */
  readonly errors: readonly number[];
}

/** One epoch of training. */
export interface EpochRecord {
  /** Number of the epoch, from 1. */
  readonly epoch: number;
  /** Mean over the training images of the loss. */
  readonly trainLoss: number;
  /** Mean Dice per validation image. */
  readonly valDice: number;
  /** Mean IoU per validation image. */
  readonly valIou: number;
  /** Time, s. */
  readonly seconds: number;
}

/** ε of the training images at one update, and how well the signal told which of them are hard. */
export interface EpsilonRecord {
  /** Number of the epoch, from 1. */
  readonly epoch: number;
  /** Mean of ε over the training images. */
  readonly mean: number;
  /** Its standard deviation. */
  readonly deviation: number;
  /** Smallest ε. */
  readonly min: number;
  /** Largest ε. */
  readonly max: number;
  /** Spearman's ρ of the signal and 1 − Dice of ȳ over the training images; null where it was not measured. */
  readonly errorCorrelation: number | null;
  /** Share of the worst tenth of the training images whose ε is below the median; null where it was not measured. */
  readonly worstBelowMedian: number | null;
}

/** How well a signal tells which test images a network gets wrong. */
export interface SignalRecord {
  /** Under which weights. */
  readonly weights: RecordedWeights;
  /** Name of the signal. */
  readonly signal: DifficultySignal;
  /** Spearman's ρ of the signal and 1 − Dice over the test images; null where one of them is constant. */
  readonly correlation: number | null;
  /** Share of the tenth of the images with the largest error whose signal is below the median. */
  readonly worstBelowMedian: number;
}

/** One test image at the size of its own file. */
export interface NativeRecord {
  /** The image. */
  readonly id: string;
  /** Under which weights. */
  readonly weights: RecordedWeights;
  /** Dice at probability 0.5. */
  readonly dice: number;
  /** IoU at probability 0.5. */
  readonly iou: number;
  /** Precision at probability 0.5. */
  readonly precision: number;
  /** Recall at probability 0.5. */
  readonly recall: number;
  /** 95 % Hausdorff distance of the outlines, pixels of the file; null where it was not measured. */
  readonly hd95: number | null;
  /** Normalised surface Dice; null where it was not measured. */
  readonly nsd: number | null;
}

/** Scores on images from elsewhere; one number an image in each list. Of changed test images there is Dice alone. */
export interface ExternalRecord {
  /** Name of the images. */
  readonly dataset: string;
  /** SHA-256 of images and masks. */
  readonly pixels: string;
  /** How they were changed, as in `"blur-2"`; empty: as they are. */
  readonly change: string;
  /** Under which weights. */
  readonly weights: RecordedWeights;
  /** Number of images. */
  readonly images: number;
  /** Dice at probability 0.5. */
  readonly dice: readonly number[];
  /** D of eq. 8, nats; 0 without a lesion. */
  readonly difficulty: readonly number[];
  /** Mean predictive entropy, nats. */
  readonly entropy: readonly number[];
  /** Share of the image that is predicted lesion. */
  readonly predicted: readonly number[];
}

/** Where and with what a run was computed. */
export interface RecordEnvironment {
  /** Backend and its version, such as `"tensorflow 2.21.0"`. */
  readonly backend: string;
  /** What computed, such as `"GPU:0"`. */
  readonly device: string;
  /** Version of Deno. */
  readonly deno: string;
  /** Operating system and processor family. */
  readonly platform: string;
  /** When the run ended, ISO 8601. */
  readonly finishedAt: string;
}

/** A finished run. */
export interface RunRecord {
  /** Name of the run: hash of experiment, data and backend. */
  readonly run: string;
  /** Its settings. */
  readonly experiment: Experiment;
  /** Name of the backend, as in `"tensorflow"`. */
  readonly backend: string;
  /** Fingerprints of what it was trained on. */
  readonly data: DataFingerprint;
  /** Numbers of images. */
  readonly counts: { readonly train: number; readonly validation: number; readonly test: number };
  /** The epoch with the highest validation Dice, from 1. */
  readonly bestEpoch: number;
  /** Training and evaluation together. */
  readonly seconds: number;
  /** Where and with what it was computed. */
  readonly environment: RecordEnvironment;
  /** One row an epoch. */
  readonly history: readonly EpochRecord[];
  /** At every update; empty where ε is fixed or the loss has none. */
  readonly epsilons: readonly EpsilonRecord[];
  /** Of each signal under each of the weights; empty where they were not measured. */
  readonly signals: readonly SignalRecord[];
  /** One entry for each of the weights. */
  readonly calibration: readonly CalibrationBins[];
  /** One entry for each of the weights. */
  readonly uncertainty: readonly UncertaintyBins[];
  /** Every test image under each of the weights. */
  readonly test: readonly TestRecord[];
  /** Test images at the size of their files; empty where that was not measured. */
  readonly native: readonly NativeRecord[];
  /** Images from elsewhere; empty where there are none. */
  readonly external: readonly ExternalRecord[];
}

/** Version of the format. */
const FORMAT = 2;

/** Significant digits of numbers that are not whole. */
const DIGITS = 6;

/** Largest entropy of a pixel, ln 2, with room for rounding. */
const LARGEST_ENTROPY = 0.69315;

const sha256 = textField(/^[0-9a-f]{64}$/, "64 hexadecimal digits");
const share = numberField(0, 1);
const nats = numberField(0, LARGEST_ENTROPY);
const weights = choiceField(["best", "last"]);
const pixels = listField(wholeField());
const metrics = { dice: share, iou: share, precision: share, recall: share };
const orNull = <T>(reader: FieldReader<T>): FieldReader<T | null> => (value, field) =>
  value === null ? null : reader(value, field);

/** Columns of the tables, in the order in which they are written. */
const TABLES = {
  history: { epoch: wholeField(1), trainLoss: numberField(), valDice: share, valIou: share, seconds: numberField(0) },
  epsilons: {
    epoch: wholeField(1),
    mean: numberField(),
    deviation: numberField(0),
    min: numberField(),
    max: numberField(),
    errorCorrelation: orNull(numberField(-1, 1)),
    worstBelowMedian: orNull(share),
  },
  signals: {
    weights,
    signal: choiceField(DIFFICULTY_SIGNALS),
    correlation: orNull(numberField(-1, 1)),
    worstBelowMedian: share,
  },
  test: { id: textField(), weights, ...metrics, foreground: share, difficulty: nats, entropy: nats },
  native: { id: textField(), weights, ...metrics, hd95: orNull(numberField(0)), nsd: orNull(share) },
};

/** Fields of a record, in the order in which they are written. */
const FIELDS: { readonly [Key in keyof RunRecord]: FieldReader<RunRecord[Key]> } = {
  run: textField(/^[0-9a-f]{12}$/, "12 hexadecimal digits"),
  experiment: (value, field) => defineExperiment(dictionaryField((setting) => setting)(value, field)),
  backend: textField(/^[a-z0-9-]+$/, "a name of a–z, 0–9 and hyphen"),
  data: objectField<DataFingerprint>({ pixels: sha256, groups: sha256, members: sha256 }),
  counts: objectField({ train: wholeField(1), validation: wholeField(1), test: wholeField(1) }),
  bestEpoch: wholeField(1),
  seconds: numberField(0),
  environment: objectField<RecordEnvironment>({
    backend: textField(),
    device: textField(),
    deno: textField(),
    platform: textField(),
    finishedAt: textField(/^\d{4}-\d\d-\d\dT/, "a time as in ISO 8601"),
  }),
  history: tableField<EpochRecord>(TABLES.history),
  epsilons: tableField<EpsilonRecord>(TABLES.epsilons),
  signals: tableField<SignalRecord>(TABLES.signals),
  calibration: listField(
    objectField<CalibrationBins>({ weights, counts: pixels, probability: listField(numberField(0)), lesion: pixels }),
  ),
  uncertainty: listField(objectField<UncertaintyBins>({ weights, counts: pixels, errors: pixels })),
  test: tableField<TestRecord>(TABLES.test),
  native: tableField<NativeRecord>(TABLES.native),
  external: listField(objectField<ExternalRecord>({
    dataset: textField(),
    pixels: sha256,
    change: textField(/^[a-z0-9-]*$/, "a name of a–z, 0–9 and hyphen, or nothing"),
    weights,
    images: wholeField(1),
    dice: listField(share),
    difficulty: listField(nats),
    entropy: listField(nats),
    predicted: listField(share),
  })),
};

const readFields = objectField<RunRecord & { readonly format: number }>({
  format: (value, field) => value === FORMAT ? FORMAT : failField(field, `format ${FORMAT}`, value),
  ...FIELDS,
});

/**
 * A record as one line of JSON without a line break, sealed by the SHA-256 of its text: whole numbers and the experiment
 * exact, other numbers rounded to six significant digits.
 *
 * @throws {TypeError} where {@linkcode decodeRecord} would not read it
 */
export function encodeRecord(record: RunRecord): string {
  const fields = (Object.keys({ ...FIELDS, ...record }) as (keyof RunRecord)[]).map((key) => {
    if (key === "experiment") return [key, record[key]];
    return [key, rounded(isTable(key) ? tableOf(key, record[key]) : record[key])];
  });
  const text = sealedJson({ format: FORMAT, ...Object.fromEntries(fields) });
  readRecord(text, `Cannot write the record of run ${record.run}`);
  return text;
}

/**
 * Reads a record.
 *
 * @param text what {@linkcode encodeRecord} made
 * @param where it stands, for messages, as in `"records.jsonl, line 3"`
 * @throws {TypeError} which names place and field, when the text is not the one that was sealed, a field is missing, unknown
 * or out of its range, or when fields contradict each other
 */
export function decodeRecord(text: string, where: string): RunRecord {
  return readRecord(text, `Cannot read the record in ${where}`);
}

function readRecord(text: string, action: string): RunRecord {
  try {
    const { format: _, ...record } = readFields(readSealedJson(text), "");
    const [contradiction] = contradictionsOf(record);
    if (contradiction) throw new TypeError(contradiction);
    return record;
  } catch (error) {
    throw new TypeError(`${action}: ${(error as Error).message}`, { cause: error });
  }
}

function isTable(key: string): key is keyof typeof TABLES {
  return key in TABLES;
}

/** Rows of one kind with the names of their columns once. */
function tableOf(key: keyof typeof TABLES, rows: readonly object[]): object {
  const columns = Object.keys(TABLES[key]);
  return {
    columns,
    rows: rows.map((row) => {
      const unknown = Object.keys(row).find((column) => !columns.includes(column));
      if (unknown) throw new TypeError(`Cannot write a record: ${key}, ${unknown}: this column is not known`);
      return columns.map((column) => row[column as keyof typeof row]);
    }),
  };
}

/** NaN and infinities stay as they are, become null in JSON, and are refused where a number must be. */
function rounded(value: unknown): unknown {
  if (typeof value === "number") {
    return Number.isFinite(value) && !Number.isInteger(value) ? Number(value.toPrecision(DIGITS)) : value;
  }
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, rounded(one)]));
}
