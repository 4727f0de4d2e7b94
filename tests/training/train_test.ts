import "../backend.ts";
import { assert, assertEquals, assertMatch, assertNotEquals, assertRejects } from "@std/assert";
import { disposeTree } from "../../lib/backend/tensor_tree.ts";
import { tf } from "../../lib/backend/tf.ts";
import type { SegmentationDataset } from "../../lib/data/segmentation_dataset.ts";
import type { Experiment } from "../../lib/experiment/experiment.ts";
import { diceLoss } from "../../lib/loss/dice_loss.ts";
import { LOSSES, type LossFunction } from "../../lib/loss/losses.ts";
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from "../../lib/training/checkpoint.ts";
import { train, type TrainedNetwork } from "../../lib/training/train.ts";
import { DATA, dataset, smallExperiment, split, trainFully } from "./small_run.ts";

Deno.test("train() follows Algorithm 1: with E₀ = 0 and τ = 2 it updates ε before epochs 2 and 4, and keeps it in between", async () => {
  const { events, result } = await trainFully(smallExperiment({ epochs: 5, epsilonControl: "adaptive" }));
  const order = events.filter(({ kind }) => kind !== "step").map((event) =>
    event.kind === "update" ? `update ${event.epoch}` : event.kind === "epoch" ? `epoch ${event.row.epoch}` : ""
  );
  assertEquals(order, ["epoch 1", "update 2", "epoch 2", "epoch 3", "update 4", "epoch 4", "epoch 5"]);
  const [first, second, third, fourth] = result.progress.history.map(({ meanEpsilon }) => meanEpsilon);
  assertEquals(first, 0);
  assert(second > 0);
  assertEquals(third, second);
  assertNotEquals(fourth, third);
  dispose(result);
});

Deno.test("train() gives every training image a row at every update, within the range of ε, and none with a fixed ε", async () => {
  // A network whose passes differ by more than rounding.
  const settings = { epochs: 4, seed: 2, baseWidth: 4 };
  const { result } = await trainFully(smallExperiment({ ...settings, epsilonControl: "adaptive" }));
  const rows = result.progress.epsilons;
  assertEquals(
    rows.map(({ epoch, id }) => `${epoch} ${id}`),
    [2, 4].flatMap((epoch) => split.train.map((image) => `${epoch} ${dataset.ids[image]}`)),
  );
  assert(rows.every(({ difficulty, epsilon }) => difficulty >= 0 && epsilon > 0 && epsilon < 0.5));
  assert(new Set(rows.map(({ epsilon }) => epsilon)).size > 2, "images should differ in ε");
  const fixed = await trainFully(smallExperiment({ epsilon: 0.25 }));
  assert(fixed.events.every(({ kind }) => kind !== "update"));
  assertEquals(fixed.result.progress.history.map(({ meanEpsilon }) => meanEpsilon), [0.25, 0.25, 0.25]);
  // Each test image under the best weights, then under the last.
  assertEquals(
    fixed.result.test.map(({ id, weights }) => `${weights} ${id}`),
    ["best", "last"].flatMap((weights) => split.test.map((image) => `${weights} ${dataset.ids[image]}`)),
  );
  [result, fixed.result].forEach(dispose);
});

Deno.test("train() sees every training image once an epoch, in batches of which the last is smaller", async () => {
  const seen: number[] = [];
  const watched = withMasks((image) => seen.push(image));
  const steps: [number, number][] = [];
  for await (const event of train(watched, split, smallExperiment({ epochs: 2 }))) {
    if (event.kind === "step") steps.push([event.step, event.steps]);
    if (event.kind === "trained") dispose(event.network);
  }
  assertEquals(steps, [[1, 2], [2, 2], [1, 2], [2, 2]]);
  const trained = seen.filter((image) => split.train.includes(image));
  for (const epoch of [trained.slice(0, 7), trained.slice(7)]) assertEquals(epoch.toSorted(), split.train);
  assertNotEquals(trained.slice(0, 7), trained.slice(7));
});

