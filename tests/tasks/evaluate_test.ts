import { backend } from "../backend.ts";
import { assert, assertAlmostEquals, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { tf } from "../../lib/backend/tf.ts";
import type { ImageScores } from "../../lib/evaluation/image_scores.ts";
import { parseRunRecord } from "../../lib/evaluation/run_record.ts";
import type { Run } from "../../lib/training/run.ts";
import { evaluateTask } from "../../tasks/evaluate.ts";
import { parseEvaluateOptions } from "../../tasks/evaluate_options.ts";
import { progressLine } from "../../tasks/cli/progress_line.ts";
import { TaskError } from "../../tasks/cli/task_error.ts";
import { trainPlanned } from "../../tasks/train_planned.ts";
import { realDataTest } from "../real_data.ts";

const quiet = progressLine({ write: () => {}, terminal: false });
const folder = await Deno.makeTempDir({ prefix: "polydice_evaluate_" });
const places = {
  results: join(folder, "results"),
  runs: join(folder, "runs"),
  cache: join(folder, "cache"),
  backend: backend.name,
};
const planned = {
  profile: "smoke",
  dataset: "synthetic",
  split: "grouped",
  method: "adaptive",
  seed: 1,
  ablation: { group: "test", name: "long", title: "long", changes: { epochs: 12 } },
} as const;
const PATH = "smoke/ablations/test/long-seed1.json";
await trainPlanned([planned], places, quiet);
const record = parseRunRecord(await Deno.readTextFile(join(places.results, PATH)), PATH);
const run: Run = JSON.parse(await Deno.readTextFile(join(places.runs, record.hash, "run.json")));

async function evaluate(words: string): Promise<{ lines: string[]; json: Report; csv: string }> {
  const [json, csv] = [join(folder, "report.json"), join(folder, "rows.csv")];
  const args = [...words.split(" "), "--runs", places.runs, "--json", json, "--csv", csv, "--backend", backend.name];
  const command = parseEvaluateOptions(args, folder, {});
  if (command.kind !== "evaluate") throw new Error(command.kind);
  const lines = await evaluateTask({ ...command.options, cache: places.cache }, quiet);
  return { lines, json: JSON.parse(await Deno.readTextFile(json)), csv: await Deno.readTextFile(csv) };
}

interface Report {
  readonly dataset: string;
  readonly fingerprint: string;
  readonly results: {
    weights: string;
    summary: { metrics: Record<string, { mean: number }> };
    images: ImageScores[];
  }[];
}

Deno.test("deno task evaluate gives the run's own test rows, under both weights, and the record's D and entropy", async () => {
  const before = tf.memory().numTensors;
  const { json, lines, csv } = await evaluate(`${record.hash.slice(0, 6)} --weights best,last --uncertainty`);
  assertEquals(tf.memory().numTensors, before);
  assertEquals(json.results.map(({ weights }) => weights), ["best", "last"]);
  assertEquals(json.fingerprint, run.fingerprint);
  for (const { weights, images } of json.results) {
    const rows = run.test.filter((row) => row.weights === weights);
    assertEquals(
      images.map(({ id, dice, iou, precision, recall }) => ({ id, weights, dice, iou, precision, recall })),
      rows,
    );
    for (const image of images) {
      const recorded = record.test.find((row) => row.weights === weights && row.id === image.id)!;
      for (const name of ["difficulty", "entropy", "foreground"] as const) {
        assertAlmostEquals(image[name]!, recorded[name], 1e-5 * Math.max(1e-3, recorded[name]), name);
      }
    }
  }
  const [{ images, summary }] = json.results;
  assertAlmostEquals(summary.metrics.dice.mean, images.reduce((sum, { dice }) => sum + dice, 0) / images.length, 1e-12);
  assertStringIncludes(
    lines[0],
    `Run ${record.hash} on synthetic: 3 test images of the grouped split, seed 0, 32 × 32`,
  );
  const row = lines.find((line) => line.startsWith(`best epoch, ${run.bestEpoch}`))!;
  assertStringIncludes(row, summary.metrics.dice.mean.toFixed(4));
  const [header, first, ...rest] = csv.trim().split("\n");
  assertEquals(header, "id,weights,dice,iou,precision,recall,foreground,difficulty,entropy");
  assert(first.startsWith(`${images[0].id},best,${images[0].dice},`), first);
  assertEquals(rest.length, 5);
});

Deno.test("deno task evaluate gives for exported weights what it gives for the run", async () => {
  const file = join(places.runs, record.hash, "weights_last.safetensors");
  const { json } = await evaluate(`${file} --dataset synthetic --size 32 --count 30`);
  const { json: ofRun } = await evaluate(`${record.hash} --weights last`);
  assertEquals(json.results[0].images, ofRun.results[0].images);
});

Deno.test("deno task evaluate takes other parts, sizes and splits, and says where the network has seen the images", async () => {
  const all = await evaluate(`${record.hash} --part all`);
  assertEquals(all.json.results[0].images.length, 30);
  assertStringIncludes(all.lines[1], "this is no test");
  const validation = await evaluate(`${record.hash} --part validation --size 64 --split random --split-seed 5`);
  assertStringIncludes(validation.lines[0], "3 validation images of the random split, seed 5, 64 × 64 pixels");
});

Deno.test(realDataTest(
  "cvc-clinicdb",
  "deno task evaluate tells how a network generalises to another data set",
  async (data) => {
    const { json, lines } = await evaluate(`${record.hash} --dataset cvc-clinicdb --data ${data}`);
    assertEquals(json.dataset, "cvc-clinicdb");
    assert(json.results[0].images.length > 40);
    assertStringIncludes(lines[0], "It was trained on synthetic.");
  },
));

// [words, what the message tells]
const wrong: [string, string][] = [
  ["ffff", 'Cannot evaluate run "ffff": there is none of that name'],
  ["none.safetensors --dataset synthetic --size 32", "there is no such file"],
  [`${record.hash} --size 33`, "height and width must be multiples of 4, found 33 × 33"],
  [`${record.hash} --split published`, "Cannot use the published split"],
  [`${record.hash} --dataset kvasir-seg --data ${folder}`, "Cannot find Kvasir-SEG"],
];
for (const [words, message] of wrong) {
  Deno.test(`deno task evaluate explains: ${message}`, async () => {
    await assertRejects(() => evaluate(words), TaskError, message);
  });
}

Deno.test("deno task evaluate refuses damaged weights and files that are none", async () => {
  const copy = join(folder, "damaged.safetensors");
  await Deno.writeFile(copy, new Uint8Array(40));
  await assertRejects(() => evaluate(`${copy} --dataset synthetic --size 32`), TaskError, "Cannot ");
  const runs = join(folder, "damaged");
  await Deno.mkdir(join(runs, record.hash), { recursive: true });
  await Deno.copyFile(join(places.runs, record.hash, "run.json"), join(runs, record.hash, "run.json"));
  const weights = await Deno.readFile(join(places.runs, record.hash, "weights_best.safetensors"));
  weights[weights.length - 1] ^= 1;
  await Deno.writeFile(join(runs, record.hash, "weights_best.safetensors"), weights);
  const command = parseEvaluateOptions([record.hash, "--runs", runs], folder, {});
  if (command.kind !== "evaluate") throw new Error(command.kind);
  const options = { ...command.options, cache: places.cache, backend: backend.name };
  await assertRejects(() => evaluateTask(options, quiet), TaskError, "SHA-256");
});

globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
