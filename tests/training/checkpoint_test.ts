import "../backend.ts";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { disposeTree } from "../../lib/backend/tensor_tree.ts";
import { tf } from "../../lib/backend/tf.ts";
import { decodeSafetensors, encodeSafetensors, type SafetensorsMetadata } from "../../lib/model/safetensors.ts";
import { randomStream } from "../../lib/random/random_stream.ts";
import {
  type Checkpoint,
  type CheckpointOwner,
  decodeCheckpoint,
  encodeCheckpoint,
  seal,
} from "../../lib/training/checkpoint.ts";
import { COMPUTATION_VERSION } from "../../lib/experiment/experiment.ts";
import { owner, smallCheckpoint } from "./small_checkpoint.ts";
import { DATA, smallExperiment } from "./small_run.ts";

Deno.test("decodeCheckpoint() gives back progress, weights and optimiser to the bit", async () => {
  const checkpoint = smallCheckpoint(0.1);
  const decoded = decodeCheckpoint(await encodeCheckpoint(checkpoint, owner), owner);
  assertEquals(decoded.progress, checkpoint.progress);
  assertEquals(values(decoded), values(checkpoint));
  disposeTree([decoded.state, decoded.bestWeights, checkpoint.state, checkpoint.bestWeights]);
});

Deno.test("decodeCheckpoint() tells a change of any one bit, and any cut, and leaks no tensor", async () => {
  const checkpoint = smallCheckpoint(0.1);
  const bytes = await encodeCheckpoint(checkpoint, owner);
  disposeTree([checkpoint.state, checkpoint.bestWeights]);
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

for (const [claim, changes, message] of OTHERS) {
  Deno.test(`decodeCheckpoint() refuses a checkpoint of ${claim} and shows the difference`, async () => {
    const checkpoint = smallCheckpoint(0.1);
    const bytes = await encodeCheckpoint(checkpoint, { ...owner, ...changes });
    disposeTree([checkpoint.state, checkpoint.bestWeights]);
    const before = tf.memory().numTensors;
    const error = assertThrows(() => decodeCheckpoint(bytes, owner), Error, `stored → wanted: ${message})`);
    assert(!(error instanceof Deno.errors.InvalidData), "it is not damaged");
    assertEquals(tf.memory().numTensors, before);
  });
}

Deno.test("decodeCheckpoint() refuses sealed tensors of another network, names the first, and leaks none", async () => {
  const metadata = await encodedMetadata();
  const checkpoint = smallCheckpoint(0.1);
  const { tensors } = decodeSafetensors(await encodeCheckpoint(checkpoint, owner));
  disposeTree([checkpoint.state, checkpoint.bestWeights]);
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
    const bytes = await encodeSafetensors(held, metadata);
    seal(bytes);
    assertThrows(() => decodeCheckpoint(bytes, owner), Deno.errors.InvalidData, message);
    assertEquals(tf.memory().numTensors, before);
  }
  disposeTree([kernel, ...wrong.map(([held]) => held)]);
});

Deno.test("decodeCheckpoint() refuses another version of the file and names both", async () => {
  const tensors = { x: tf.scalar(1) };
  const old = await encodeSafetensors(tensors, { format: "polydice-checkpoint-1", experiment: "a", progress: "{}" });
  assertThrows(() => decodeCheckpoint(old, owner), Error, "polydice-checkpoint-1 → polydice-checkpoint-2");
  const later = await encodeSafetensors(tensors, { sha256: "0".repeat(64), format: "polydice-checkpoint-9" });
  seal(later);
  assertThrows(() => decodeCheckpoint(later, owner), Error, "polydice-checkpoint-9 → polydice-checkpoint-2");
});

Deno.test("decodeCheckpoint() refuses a checkpoint whose numbers another version has computed, and names both", async () => {
  const metadata = await encodedMetadata();
  const older = JSON.stringify({ ...JSON.parse(metadata.owner), computation: COMPUTATION_VERSION - 1 });
  const bytes = await encodeSafetensors({ x: tf.scalar(1) }, { ...metadata, owner: older });
  seal(bytes);
  const difference = `computation: ${COMPUTATION_VERSION - 1} → ${COMPUTATION_VERSION})`;
  assertThrows(() => decodeCheckpoint(bytes, owner), Error, difference);
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
      const whole = await encodedMetadata();
      const { [key]: _, ...others } = whole;
      const metadata = value === undefined ? others : { ...others, [key]: value };
      const bytes = await encodeSafetensors({ weight }, metadata);
      seal(bytes);
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
    const bytes = await encodeSafetensors({ weight }, { ...metadata, progress });
    seal(bytes);
    assertThrows(() => decodeCheckpoint(bytes, owner), Deno.errors.InvalidData, `in its progress, ${message}`);
  }
  weight.dispose();
  assertEquals(tf.memory().numTensors, before);
});

/** What a whole checkpoint says of itself. */
async function encodedMetadata(): Promise<SafetensorsMetadata> {
  const checkpoint = smallCheckpoint(1);
  const { tensors, metadata } = decodeSafetensors(await encodeCheckpoint(checkpoint, owner));
  disposeTree([tensors, checkpoint.state, checkpoint.bestWeights]);
  return metadata;
}