/** The data set, which tells whose mask is read before it is. */
function withMasks(onRead: (image: number) => void): SegmentationDataset {
  const { masks, size } = dataset;
  const watched = Object.assign(masks.slice(), {
    subarray(from: number, to: number) {
      onRead(from / size ** 2);
      return masks.subarray(from, to);
    },
  });
  return { ...dataset, masks: watched };
}

Deno.test("train() gives the same weights to the bit for one seed, and others for another", async () => {
  const run = async (seed: number) => {
    const { result } = await trainFully(smallExperiment({ seed, epsilonControl: "adaptive" }));
    const weights = flat(result);
    dispose(result);
    return weights;
  };
  const first = await run(1);
  assertEquals(await run(1), first);
  assertNotEquals(await run(2), first);
});

Deno.test("train() resumed from the checkpoint of any step or epoch ends like the uninterrupted run, to the bit", async () => {
  const experiment = smallExperiment({ epochs: 3, epsilonControl: "adaptive" }); // an update before the second epoch
  const owner = { experiment, data: DATA.fingerprint, backend: "tensorflow" };
  const checkpoints: Uint8Array<ArrayBuffer>[] = [];
  let whole: TrainedNetwork | undefined;
  for await (const event of train(dataset, split, experiment)) {
    if (event.kind === "trained") whole = event.network;
    else if (event.kind !== "update") checkpoints.push(await encodeCheckpoint(event.checkpoint, owner));
  }
  assertEquals(checkpoints.length, 3 * (2 + 1));
  for (const bytes of checkpoints) {
    const resumeFrom: Checkpoint = decodeCheckpoint(bytes, owner);
    const { result } = await trainFully(experiment, { resumeFrom });
    assertEquals(flat(result), flat(whole!));
    assertEquals(result.test, whole!.test);
    assertEquals(result.progress.epsilons, whole!.progress.epsilons);
    const timeless = (network: TrainedNetwork) => network.progress.history.map((row) => ({ ...row, seconds: 0 }));
    assertEquals(timeless(result), timeless(whole!));
    dispose(result);
  }
  dispose(whole!);
});

