import "../backend.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { disposeTree } from "../../lib/backend/tensor_tree.ts";
import { tf } from "../../lib/backend/tf.ts";
import { COMPUTATION_VERSION } from "../../lib/experiment/experiment.ts";
import { decodeSafetensors, encodeSafetensors, type SafetensorsMetadata } from "../../lib/model/safetensors.ts";
import { initializeWeights, type NamedTensors } from "../../lib/model/unet_weights.ts";
import { randomStream } from "../../lib/random/random_stream.ts";
import { initializeAdam } from "../../lib/training/adam.ts";
import { type Checkpoint, type CheckpointOwner, decodeCheckpoint } from "../../lib/training/checkpoint.ts";
import { encodeCheckpoint, seal } from "../../lib/training/checkpoint.ts";
import { CHECKPOINT_FILES, findCheckpoint } from "../../lib/training/checkpoint_store.ts";
import { removeCheckpoints, saveCheckpoint } from "../../lib/training/checkpoint_store.ts";
import { fileNames } from "../faults/training_process.ts";
import { DATA, smallExperiment } from "./small_run.ts";

/** What {@linkcode smallCheckpoint} belongs to. */
const owner: CheckpointOwner = { experiment: smallExperiment(), data: DATA.fingerprint, backend: "tensorflow" };

/** A checkpoint whose tensors have this value, or hard ones; they are the caller's. */
function smallCheckpoint(value: number): Checkpoint {
  const filled = (tensors: NamedTensors) =>
    Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, tf.fill(shape, value)]));
  const shapes = initializeWeights(owner.experiment, 1);
  const adam = initializeAdam(shapes.trainable);
  const hard = tf.tensor1d([1e-38, 3e38, -0, value].slice(0, shapes.statistics["inc.bn1.running_mean"]?.size));
  const weights = () => ({ trainable: filled(shapes.trainable), statistics: { ...filled(shapes.statistics) } });
  const [last, best] = [weights(), weights()];
  last.statistics["inc.bn1.running_mean"].dispose();
  last.statistics["inc.bn1.running_mean"] = hard;
  const { firstMoment, secondMoment } = adam;
  const optimizer = { step: tf.scalar(7), firstMoment: filled(firstMoment), secondMoment: filled(secondMoment) };
  tf.dispose([shapes.trainable, shapes.statistics, firstMoment, secondMoment]);
  adam.step.dispose();
  return {
    progress: {
      epoch: 1,
      partialEpoch: { step: 1, lossSum: 1 / 3, seconds: 0.1 },
      history: [{ epoch: 1, trainLoss: 0.1 + 0.2, valDice: 0, valIou: 0, meanEpsilon: 0, seconds: 1 }],
      epsilonState: { epsilon: [value, 1 / 7] },
      epsilons: [{ epoch: 1, id: "ä", difficulty: 1e-9, normalized: 0, epsilon: value, error: 1 }],
      bestEpoch: 1,
      bestDice: 0,
    },
    state: { weights: last, optimizer },
    bestWeights: best,
  };
}

/** The file of such a checkpoint, of which no tensor is left. */
async function encoded(changes: Partial<CheckpointOwner> = {}): Promise<Uint8Array<ArrayBuffer>> {
  const checkpoint = smallCheckpoint(0.1);
  const bytes = await encodeCheckpoint(checkpoint, { ...owner, ...changes });
  disposeTree([checkpoint.state, checkpoint.bestWeights]);
  return bytes;
}

/** A sealed file with these tensors and this metadata, as another program could write it. */
async function sealed(tensors: NamedTensors, metadata: SafetensorsMetadata): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await encodeSafetensors(tensors, metadata);
  seal(bytes);
  return bytes;
}

/** What a whole checkpoint says of itself. */
async function encodedMetadata(): Promise<SafetensorsMetadata> {
  const { tensors, metadata } = decodeSafetensors(await encoded());
  tf.dispose(tensors);
  return metadata;
}

Deno.test("decodeCheckpoint() gives back progress, weights and optimiser to the bit", async () => {
  const checkpoint = smallCheckpoint(0.1);
  const decoded = decodeCheckpoint(await encodeCheckpoint(checkpoint, owner), owner);
  assertEquals(decoded.progress, checkpoint.progress);
  assertEquals(values(decoded), values(checkpoint));
  disposeTree([decoded.state, decoded.bestWeights, checkpoint.state, checkpoint.bestWeights]);
});

