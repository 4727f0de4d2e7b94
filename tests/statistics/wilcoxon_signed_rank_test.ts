import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { wilcoxonSignedRank } from "../../lib/statistics/wilcoxon_signed_rank.ts";
import { madeNumbers } from "./made_numbers.ts";

/** Darwin's maize: differences of 15 pairs, from SciPy's manual. */
const DARWIN = [6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75];

/** scipy.stats.wilcoxon of SciPy 1.17.1 with NumPy 2.4.6: zero_method "wilcox", correction True, two-sided. */
const SCIPY: readonly [name: string, differences: number[], statistic: number, pValue: number, how: string][] = [
  ["Darwin's maize", DARWIN, 96, 0.041259765625, "exact"],
  ["7 pairs", madeNumbers(7, 7), 15, 0.9375, "exact"],
  ["25 pairs", madeNumbers(25, 25), 217, 0.14847958087921143, "exact"],
  ["50 pairs", madeNumbers(50, 50), 942, 0.002799360749817126, "exact"],
  ["51 pairs", madeNumbers(51, 51), 782, 0.26667346627131916, "normal"],
  ["120 pairs", madeNumbers(120, 120), 5081, 0.00014547484989357371, "normal"],
  [
    "80 pairs with ties and zeros",
    madeNumbers(80, 3).map((value) => Math.round(value * 10)),
    1868.5,
    0.03500633770024166,
    "normal",
  ],
  ["12 pairs with ties and zeros", [-4, 3, 4, -1, 3, -3, -2, 0, 0, 3, 5, 2], 37.5, 0.3290820844605248, "normal"],
  ["the far tail", madeNumbers(200, 9).map((value) => value + 0.4), 20100, 1.4470017348102398e-34, "normal"],
];

for (const [name, differences, statistic, pValue, distribution] of SCIPY) {
  Deno.test(`wilcoxonSignedRank() of ${name} is SciPy's`, () => {
    const test = wilcoxonSignedRank(differences);
    assertEquals([test.statistic, test.distribution], [statistic, distribution]);
    assertAlmostEquals(test.pValue / pValue, 1, 1e-10);
  });
}

/** What the hand-written ranks and normal tail gave before `@stdlib`'s took their place; numbers tied by rounding or not. */
const BEFORE: readonly [pairs: number, seed: number, tied: boolean, statistic: number, pValue: number][] = [
  [1, 2, false, 0, 1],
  [1, 2, true, 0, 1],
  [2, 3, false, 0, 0.5],
  [2, 3, true, 0, 1],
  [6, 4, false, 12, 0.84375],
  [6, 4, true, 11, 1],
  [13, 5, false, 53, 0.635498046875],
  [13, 5, true, 43, 0.3947786490172791],
  [30, 6, false, 180, 0.28936620615422726],
  [30, 6, true, 167.5, 0.28100563828784897],
  [50, 7, false, 950, 0.0021224348550905603],
  [50, 7, true, 824, 0.0018758855346866152],
  [51, 8, false, 628, 0.7464039856898012],
  [51, 8, true, 477, 0.8370980235232567],
  [90, 9, false, 3018, 9.501629446910082e-05],
  [90, 9, true, 2532.5, 0.00011375284157319995],
  [300, 10, false, 30258, 3.240463123095429e-07],
  [300, 10, true, 26230.5, 1.4657347706879806e-07],
];

Deno.test("wilcoxonSignedRank() has the values of before, for few and many pairs, with and without ties", () => {
  for (const [pairs, seed, tied, statistic, pValue] of BEFORE) {
    const differences = madeNumbers(pairs, seed).map((value) => tied ? Math.round(value * 10) : value);
    const test = wilcoxonSignedRank(differences);
    assertEquals(test.statistic, statistic);
    assertAlmostEquals(test.pValue / pValue, 1, 1e-12);
  }
});

Deno.test("wilcoxonSignedRank() does not change when all differences turn their signs", () => {
  for (const seed of [1, 2, 3]) {
    const differences = madeNumbers(20 * seed, seed);
    const turned = wilcoxonSignedRank(differences.map((value) => -value));
    assertAlmostEquals(turned.pValue, wilcoxonSignedRank(differences).pValue, 1e-14);
  }
});

Deno.test("wilcoxonSignedRank() leaves zero differences out", () => {
  const { statistic, pairs, pValue } = wilcoxonSignedRank([...DARWIN, 0, -0, 0]);
  assertEquals({ statistic, pairs, pValue }, { statistic: 96, pairs: 15, pValue: 0.041259765625 });
  assertEquals(wilcoxonSignedRank([0, 0]).pValue, 1);
});

Deno.test("wilcoxonSignedRank() has a p-value of at most 1 where both signs are as strong", () => {
  assertEquals(wilcoxonSignedRank([1, -2, 3, -4, -5, 5, 4, -3, 2, -1]).pValue, 1);
  assertEquals(wilcoxonSignedRank([1, 2, -3]).pValue, 1);
  assert(wilcoxonSignedRank([1]).pValue <= 1);
});

Deno.test("wilcoxonSignedRank() refuses no differences and NaN", () => {
  assertThrows(() => wilcoxonSignedRank([]), RangeError, "found none");
  assertThrows(() => wilcoxonSignedRank([1, NaN]), RangeError, "found NaN at 1");
});
