/**
 * The state of an unfinished training run as one file: tensors, progress and what they belong to, so that they can't
 * disagree. The file is data only (float32 values and JSON): reading one from elsewhere runs no code.
 *
 * @module
 */
import { tf } from "../backend/tf.ts";
import type { DataFingerprint } from "../data/open_data.ts";
import { COMPUTATION_VERSION, type Experiment } from "../experiment/experiment.ts";
import type { EpsilonState } from "../control/epsilon_controller.ts";
import { decodeSafetensors, encodeSafetensors, type SafetensorsMetadata } from "../model/safetensors.ts";
import { unetLayers } from "../model/unet_layers.ts";
import { type NamedTensors, type UNetWeights, unetWeightShapes } from "../model/unet_weights.ts";
import { momentShapes } from "./adam.ts";
import type { EpochRow, EpsilonRow } from "./run.ts";
import type { TrainState } from "./train_step.ts";
import { createHash } from "node:crypto";
import { dictionaryField, listField, numberField, wholeField } from "../files/record_fields.ts";

/** Where training stands, beside its tensors. */
export interface TrainingProgress {
  /** Epochs that are done. */
  readonly epoch: number;
  /** What is done of the epoch after; absent at an epoch's end. */
  readonly partialEpoch?: PartialEpoch;
  /** One row an epoch that is done. */
  readonly history: readonly EpochRow[];
  /** State of the controller: every training image's ε and the last update. */
  readonly epsilonState: EpsilonState;
  /** One row a training image and update. */
  readonly epsilons: readonly EpsilonRow[];
  /** 0 before the first epoch's end. */
  readonly bestEpoch: number;
  /** Highest mean validation Dice; −1, below every Dice, before the first epoch's end. */
  readonly bestDice: number;
}

/** The steps of an epoch that are done; its update of ε, if it has one, is done as well. */
export interface PartialEpoch {
  /** Number of steps, 1 or more. */
  readonly step: number;
  /** Sum of the losses of their images. */
  readonly lossSum: number;
  /** Time they took, s. */
  readonly seconds: number;
}

/** Everything that training needs to go on as if it had not been interrupted. */
export interface Checkpoint {
  /** Where training stands. */
  readonly progress: TrainingProgress;
  /** Weights and optimiser. */
  readonly state: TrainState;
  /** Weights of the best epoch so far. */
  readonly bestWeights: UNetWeights;
}

/** What a checkpoint belongs to. */
export interface CheckpointOwner {
  readonly experiment: Experiment;
  /** Fingerprints of what it is trained on. */
  readonly data: DataFingerprint;
  /** Name of the backend. */
  readonly backend: string;
}

/** Raised when the file's layout or meaning changes. */
const FORMAT = "polydice-checkpoint-2";

/** Encodes a checkpoint, sealed with its SHA-256; its tensors stay. */
export async function encodeCheckpoint(
  checkpoint: Checkpoint,
  owner: CheckpointOwner,
): Promise<Uint8Array<ArrayBuffer>> {
  const { state, bestWeights, progress } = checkpoint;
  const { weights, optimizer } = state;
  const tensors = {
    ...prefixed("trainable", weights.trainable),
    ...prefixed("statistics", weights.statistics),
    ...prefixed("first_moment", optimizer.firstMoment),
    ...prefixed("second_moment", optimizer.secondMoment),
    "optimizer/step": optimizer.step,
    ...prefixed("best_trainable", bestWeights.trainable),
    ...prefixed("best_statistics", bestWeights.statistics),
  };
  const bytes = await encodeSafetensors(tensors, {
    [SEAL_KEY]: EMPTY_SEAL,
    format: FORMAT,
    owner: JSON.stringify(settingsOf(owner)),
    progress: JSON.stringify(progress),
  });
  seal(bytes);
  return bytes;
}

/**
 * Decodes a checkpoint.
 *
 * @throws {Deno.errors.InvalidData} When it is damaged: its bytes are not the ones that were written.
 * @throws {Error} When it is whole, but of another format, experiment or data; with every difference.
 */