Deno.test("decodeCheckpoint() tells a change of any one bit, and any cut, and leaks no tensor", async () => {
  const bytes = await encoded();
  const before = tf.memory().numTensors;
  const stream = randomStream(1, "damage");
  const places = Array.from({ length: 200 }, () => stream.integer(0, bytes.length - 1));
  for (const place of [...Array(100).keys(), ...places, bytes.length - 1]) {
    const changed = bytes.slice();
    changed[place] ^= 1 << (place % 8);
    assertThrows(() => decodeCheckpoint(changed, owner), Deno.errors.InvalidData, "damaged", `bit in byte ${place}`);
  }
  for (const place of [0, 7, 8, 90, ...places.slice(0, 20), bytes.length - 1]) {
    assertThrows(() => decodeCheckpoint(bytes.slice(0, place), owner), Deno.errors.InvalidData, "damaged");
  }
  assertEquals(tf.memory().numTensors, before);
});

const NO_HASH = "0".repeat(64);
const OTHERS: [claim: string, changes: Partial<CheckpointOwner>, message: string][] = [
  ["another learning rate", { experiment: smallExperiment({ learningRate: 0.01 }) }, "learningRate: 0.01 → 0.001"],
  [
    "another loss and seed",
    { experiment: smallExperiment({ loss: "dice", seed: 2 }) },
    'loss: "dice" → "polydice1", seed: 2 → 1',
  ],
  ["another backend", { backend: "cpu" }, 'backend: "cpu" → "tensorflow"'],
  ...(["pixels", "groups", "members"] as const).map((part): [string, Partial<CheckpointOwner>, string] => [
    `other ${part}`,
    { data: { ...DATA.fingerprint, [part]: NO_HASH } },
    `${part}: "${NO_HASH}" → "${DATA.fingerprint[part]}"`,
  ]),
];

Deno.test("decodeCheckpoint() refuses a checkpoint of another experiment, backend or data, and shows the difference", async () => {
  for (const [claim, changes, message] of OTHERS) {
    const bytes = await encoded(changes);
    const before = tf.memory().numTensors;
    const error = assertThrows(() => decodeCheckpoint(bytes, owner), Error, `stored → wanted: ${message})`, claim);
    assert(!(error instanceof Deno.errors.InvalidData), "it is not damaged");
    assertEquals(tf.memory().numTensors, before);
  }
});

Deno.test("decodeCheckpoint() refuses sealed tensors of another network, names the first, and leaks none", async () => {
  const { tensors, metadata } = decodeSafetensors(await encoded());
  const name = "trainable/inc.conv1.weight";
  const { [name]: kernel, ...others } = tensors;
  const wrong: [tensors: Record<string, tf.Tensor>, message: string][] = [
    [others, `tensor "${name}": expected of shape [3,3,3,2], found none`],
    [{ ...tensors, extra: tf.scalar(1) }, 'tensor "extra": expected none, found of shape []'],
    [
      { ...others, [name]: tf.zeros([3, 3, 3, 4]) },
      `tensor "${name}": expected of shape [3,3,3,2], found of shape [3,3,3,4]`,
    ],
    [{ ...tensors, "second_moment/small": tf.zeros([1]) }, 'tensor "second_moment/small": expected of shape'],
  ];
  const before = tf.memory().numTensors;
  for (const [held, message] of wrong) {
    const bytes = await sealed(held, metadata);
    assertThrows(() => decodeCheckpoint(bytes, owner), Deno.errors.InvalidData, message);
    assertEquals(tf.memory().numTensors, before);
  }
  disposeTree([kernel, ...wrong.map(([held]) => held)]);
});

Deno.test("decodeCheckpoint() refuses another version of the file and names both", async () => {
  const tensors = { x: tf.scalar(1) };
  const later = await sealed(tensors, { sha256: NO_HASH, format: "polydice-checkpoint-9" });
  assertThrows(() => decodeCheckpoint(later, owner), Error, "polydice-checkpoint-9 → polydice-checkpoint-2");
  const metadata = await encodedMetadata();
  const older = JSON.stringify({ ...JSON.parse(metadata.owner), computation: COMPUTATION_VERSION - 1 });
  const computed = await sealed(tensors, { ...metadata, owner: older });
  const difference = `computation: ${COMPUTATION_VERSION - 1} → ${COMPUTATION_VERSION})`;
  assertThrows(() => decodeCheckpoint(computed, owner), Error, difference);
});

function values({ state, bestWeights }: Checkpoint): number[][] {
  const { weights, optimizer } = state;
  const groups = [weights.trainable, weights.statistics, optimizer.firstMoment, optimizer.secondMoment];
  const tensors = [...groups, bestWeights.trainable, bestWeights.statistics].flatMap((group) => Object.values(group));
  return [optimizer.step, ...tensors].map((tensor) => [...tensor.dataSync()]);
}

Deno.test("decodeCheckpoint() refuses sealed metadata that is missing or no object, and leaks no tensor", async () => {
  const before = tf.memory().numTensors;
  const weight = tf.zeros([2]);
  for (const value of [undefined, "", "null", "7", "{"]) {
    for (const key of ["owner", "progress"]) {
      const { [key]: _, ...others } = await encodedMetadata();
      const bytes = await sealed({ weight }, value === undefined ? others : { ...others, [key]: value });
      const error = assertThrows(() => decodeCheckpoint(bytes, owner), Deno.errors.InvalidData);
      assertEquals(
        error.message,
        `Cannot resume from the checkpoint: the file is damaged (its "${key}" is no object in JSON).`,
      );
    }
  }
  weight.dispose();
  assertEquals(tf.memory().numTensors, before);
});

