import { assertAlmostEquals, assertEquals } from "@std/assert";
import { compareRounds, isDisturbed, type Round } from "../../bench/spread.ts";

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