export function decodeCheckpoint(bytes: Uint8Array<ArrayBuffer>, owner: CheckpointOwner): Checkpoint {
  const { tensors, metadata } = decodeOrDamaged(bytes);
  let progress: TrainingProgress;
  try {
    requireOwner(metadata, owner, isSealed(bytes));
    progress = storedProgress(metadata, owner);
    requireTensors(tensors, owner);
  } catch (error) {
    tf.dispose(tensors);
    throw error;
  }
  const group = (prefix: string) =>
    Object.fromEntries(
      Object.entries(tensors).filter(([name]) => name.startsWith(`${prefix}/`))
        .map(([name, tensor]) => [name.slice(prefix.length + 1), tensor]),
    );
  return {
    progress,
    state: {
      weights: { trainable: group("trainable"), statistics: group("statistics") },
      optimizer: {
        step: tensors["optimizer/step"],
        firstMoment: group("first_moment"),
        secondMoment: group("second_moment"),
      },
    },
    bestWeights: { trainable: group("best_trainable"), statistics: group("best_statistics") },
  };
}

function decodeOrDamaged(bytes: Uint8Array<ArrayBuffer>): ReturnType<typeof decodeSafetensors> {
  try {
    return decodeSafetensors(bytes);
  } catch (error) {
    throw damaged((error as Error).message);
  }
}

function requireOwner(metadata: SafetensorsMetadata, owner: CheckpointOwner, sealed: boolean): void {
  if (!sealed) throw damaged("its SHA-256 is not the recorded one");
  const differences = metadata.format === FORMAT
    ? settingDifferences(storedObject(metadata, "owner"), settingsOf(owner))
    : [`format: ${metadata.format} → ${FORMAT}`];
  if (differences.length > 0) {
    throw new Error(
      `Cannot resume from the checkpoint: it is of another run or version (stored → wanted: ${
        differences.join(", ")
      }).`,
    );
  }
}

/** An object that a file holds as JSON; a file that another program has sealed may hold anything. */
function storedObject(metadata: SafetensorsMetadata, key: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(metadata[key]);
  } catch {
    // Told below, like JSON that is no object.
  }
  if (typeof value !== "object" || value === null) throw damaged(`its "${key}" is no object in JSON`);
  return value as Record<string, unknown>;
}

function storedProgress(metadata: SafetensorsMetadata, { experiment }: CheckpointOwner): TrainingProgress {
  const progress = storedObject(metadata, "progress");
  try {
    return readProgress(progress, experiment);
  } catch (error) {
    throw damaged(`in its progress, ${(error as Error).message}`);
  }
}

/** Everything that the numbers of a run depend on, flat. */
function settingsOf({ experiment, data, backend }: CheckpointOwner): Record<string, unknown> {
  return { computation: COMPUTATION_VERSION, backend, ...data, ...experiment };
}

/** `key: stored → wanted` for every setting that differs. */
function settingDifferences(stored: Record<string, unknown>, wanted: Record<string, unknown>): string[] {
  const show = (value: unknown) => value === undefined ? "absent" : JSON.stringify(value);
  return [...new Set([...Object.keys(wanted), ...Object.keys(stored)])]
    .filter((key) => stored[key] !== wanted[key])
    .map((key) => `${key}: ${show(stored[key])} → ${show(wanted[key])}`);
}

function damaged(why: string): Error {
  return new Deno.errors.InvalidData(`Cannot resume from the checkpoint: the file is damaged (${why}).`);
}