const WRONG_PROGRESS: [change: Record<string, unknown>, message: string][] = [
  [{ epoch: "1" }, "epoch: expected a whole number from 0"],
  [{ epoch: 4 }, "epoch: expected at most 3, found 4"],
  [{ history: [] }, "history: expected the epochs 1 to 1, found none"],
  [{ history: [{ epoch: 2 }] }, "history: expected the epochs 1 to 1, found 2"],
  [{ bestEpoch: 2 }, "bestEpoch: expected at most 1, found 2"],
  [{ bestEpoch: 0 }, "bestEpoch: expected a whole number from 1"],
  [{ bestDice: null }, "bestDice: expected a number"],
  [{ epsilonState: {} }, "epsilonState, epsilon: expected a list"],
  [{ epsilons: undefined }, "epsilons: expected a list, found nothing"],
  [{ partialEpoch: { step: 0.5, lossSum: 0, seconds: 0 } }, "partialEpoch, step: expected a whole number from 1"],
];

Deno.test("decodeCheckpoint() refuses a sealed progress that no training has made, and leaks no tensor", async () => {
  const before = tf.memory().numTensors;
  const metadata = await encodedMetadata();
  const weight = tf.zeros([2]);
  for (const [change, message] of WRONG_PROGRESS) {
    const progress = JSON.stringify({ ...JSON.parse(metadata.progress), ...change });
    const bytes = await sealed({ weight }, { ...metadata, progress });
    assertThrows(() => decodeCheckpoint(bytes, owner), Deno.errors.InvalidData, `in its progress, ${message}`);
  }
  weight.dispose();
  assertEquals(tf.memory().numTensors, before);
});

const [NEWEST, PREVIOUS] = CHECKPOINT_FILES;

Deno.test("saveCheckpoint() keeps the newest and the one before, and findCheckpoint() takes the newest", async () => {
  assertEquals(await found(await Deno.makeTempDir()), { value: undefined, warning: undefined });
  const folder = await folderWith(0.1, 0.2, 0.3);
  assertEquals(fileNames(folder), [...CHECKPOINT_FILES].sort());
  assertEquals(await found(folder), { value: 0.3, warning: undefined });
  await Deno.remove(join(folder, NEWEST));
  assertEquals(await found(folder), { value: 0.2, warning: undefined }, "a kill between the two renames");
});

Deno.test("a damaged newest checkpoint is told, and never takes the place of the one before", async () => {
  const folder = await folderWith(0.1, 0.2);
  await damage(join(folder, NEWEST));
  const { value, warning } = await found(folder);
  assertEquals(value, 0.1);
  assertStringIncludes(warning!, NEWEST);
  assertStringIncludes(warning!, "The run goes on from the checkpoint before it.");
  await save(folder, 0.3);
  await damage(join(folder, NEWEST)); // the save that follows the fall-back is damaged as well
  assertEquals((await found(folder)).value, 0.1);
  await damage(join(folder, PREVIOUS));
  assertStringIncludes((await found(folder)).warning!, "The run starts from the beginning.");
  await save(folder, 0.4);
  await removeCheckpoints(folder);
  assertEquals(fileNames(folder), []);
});

Deno.test("findCheckpoint() refuses a checkpoint of another run, names the file and leaves it where it is", async () => {
  const folder = await folderWith(0.1);
  const other = { ...owner, experiment: smallExperiment({ seed: 9 }) };
  const error = await assertRejects(() => findCheckpoint(folder, other), Error, "seed: 1 → 9");
  assertStringIncludes((error as Error).message, `The file is ${join(folder, NEWEST)}; delete it`);
  assertEquals(fileNames(folder), [NEWEST]);
});

async function folderWith(...values: number[]): Promise<string> {
  const folder = await Deno.makeTempDir();
  for (const value of values) await save(folder, value);
  return folder;
}

async function save(folder: string, value: number): Promise<void> {
  const checkpoint = smallCheckpoint(value);
  await saveCheckpoint(folder, checkpoint, owner);
  disposeTree([checkpoint.state, checkpoint.bestWeights]);
}

async function found(folder: string) {
  const { checkpoint, warning } = await findCheckpoint(folder, owner);
  if (checkpoint) disposeTree([checkpoint.state, checkpoint.bestWeights]);
  return { value: checkpoint?.progress.epsilonState.epsilon[0], warning };
}

async function damage(file: string): Promise<void> {
  const bytes = await Deno.readFile(file);
  bytes[bytes.length - 3] ^= 16;
  await Deno.writeFile(file, bytes);
}
