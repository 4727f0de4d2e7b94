/**
 * The record of a finished run that is committed: numbers and ids only, no image and no weights. All tables of results
 * are made from such records.
 *
 * A run of the protocol is `results/<profile>/runs/<dataset>-<split>/<method>-seed<seed>.json`, a run of an ablation
 * `results/<profile>/ablations/<name>/<variant>-seed<seed>.json`.
 *
 * @module
 */
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
} from "./record_fields.ts";
import { contradictionsOf } from "./run_record_contradictions.ts";

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

/** ε of the training images at one update. */
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
}

/** A run that ε was chosen from. */
export interface CandidateRecord {
  /** Hash of the run. */
  readonly hash: string;
  /** Its ε. */
  readonly epsilon: number;
  /** Of the run's best validation epoch. */
  readonly validationDice: number;
}

/** A finished run. */
export interface RunRecord {
  /** Name of the method, or of the variant of an ablation. */
  readonly method: string;
  /** What people call it. */
  readonly title: string;
  /** Name of the profile. */
  readonly profile: string;
  /** Hash of experiment and data that names the run. */
  readonly hash: string;
  /** The flat record of everything that the run depends on; has dataset, split and seed. */
  readonly experiment: Readonly<Record<string, string | number | boolean>>;
  /** SHA-256 of the images and masks. */
  readonly fingerprint: string;
  /** Numbers of images. */
  readonly counts: { readonly train: number; readonly validation: number; readonly test: number };
  /** The epoch with the highest validation Dice, from 1. */
  readonly bestEpoch: number;
  /** Training and evaluation together. */
  readonly seconds: number;
  /** Where and with what it was computed. */
  readonly environment: Readonly<Record<string, string>>;
  /** The runs that ε was chosen from on validation images; empty where there was no choice. */
  readonly candidates: readonly CandidateRecord[];
  /** One row an epoch. */
  readonly history: readonly EpochRecord[];
  /** At every update; empty where ε is fixed or the loss has none. */
  readonly epsilons: readonly EpsilonRecord[];
  /** One entry for each of the weights. */
  readonly calibration: readonly CalibrationBins[];
  /** One entry for each of the weights. */
  readonly uncertainty: readonly UncertaintyBins[];
  /** Every test image under each of the weights. */
  readonly test: readonly TestRecord[];
}

/** Version of the file's format. */
const FORMAT = 1;

/** Significant digits of numbers that are not whole. */
const DIGITS = 6;

/** Largest entropy of a pixel, ln 2, with room for rounding. */
const LARGEST_ENTROPY = 0.69315;

const NAME = /^[a-z0-9][a-z0-9.+-]*$/;

const name = textField(NAME, "a name of a–z, 0–9, point, plus and hyphen");
const hexadecimal = textField(/^[0-9a-f]+$/, "hexadecimal digits");
const share = numberField(0, 1);
const nats = numberField(0, LARGEST_ENTROPY);
const weights = choiceField(["best", "last"]);
const pixels = listField(wholeField());

/** Columns of the tables, in the order in which they are written. */
const TABLES = {
  candidates: { hash: hexadecimal, epsilon: numberField(), validationDice: share },
  history: { epoch: wholeField(1), trainLoss: numberField(), valDice: share, valIou: share, seconds: numberField(0) },
  epsilons: {
    epoch: wholeField(1),
    mean: numberField(),
    deviation: numberField(0),
    min: numberField(),
    max: numberField(),
  },
  test: {
    id: textField(),
    weights,
    dice: share,
    iou: share,
    precision: share,
    recall: share,
    foreground: share,
    difficulty: nats,
    entropy: nats,
  },
};

/** Fields of the file, in the order in which they are written. */
const FIELDS: { readonly [Key in keyof RunRecord]: FieldReader<RunRecord[Key]> } = {
  method: name,
  title: textField(),
  profile: name,
  hash: hexadecimal,
  experiment: dictionaryField((value, field) =>
    ["string", "number", "boolean"].includes(typeof value)
      ? value as string | number | boolean
      : failField(field, "a text, a number or a truth value", value)
  ),
  fingerprint: hexadecimal,
  counts: objectField({ train: wholeField(1), validation: wholeField(1), test: wholeField(1) }),
  bestEpoch: wholeField(1),
  seconds: numberField(0),
  environment: dictionaryField(textField()),
  candidates: tableField<CandidateRecord>(TABLES.candidates),
  history: tableField<EpochRecord>(TABLES.history),
  epsilons: tableField<EpsilonRecord>(TABLES.epsilons),
  calibration: listField(
    objectField<CalibrationBins>({ weights, counts: pixels, probability: listField(numberField(0)), lesion: pixels }),
  ),
  uncertainty: listField(objectField<UncertaintyBins>({ weights, counts: pixels, errors: pixels })),
  test: tableField<TestRecord>(TABLES.test),
};

