import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import tCdf from "@stdlib/stats-base-dists-t-cdf";
import tQuantile from "@stdlib/stats-base-dists-t-quantile";
import { THESIS_TABLE_2 } from "../lib/results/result_texts.ts";
import { readRecords } from "../lib/results/record_store.ts";
import type { RunRecord, WeightsName } from "../lib/results/run_record.ts";
import { mean, sampleStandardDeviation } from "../lib/statistics/mean.ts";

const ROOT = fromFileUrl(new URL("..", import.meta.url));
const readme = Deno.readTextFileSync(join(ROOT, "README.md"));
const words = readme.replaceAll(/\s+/g, " ");

const dice = ({ test }: RunRecord, weights: WeightsName) =>
  mean(test.filter((row) => row.weights === weights).map((row) => row.dice));

/** Test Dice of each adaptive run on Kvasir-SEG less that of ε = 0 with the same seed, split and epochs. */
async function kvasirDifferences(weights: WeightsName): Promise<number[]> {
  const records = (await Promise.all(["protocol", "longer"].map((study) => readRecords(join(ROOT, "results", study)))))
    .flatMap(({ records }) => records.map(({ record }) => record))
    .filter(({ experiment }) => experiment.dataset === "kvasir-seg" && experiment.loss === "polydice1");
  return records.filter(({ experiment }) => experiment.epsilonControl === "adaptive").map((adaptive) => {
    const { seed, split, epochs } = adaptive.experiment;
    const base = records.find(({ experiment }) =>
      experiment.epsilonControl === "fixed" && experiment.epsilon === 0 && experiment.seed === seed &&
      experiment.split === split && experiment.epochs === epochs
    )!;
    return dice(adaptive, weights) - dice(base, weights);
  });
}

Deno.test("README.md's answer is that of the committed records: the difference, its interval, and what it excludes", async () => {
  const signed = (value: number) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
  const { adaptive, polydice1 } = THESIS_TABLE_2;
  const claimed = adaptive.dice - polydice1.dice;
  for (const weights of ["best", "last"] as const) {
    const differences = await kvasirDifferences(weights);
    const error = sampleStandardDeviation(differences) / Math.sqrt(differences.length);
    const reach = error * tQuantile(0.975, differences.length - 1);
    const middle = mean(differences);
    const interval = `${signed(middle - reach)} … ${signed(middle + reach)}`;
    assertEquals(differences.length, 13);
    assert(words.includes(`${signed(middle)} ${weights === "best" ? "in Dice (95 % " : "("}${interval})`), interval);
    assert(tCdf((middle - claimed) / error, differences.length - 1) < 0.001);
  }
  assert(words.includes(`over 13 pairs of runs on Kvasir-SEG`.replace("over", "Over")));
  assert(words.includes(`an advantage of ${signed(claimed)}, which the thesis reports`), signed(claimed));
});

Deno.test("README.md, data/README.md and bench/README.md link only to files that are there", () => {
  for (const folder of [".", "data", "bench"]) {
    const text = Deno.readTextFileSync(join(ROOT, folder, "README.md"));
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path]) => path);
    assertEquals(links.filter((path) => !exists(join(ROOT, folder, path))), []);
  }
});

Deno.test("README.md names the Deno version that CI runs", () => {
  const version = Deno.readTextFileSync(join(ROOT, ".ci", "run")).match(/deno@([\d.]+)/)?.[1];
  const named = [...readme.matchAll(/deno@([\d.]+)/g)].map(([, found]) => found);
  assert(named.length > 0);
  assertEquals([...new Set(named)], [version]);
});

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