Deno.test("train() keeps the number of tensors flat from epoch to epoch, and frees all but the weights", async () => {
  const before = tf.memory().numTensors;
  const counts: number[] = [];
  for await (
    const event of train(dataset, split, smallExperiment({ epochs: 6, interval: 1, epsilonControl: "adaptive" }))
  ) {
    if (event.kind === "epoch") counts.push(tf.memory().numTensors);
    if (event.kind === "trained") dispose(event.network);
  }
  assertEquals(new Set(counts).size, 1, `tensors after each epoch: ${counts}`);
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("train() stops at a loss that is not finite, and names epoch, step and images", async () => {
  const before = tf.memory().numTensors;
  const error = await assertRejects(() => trainFully(smallExperiment({ learningRate: 1e30 })), Error, "is not finite");
  assertMatch((error as Error).message, /the loss of synthetic-\d+.* is not finite in epoch \d+, step \d+/);
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("train() with patience stops after so many epochs without a higher validation Dice", async () => {
  const settings = { epochs: 8, seed: 2 };
  const { result: whole } = await trainFully(smallExperiment(settings));
  const rows = ({ progress }: TrainedNetwork) => progress.history.map((row) => ({ ...row, seconds: 0 }));
  const dices = rows(whole).map(({ valDice }) => valDice);
  const patience = 2;
  const best = (epoch: number) => 1 + dices.slice(0, epoch).indexOf(Math.max(...dices.slice(0, epoch)));
  const end = dices.findIndex((_, index) => index + 1 - best(index + 1) >= patience) + 1;
  assert(end > patience && end < dices.length, `validation Dice ${dices} can't show early stopping`);

  const { result: stopped, events } = await trainFully(smallExperiment({ ...settings, patience }));
  assertEquals(rows(stopped), rows(whole).slice(0, end));
  assertEquals(stopped.progress.bestEpoch, best(end));
  assert(stopped.test.length > 0);
  const last = events.at(-1);
  assert(last?.kind === "epoch" && last.row.epoch === end);
  [whole, stopped].forEach(dispose);
});

function flat({ best, last }: TrainedNetwork): number[] {
  const weights = [best, last].flatMap(({ trainable, statistics }) => Object.values({ ...trainable, ...statistics }));
  return weights.flatMap((tensor) => [...tensor.dataSync()]);
}

function dispose({ best, last }: TrainedNetwork): void {
  disposeTree([best, last]);
}

/** Puts another loss in the place of "dice" while something runs. */
async function withLoss(loss: LossFunction, run: () => Promise<unknown>): Promise<void> {
  const dice = LOSSES.dice as { make: (typeof LOSSES)["dice"]["make"] };
  const { make } = dice;
  dice.make = () => loss;
  try {
    await run();
  } finally {
    dice.make = make;
  }
}

/** Trains until it fails or `most` events have come; no tensor may be left. Returns how many came. */
async function trainUntil(message: string, images: SegmentationDataset, changes: Partial<Experiment>, most = Infinity) {
  const before = tf.memory().numTensors;
  let count = 0;
  const training = async () => {
    for await (const _ of train(images, split, smallExperiment(changes))) if (++count === most) throw new Error("left");
  };
  await assertRejects(training, Error, message);
  await tf.nextFrame();
  assertEquals(tf.memory().numTensors, before, `${message} after ${count} events`);
  return count;
}

Deno.test("train() frees everything where nobody asks for its next event, and where a step in the middle of an epoch fails", async () => {
  assertEquals(await trainUntil("left", dataset, {}, 3), 3);
  // The step is recorded for four images, and anew for the last batch of an epoch, of three: while the next batch is made,
  // and with none after it.
  for (const [batch, events] of [[4, 0], [3, 1]]) {
    const failing: LossFunction = (probability, mask) => {
      if (probability.shape[0] === batch) throw new Error("the loss fails");
      return diceLoss(probability, mask);
    };
    await withLoss(failing, async () => {
      assertEquals(await trainUntil("the loss fails", dataset, { loss: "dice" }), events);
    });
  }
});

Deno.test("train() frees everything where the next batch can't be made, and waits for the step under way", async () => {
  // Images read before: those of the first batch, of an update of ε, of an epoch, and half of the validation.
  const isUpdate = { epsilonControl: "adaptive", interval: 1 } as const;
  for (const [reads, changes] of [[4, {}], [4, isUpdate], [7, {}], [9, {}]] as const) {
    let left: number = reads;
    const failing = withMasks(() => {
      if (--left < 0) throw new Error("out of memory");
    });
    await trainUntil("out of memory", failing, changes);
  }
});

Deno.test('train() with the order "mean" gives every image the mean of what the controller computed', async () => {
  const settings = { epsilonControl: "adaptive", interval: 1, epochs: 1, baseWidth: 4, seed: 2 } as const;
  const [own, mean] = await Promise.all([
    trainFully(smallExperiment(settings)),
    trainFully(smallExperiment({ ...settings, epsilonOrder: "mean" })),
  ]);
  const values = own.result.progress.epsilons.map(({ epsilon }) => epsilon);
  assert(new Set(values).size > 2, "equal values would show nothing");
  const wanted = values.reduce((sum, value) => sum + value, 0) / values.length;
  const rows = mean.result.progress.epsilons;
  assertEquals(rows.map(({ epsilon }) => epsilon), values.map(() => wanted));
  assertEquals(rows.map(({ difficulty }) => difficulty), own.result.progress.epsilons.map((row) => row.difficulty));
  assertEquals(mean.result.progress.epsilonState.epsilon, values.map(() => wanted));
  [own.result, mean.result].forEach(dispose);
});

Deno.test('train() with the "oracle" takes D from the images, and the error from the passes', async () => {
  const settings = { epsilonControl: "adaptive", interval: 1, epochs: 1, difficulty: "oracle" } as const;
  const { result } = await trainFully(smallExperiment(settings));
  const rows = result.progress.epsilons;
  assertEquals(rows.map(({ difficulty }) => difficulty), split.train.map((image) => dataset.trueDifficulty![image]));
  assert(rows.every(({ error }) => error >= 0 && error <= 1));
  dispose(result);
});