const readFields = objectField<RunRecord & { readonly format: number }>({
  format: (value, field) => value === FORMAT ? FORMAT : failField(field, `format ${FORMAT}`, value),
  ...FIELDS,
});

/** What a record's place depends on. */
export type RecordPlace = Pick<RunRecord, "profile" | "experiment" | "method">;

/** Where a record belongs, from the folder of all results on. */
export function runRecordPath({ profile, experiment, method }: RecordPlace): string {
  return `${profile}/runs/${experiment.dataset}-${experiment.split}/${method}-seed${experiment.seed}.json`;
}

/** Where the record of an ablation's run belongs, from the folder of all results on. */
export function ablationRecordPath({ profile, experiment, method }: RecordPlace, ablation: string): string {
  return `${profile}/ablations/${ablation}/${method}-seed${experiment.seed}.json`;
}

/**
 * A record as the text of its file: one field or one row of a table a line; whole numbers exact, others rounded to six
 * significant digits.
 *
 * @throws {TypeError} where {@linkcode parseRunRecord} would not read it
 */
export function encodeRunRecord(record: RunRecord): string {
  const fields = Object.keys(FIELDS) as (keyof RunRecord)[];
  const unknown = Object.keys(record).find((key) => !(key in FIELDS));
  if (unknown) throw new TypeError(`Cannot write a run record: ${unknown}: this key is not known`);
  const lines = fields.map((key) => {
    const value = isTable(key) ? tableText(key, record[key]) : compact(record[key]);
    return `"${key}": ${value}`;
  });
  const text = `{\n${[`"format": ${FORMAT}`, ...lines].join(",\n")}\n}\n`;
  readRecord(text, `Cannot write the run record of ${record.method}`);
  return text;
}

/**
 * Reads the text of a record's file.
 *
 * @param text what {@linkcode encodeRunRecord} made
 * @param path the file's path, which must be the one that the record belongs to
 * @throws {TypeError} which names file and field, when a field is missing, unknown or out of its range, when fields
 * contradict each other, or when the record is not that of its path
 */
export function parseRunRecord(text: string, path: string): RunRecord {
  const action = `Cannot read run record "${path}"`;
  const record = readRecord(text, action);
  const [, folder, file] = path.replaceAll("\\", "/").match(/([^/]+\/(?:runs|ablations)\/[^/]+)\/([^/]+)$/) ?? [];
  const ablation = folder?.match(/\/ablations\/(.+)$/)?.[1];
  const expected = ablation === undefined ? runRecordPath(record) : ablationRecordPath(record, ablation);
  if (`${folder}/${file}` !== expected) {
    throw new TypeError(`${action}: by its method, data set, split, seed and profile it belongs to "${expected}"`);
  }
  return record;
}

function readRecord(text: string, action: string): RunRecord {
  try {
    const { format: _, ...record } = readFields(JSON.parse(text), "");
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

function tableText(key: keyof typeof TABLES, rows: readonly object[]): string {
  const columns = Object.keys(TABLES[key]);
  const lines = rows.map((row) => {
    const unknown = Object.keys(row).find((column) => !columns.includes(column));
    if (unknown) throw new TypeError(`Cannot write a run record: ${key}, ${unknown}: this column is not known`);
    return compact(columns.map((column) => row[column as keyof typeof row]));
  });
  return `{"columns": ${compact(columns)}, "rows": [${lines.length ? `\n${lines.join(",\n")}\n` : ""}]}`;
}

/** JSON on one line with rounded numbers; NaN and infinities become null, which the check of the text refuses. */
function compact(value: unknown): string {
  return JSON.stringify(
    value,
    (_, part) =>
      typeof part === "number" && Number.isFinite(part) && !Number.isInteger(part)
        ? Number(part.toPrecision(DIGITS))
        : part,
  );
}
