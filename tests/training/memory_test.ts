import { backend } from "../backend.ts";
import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { nodeBackend } from "../../lib/backend/tensorflow/node_backend.ts";
import { disposeTree } from "../../lib/backend/tensor_tree.ts";
import { tf } from "../../lib/backend/tf.ts";
import { unetLayers } from "../../lib/model/unet_layers.ts";
import { initializeWeights } from "../../lib/model/unet_weights.ts";
import { diceLoss } from "../../lib/loss/dice_loss.ts";
import { initializeAdam } from "../../lib/training/adam.ts";
import { batchTensors, dropoutSeeds } from "../../lib/training/inference.ts";
import { createTrainStep, type TrainState } from "../../lib/training/train_step.ts";
import { dataset } from "./small_run.ts";

const STEPS = 1000;
const WARM_UP = 200;

/** What 800 steps may add to the process: garbage that JavaScript has not collected, far less than one tensor a step. */
const ALLOWED_GROWTH = 60e6;

Deno.test(
  `memory is flat over ${STEPS} captured training steps`,
  { ignore: backend.name !== "tensorflow" },
  async () => {
    const options = { baseWidth: 4, depth: 2 };
    const weights = initializeWeights(options, 1);
    const step = createTrainStep(unetLayers(options), diceLoss, { learningRate: 1e-3, dropoutRate: 0.5 });
    let state: TrainState = { weights, optimizer: initializeAdam(weights.trainable) };
    const counts = () => [tf.memory().numTensors, nodeBackend()!.binding.getNumOfTensors()];
    let atWarmUp = { counts: [0, 0], memory: 0 };
    for (let number = 1; number <= STEPS; number++) {
      const batch = {
        ...batchTensors(dataset, [0, 1, 2, 3]),
        epsilon: tf.zeros<tf.Rank.R1>([4]),
        dropout: dropoutSeeds(1, number),
      };
      const { state: next, losses, secondMomentSum } = await step.start({ state, batch });
      await losses.data();
      disposeTree([state, batch, losses, secondMomentSum]);
      state = next;
      if (number === WARM_UP) atWarmUp = { counts: counts(), memory: Deno.memoryUsage().rss };
    }
    assertEquals(counts(), atWarmUp.counts);
    const growth = Deno.memoryUsage().rss - atWarmUp.memory;
    assert(growth < ALLOWED_GROWTH, `the process grew by ${(growth / 1e6).toFixed(0)} MB`);
    assertEquals(step.traceCount(), 1);
    disposeTree(state);
  },
);

/** Ten passes side by side held about 270 MB more than one; two at a time about 120 MB. */
const ALLOWED_FOR_NINE_PASSES = 200e6;

Deno.test(
  "MC Dropout holds the maps of two passes at a time, however many there are",
  { ignore: backend.name !== "tensorflow" || Deno.build.os !== "linux" },
  async () => {
    const path = (name: string) => fromFileUrl(new URL(name, import.meta.url));
    const peak = async (passes: number) => {
      const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: [
          ...["run", "-q", "--no-check", "-P=training", "--config", path("../../deno.json")],
          ...[path("mc_dropout_peak.ts"), `${passes}`],
        ],
      }).output();
      const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
      assert(success, text(stderr));
      return Number(text(stdout));
    };
    const growth = await peak(10) - await peak(1);
    assert(growth < ALLOWED_FOR_NINE_PASSES, `nine more passes took ${(growth / 1e6).toFixed(0)} MB more`);
  },
);
