import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { parse } from "@std/csv";
import { join } from "@std/path";
import { fewSeedsTexts, knownResults } from "../../lib/results/few_seeds.ts";
import { resultsOf } from "../../lib/results/results_of.ts";
import { decodeRecord, encodeRecord, type RunRecord } from "../../lib/results/run_record.ts";
import { resultsTable, writeResults } from "../../lib/results/write_results.ts";
import { madeRecords, madeStudy } from "./made_records.ts";

/** One seed of the thesis' five methods. */
function oneSeed(dataset = "kvasir-seg") {
  const methods = ["dice", "focal", "polydice1", "polydice1-fixed", "adaptive"];
  const study = madeStudy({ runs: [{ data: [{ dataset }], methods, seeds: [1] }] });
  return resultsOf(study, madeRecords(study));
}

Deno.test("resultsTable() sets the best mean in bold and the thesis' value in brackets", () => {
  const [header, , dice, , , , adaptive] = resultsTable(oneSeed()).split("\n");
  assertEquals(header, "| Method | ε | Dice | IoU | Precision | Recall |");
  assertMatch(dice, /^\| Dice \| – \| (\*\*)?0\.\d{4}(\*\*)? \(0\.7895\) \|/);
  assertMatch(adaptive, /^\| Adaptive PolyDice-1 \| adaptive \| (\*\*)?0\.\d{4}(\*\*)? \(0\.8272\) \|/);
  assertEquals(resultsTable(oneSeed()).split("\n").slice(2, 7).join().match(/\*\*0\.\d{4}\*\* \(/g)!.length >= 4, true);
});

Deno.test("resultsTable() says what the numbers depend on, where the thesis has none, and that one seed is no verdict", () => {
  const text = resultsTable(oneSeed("synthetic"));
  const parts = ["Synthetic images, grouped split", "12 test images", "`smoke`", "seed 1", "Deno 2.9.6"];
  for (const part of [...parts, "The thesis has no table for these images", "One seed is no verdict"]) {
    assertStringIncludes(text, part);
  }
  assert(!/\(0\./.test(text), "no brackets without a thesis value");
});

Deno.test("with few seeds the committed protocol is cited: how far seeds lie apart, and what it found", async () => {
  const known = await knownResults();
  const [said, spread, answer] = fewSeedsTexts(oneSeed().groups[0], known);
  assertStringIncludes(said, "One seed is no verdict");
  assertMatch(
    spread,
    /^In the study “.+” \(Kvasir-SEG, grouped split, profile small\), .* deviation of 0\.002 to 0\.023\.$/,
  );
  assertEquals(
    answer,
    "There Adaptive PolyDice-1 minus PolyDice-1 (ε = 0) is −0.016 over 5 seeds, 95 % interval −0.042 to +0.007: the two " +
      "are not told apart.",
  );
  assertEquals(fewSeedsTexts(known.groups[0], known), []);
});

Deno.test("writeResults() leaves table, CSV of both weights, and everything with each record as JSON", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const results = oneSeed();
    const markdown = await writeResults(folder, results);
    assertEquals(await Deno.readTextFile(join(folder, "results.md")), markdown);
    const rows = parse(await Deno.readTextFile(join(folder, "results.csv")), { skipFirstRow: true });
    assertEquals(rows.length, 10);
    assertEquals([rows[0].dice_thesis, rows[0].weights], ["0.7895", "best"]);
    const json = JSON.parse(await Deno.readTextFile(join(folder, "results.json")));
    assertEquals(json.groups[0].methods.map(({ runs }: { runs: string[] }) => runs.length), [1, 1, 1, 1, 1]);
    const read = (json.records as object[]).map((record) => decodeRecord(JSON.stringify(record), "results.json"));
    assertEquals(read.map(({ run }) => run).sort(), [...runNames(results)].sort());
    const [{ records: [record] }] = results.groups[0].methods;
    assertEquals(read.find(({ run }) => run === record.run), decodeRecord(encodeRecord(record), "x"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

function runNames({ groups }: ReturnType<typeof oneSeed>): Set<RunRecord["run"]> {
  return new Set(groups.flatMap(({ methods }) => methods.flatMap(({ records }) => records.map(({ run }) => run))));
}
