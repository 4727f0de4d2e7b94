import { assertAlmostEquals, assertEquals } from "@std/assert";
import { alternate, compareRounds, isDisturbed, type Round } from "../../bench/alternate.ts";
import { imageArithmetic, workArithmetic } from "../../bench/arithmetic.ts";
import type { Request, WorkSettings } from "../../bench/messages.ts";
import type { WorkerProcess } from "../../bench/worker_process.ts";

/** A worker whose repetitions take made-up times. */
function madeWorker(name: string, milliseconds: number, log: string[]): WorkerProcess {
  return {
    ready: { framework: name, device: "none" },
    startMilliseconds: 0,
    ask<T>(request: Request): Promise<T> {
      if (request.operation !== "run") throw new Error(`asked for ${request.operation}`);
      log.push(`${name} ${request.count}`);
      return Promise.resolve({ milliseconds: Array(request.count).fill(milliseconds), value: 0 } as T);
    },
    usage: () => Promise.resolve({ processorSeconds: 0, peakBytes: 0 }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

Deno.test("alternate() lets the sides begin in turns and measures three rounds however late it is", async () => {
  const log: string[] = [];
  const plan = { rounds: 1000, seconds: 0, patience: 0 };
  const rounds = await alternate(madeWorker("ours", 300, log), madeWorker("peer", 400, log), plan);
  assertEquals(rounds.map(({ ours, peer }) => [ours, peer]), Array(3).fill([[300, 300], [400, 400]]));
  assertEquals(log, [
    ...["ours 2", "peer 2"], // estimates
    ...["ours 2", "peer 2", "peer 2", "ours 2", "ours 2", "peer 2"],
  ]);
});

Deno.test("alternate() leaves the first of many short repetitions out", async () => {
  const log: string[] = [];
  const plan = { rounds: 1000, seconds: 0, patience: 0 };
  const [round] = await alternate(madeWorker("ours", 50, log), madeWorker("peer", 60, log), plan);
  assertEquals([log[2], round.ours.length, round.peer.length], ["ours 11", 10, 10]);
});

const round = (ours: number, peer: number, otherCores = 0): Round => ({ ours: [ours], peer: [peer], otherCores });

Deno.test("compareRounds() divides the medians and takes the quartiles of the rounds' quotients", () => {
  const { ours, peer, ratio, rounds } = compareRounds([round(10, 20), round(10, 30), round(20, 50), round(20, 20)]);
  assertEquals([ours.median, peer.median, rounds], [15, 25, 4]);
  assertAlmostEquals(ratio.median, 25 / 15);
  assertAlmostEquals(ratio.lower, 1.75); // of 1, 2, 2.5, 3
  assertAlmostEquals(ratio.upper, 2.625);
});

Deno.test("compareRounds() leaves disturbed rounds out where three quiet ones remain", () => {
  const quiet = [round(10, 20), round(10, 20), round(10, 20)];
  const comparison = compareRounds([...quiet, round(10, 500, 1.5)]);
  assertEquals([comparison.ratio.upper, comparison.rounds, comparison.disturbed], [2, 3, 1]);
  assertEquals(isDisturbed(comparison), false);
});

Deno.test("compareRounds() counts all rounds and says so where fewer than three were quiet", () => {
  const comparison = compareRounds([round(10, 20), round(10, 20), round(10, 60, 1.5)]);
  assertEquals([comparison.rounds, comparison.disturbed, comparison.otherCores], [3, 0, 0.5]);
  assertEquals(isDisturbed(comparison), true);
});

const SETTINGS: WorkSettings = {
  work: "mc",
  precision: "float32",
  baseWidth: 16,
  imageSize: 96,
  batch: 8,
  images: 16,
  passes: 10,
  dropoutRate: 0.5,
};

Deno.test("imageArithmetic() counts a network of base width 2 as done by hand", () => {
  // Per level 0..4 of a 16-pixel image: 256, 64, 16, 4, 1 pixels; channels 2, 4, 8, 16, 16.
  const encoder = 9 * (256 * (3 * 2 + 2 * 2) + 64 * (2 * 4 + 4 * 4) + 16 * (4 * 8 + 8 * 8) + 4 * (8 * 16 + 16 * 16) +
    1 * (16 * 16 + 16 * 16));
  // Decoder blocks: [level pixels, skip, raised, inner, out].
  const blocks = [[4, 16, 16, 16, 8], [16, 8, 8, 8, 4], [64, 4, 4, 4, 2], [256, 2, 2, 2, 2]];
  const skips = blocks.reduce((sum, [pixels, skip, , inner]) => sum + 9 * pixels * skip * inner, 0);
  const rest = blocks.reduce((sum, [pixels, , raised, inner, out]) => sum + 9 * pixels * inner * (raised + out), 0);
  assertEquals(imageArithmetic(2, 16), {
    shared: encoder + skips,
    pass: rest + 256 * 2 * 2,
    first: 9 * 256 * 3 * 2,
  });
});

Deno.test("workArithmetic() grows with images and passes, and sharing saves all but one of what is shared", () => {
  const { shared, pass } = imageArithmetic(16, 96);
  assertEquals(workArithmetic(SETTINGS, false), 160 * (shared + pass));
  assertEquals(workArithmetic(SETTINGS, false) - workArithmetic(SETTINGS, true), 16 * 9 * shared);
  assertEquals(workArithmetic({ ...SETTINGS, passes: 1 }, true), workArithmetic({ ...SETTINGS, passes: 1 }, false));
});

Deno.test("workArithmetic() takes a training step as three forward passes without the image's gradient", () => {
  const { shared, pass, first } = imageArithmetic(16, 96);
  assertEquals(workArithmetic({ ...SETTINGS, work: "train" }, true), 8 * (3 * (shared + pass) - first));
});
