/**
 * Records of runs as text, a line each: sealed, and read with every field checked.
 *
 * @module
 */
import { defineExperiment, DIFFICULTY_SIGNALS } from "../experiment/experiment.ts";
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
import { contradictionsOf } from "./run_record.ts";
import type {
  CalibrationBins,
  EpochRecord,
  EpsilonRecord,
  ExternalRecord,
  NativeRecord,
  RecordEnvironment,
  RunRecord,
  SignalRecord,
  TestRecord,
  UncertaintyBins,
} from "./run_record.ts";

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