/** A sealed file may still hold another network's tensors. */
function requireTensors(tensors: NamedTensors, { experiment }: CheckpointOwner): void {
  const { trainable, statistics } = unetWeightShapes(unetLayers(experiment));
  const moments = momentShapes(trainable);
  const expected: Record<string, readonly number[]> = {
    ...prefixed("trainable", trainable),
    ...prefixed("statistics", statistics),
    ...prefixed("first_moment", moments),
    ...prefixed("second_moment", moments),
    "optimizer/step": [],
    ...prefixed("best_trainable", trainable),
    ...prefixed("best_statistics", statistics),
  };
  const names = new Set([...Object.keys(expected), ...Object.keys(tensors)]);
  const text = (shape?: readonly number[]) => shape ? `of shape [${shape}]` : "none";
  for (const name of names) {
    if (text(expected[name]) !== text(tensors[name]?.shape)) {
      throw damaged(`tensor "${name}": expected ${text(expected[name])}, found ${text(tensors[name]?.shape)}`);
    }
  }
}

function prefixed<T>(prefix: string, tensors: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [`${prefix}/${name}`, tensor]));
}

/** Name of the metadata entry that holds the checksum; it must be the first one. */
export const SEAL_KEY = "sha256";

/** What stands in the checksum's place before it is known, and while it is computed: 64 zeros. */
export const EMPTY_SEAL = "0".repeat(64);

/** Length of the number that a safetensors file begins with, bytes. */
const HEADER_LENGTH_BYTES = 8;
const BEFORE_SEAL = new TextEncoder().encode(`{"__metadata__":{"${SEAL_KEY}":"`);
const START = HEADER_LENGTH_BYTES + BEFORE_SEAL.length;
const END = START + EMPTY_SEAL.length;

/** Writes the SHA-256 of a safetensors file, whose first metadata entry is `sha256: EMPTY_SEAL`, into the file. */
export function seal(bytes: Uint8Array): void {
  bytes.set(new TextEncoder().encode(checksum(bytes)), START);
}

/** Whether a file has a seal, and its bytes are the ones that were sealed. */
export function isSealed(bytes: Uint8Array): boolean {
  if (bytes.length < END || !BEFORE_SEAL.every((byte, index) => bytes[HEADER_LENGTH_BYTES + index] === byte)) {
    return false;
  }
  return new TextDecoder().decode(bytes.subarray(START, END)) === checksum(bytes);
}

/** SHA-256 over all bytes, those of the seal taken as zeros. */
function checksum(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes.subarray(0, START)).update(EMPTY_SEAL).update(bytes.subarray(END))
    .digest("hex");
}

const object = dictionaryField((value) => value);
const rows = listField(object);

/**
 * Reads what JSON.parse gave as the progress of an experiment.
 *
 * @throws {TypeError} Which names the field that training could not go on from, or would go on from to a wrong end.
 */
export function readProgress(value: unknown, { epochs }: Pick<Experiment, "epochs">): TrainingProgress {
  const { epoch, partialEpoch, history, epsilonState, epsilons, bestEpoch, bestDice } = object(value, "the whole");
  const done = wholeField()(epoch, "epoch");
  if (done > epochs) throw new TypeError(`epoch: expected at most ${epochs}, found ${done}`);
  const numbers = rows(history, "history").map((row) => wholeField(1)(row.epoch, "history, epoch"));
  if (numbers.length !== done || numbers.some((number, index) => number !== index + 1)) {
    throw new TypeError(`history: expected the epochs 1 to ${done}, found ${numbers.join(", ") || "none"}`);
  }
  listField(numberField())(object(epsilonState, "epsilonState").epsilon, "epsilonState, epsilon");
  listField((row) => row)(epsilons, "epsilons");
  numberField(-1)(bestDice, "bestDice");
  const best = wholeField(Math.min(done, 1))(bestEpoch, "bestEpoch");
  if (best > done) throw new TypeError(`bestEpoch: expected at most ${done}, found ${best}`);
  if (partialEpoch !== undefined) {
    const { step, lossSum, seconds } = object(partialEpoch, "partialEpoch");
    wholeField(1)(step, "partialEpoch, step");
    numberField()(lossSum, "partialEpoch, lossSum");
    numberField(0)(seconds, "partialEpoch, seconds");
  }
  return value as TrainingProgress;
}
