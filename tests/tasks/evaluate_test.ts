import sharp from "sharp";
import { assert, assertAlmostEquals, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { disposeTree } from "../../lib/backend/tensor_tree.ts";
import { tf } from "../../lib/backend/tf.ts";
import { openData } from "../../lib/data/open_data.ts";
import { resolveExperiment } from "../../lib/experiment/resolve_experiment.ts";
import { saveUNetWeights } from "../../lib/model/unet_weights_file.ts";
import type { NativeScore } from "../../lib/training/native_scores.ts";
import { recordRun } from "../../lib/training/record_run.ts";
import { loadWeights } from "../../lib/training/run_store.ts";
import type { ImageScore } from "../../lib/training/score_images.ts";
import { trainOrLoad } from "../../lib/training/train_or_load.ts";
import { TaskError } from "../../tasks/cli/task_error.ts";
import { command } from "../../tasks/evaluate.ts";
import { command as predictCommand } from "../../tasks/predict.ts";
import { rememberPlaces } from "../../tasks/training/stored_runs.ts";
import { backend } from "../backend.ts";
import { BLACK_AND_WHITE, drawing, drawnFolder, writeDrawing, writeMask } from "../data/drawings.ts";
import { runTask } from "./run_task.ts";

const folder = await Deno.makeTempDir({ prefix: "polydice_evaluate_" });
const runs = join(folder, "runs");

async function trained(dataset: string, own?: string) {
  const set = { epochs: own ? 1 : 12 };
  const experiment = resolveExperiment({ profile: "smoke", method: "adaptive", dataset, set });
  const data = await openData(experiment, { own });
  return { run: await trainOrLoad(experiment, data, { runs, backend }), data };
}
const { run, data } = await trained("synthetic");
const record = await recordRun(run, data, runs);

interface Report {
  readonly dataset: string;
  readonly part: string;
  readonly images: Record<string, number>;
  readonly fingerprint: string;
  readonly results: {
    weights: string;
    threshold: number;
    summary: { metrics: Record<string, { mean: number }> };
    native?: NativeScore;
    images: (ImageScore & { native?: NativeScore })[];
  }[];
}

async function evaluate(...words: string[]): Promise<{ lines: string[]; json: Report; csv: string }> {
  const [json, csv] = [join(folder, "report.json"), join(folder, "rows.csv")];
  const place = words[0].endsWith(".safetensors") ? [] : ["--runs", runs];
  const files = [...place, "--json", json, "--csv", csv, "--backend", backend.name];
  const { code, stdout, stderr } = await runTask(command, [...words, ...files]);
  if (code !== 0) throw new TaskError(stderr, code as 1);
  const lines = stdout.split("\n");
  return { lines, json: JSON.parse(await Deno.readTextFile(json)), csv: await Deno.readTextFile(csv) };
}

Deno.test("deno task evaluate gives the run's own test rows, under both weights, and the record's D and entropy", async () => {
  const before = tf.memory().numTensors;
  const { json, lines, csv } = await evaluate(run.hash.slice(0, 6), "--weights", "best,last", "--uncertainty");
  assertEquals(tf.memory().numTensors, before);
  assertEquals(json.results.map(({ weights }) => weights), ["best", "last"]);
  assertEquals([json.fingerprint, json.part], [run.data.pixels, "test"]);
  for (const { weights, images } of json.results) {
    const rows = run.test.filter((row) => row.weights === weights);
    assertEquals(
      images.map(({ id, dice, iou, precision, recall }) => ({ id, weights, dice, iou, precision, recall })),
      rows,
    );
    for (const image of images) {
      const recorded = record.test.find((row) => row.weights === weights && row.id === image.id)!;
      for (const name of ["difficulty", "entropy", "foreground"] as const) {
        assertAlmostEquals(image[name]!, recorded[name], 1e-9, name);
      }
    }
  }
  const [{ images, summary }] = json.results;
  assertAlmostEquals(summary.metrics.dice.mean, images.reduce((sum, { dice }) => sum + dice, 0) / images.length, 1e-12);
  assertEquals(lines[0], `Run ${run.hash} on synthetic: 3 test images, 32 × 32 pixels`);
  const row = lines.find((line) => line.startsWith(`best epoch, ${run.bestEpoch}`))!;
  assertStringIncludes(row, summary.metrics.dice.mean.toFixed(4));
  const [header, first, ...rest] = csv.trim().split("\n");
  assertEquals(header, "id,weights,dice,iou,precision,recall,foreground,difficulty,entropy");
  assert(first.startsWith(`${images[0].id},best,${images[0].dice},`), first);
  assertEquals(rest.length, 5);
});

Deno.test("deno task evaluate gives for exported weights what it gives for the run", async () => {
  const file = join(runs, run.hash, "weights_last.safetensors");
  const { json } = await evaluate(file, "--dataset", "synthetic", "--size", "32", "--count", "30");
  const { json: ofRun } = await evaluate(run.hash, "--weights", "last", "--part", "all");
  assertEquals(json.results[0].images, ofRun.results[0].images);
});

Deno.test("deno task evaluate takes other parts and sizes of the run's own, and says where the network has seen the images", async () => {
  const all = await evaluate(run.hash, "--part", "all");
  assertEquals(all.json.results[0].images.length, 30);
  assertStringIncludes(all.lines.join("\n"), `The network was trained on ${run.parts.train.length} of them`);
  const validation = await evaluate(run.hash, "--part", "validation", "--size", "64");
  assertStringIncludes(validation.lines[0], "3 validation images, 64 × 64 pixels");
  assertEquals(validation.json.results[0].images.map(({ id }) => id), run.parts.validation.map(({ id }) => id));
});

Deno.test("deno task evaluate never calls an image that the network was trained on a test image, however its folder has changed", async () => {
  using images = await drawnFolder(40);
  const { run: own } = await trained("own-polyps", images.path);
  const ids = (part: keyof typeof own.parts) => own.parts[part].map(({ id }) => id).sort();
  const path = (kind: string, id: string) => join(images.path, kind, `${id}.png`);
  const found = async (part: string) => {
    const { json, lines } = await evaluate(own.hash, "--dataset", images.path, "--part", part);
    return { ids: json.results[0].images.map(({ id }) => id).sort(), counts: json.images, text: lines.join("\n") };
  };
  assertEquals((await found("test")).ids, ids("test"));
  const { json: elsewhere, lines } = await evaluate(run.hash, "--dataset", images.path); // of another data set
  assertEquals([elsewhere.part, elsewhere.images.train, elsewhere.images.all], ["all", 0, 40]);
  assertStringIncludes(lines.join("\n"), "By their content, of the 40 images the run was trained on 0");

  // Six images more, which sort before the others and would move every split that is made anew.
  for (let number = 40; number < 46; number++) {
    const { shape } = drawing(number);
    await writeDrawing(path("images", `a${number}`), drawing(number));
    await writeMask(path("masks", `a${number}`), shape, BLACK_AND_WHITE);
  }
  const grown = await found("test");
  assertEquals(grown.ids, ids("test"));
  assertEquals([grown.counts.train, grown.counts.new, grown.counts.all], [ids("train").length, 6, 46]);
  assertStringIncludes(grown.text, "has not seen 6");
  assertEquals((await found("new")).ids, [40, 41, 42, 43, 44, 45].map((number) => `a${number}`));
  assertEquals((await found("train")).ids, ids("train"));

  // One test image is gone, the others and the training images are under other names.
  const [gone, ...left] = ids("test");
  for (const kind of ["images", "masks"]) {
    await Deno.remove(path(kind, gone));
    for (const id of left) await Deno.rename(path(kind, id), path(kind, `test-${id}`));
    for (const id of ids("train")) await Deno.rename(path(kind, id), path(kind, `b-${id}`));
  }
  const renamed = await found("test");
  assertEquals(renamed.ids, left.map((id) => `test-${id}`).sort());
  assertStringIncludes(renamed.text, `1 of the run's ${ids("test").length} test images are not here`);
  assertEquals((await found("train")).ids, ids("train").map((id) => `b-${id}`).sort());

  // A training image under a second name is no new one.
  for (const kind of ["images", "masks"]) await Deno.copyFile(path(kind, `b-${ids("train")[0]}`), path(kind, "copy"));
  assert(!(await found("new")).ids.includes("copy"));
});

Deno.test("deno task evaluate makes images square as the network saw them, also in a folder of another name", async () => {
  using images = await drawnFolder(12);
  const set = { epochs: 1, fit: "pad" } as const;
  const experiment = resolveExperiment({ profile: "smoke", method: "dice", dataset: "padded", set });
  const padded = await trainOrLoad(experiment, await openData(experiment, { own: images.path }), { runs, backend });
  const { json } = await evaluate(padded.hash, "--dataset", images.path);
  assertEquals(json.part, "test"); // its own test images, known by their padded content
  const rows = padded.test.filter(({ weights }) => weights === "best");
  assertEquals(json.results[0].images.map(({ id, dice }) => [id, dice]), rows.map(({ id, dice }) => [id, dice]));
});

Deno.test("deno task evaluate scores at the files' own size what predict writes as masks", async () => {
  using images = await drawnFolder(12, { kind: { value: (isLesion) => [isLesion ? 3 : 1] } });
  const { run, data } = await trained("own-drawings", images.path);
  const error = await assertRejects(() => evaluate(run.hash), TaskError, "say where they are with --dataset PATH");
  assertEquals(error.status, 2);
  await rememberPlaces(runs, run.hash, { own: images.path });
  const { json, lines, csv } = await evaluate(run.hash, "--part", "all", "--threshold", "0.45");
  const [{ native, images: rows, threshold }] = json.results, to = join(folder, "predictions");
  assertEquals([threshold, rows.length], [0.45, 12]);
  const args = ["--weights", run.hash, "--images", join(images.path, "images"), "--to", to, "--threshold", "0.45"];
  await runTask(predictCommand, [...args, "--runs", runs, "--backend", backend.name]);
  const grey = async (path: string) => await sharp(path).toColourspace("b-w").raw().toBuffer();
  for (const { id, native } of rows) {
    const predicted = await grey(join(to, "masks", `${id}.png`)),
      mask = await grey(join(images.path, "masks", `${id}.png`));
    let [both, all] = [0, 0];
    mask.forEach((value, pixel) => {
      const [first, second] = [Number(predicted[pixel] > 0), Number(value === 3)];
      both += first * second;
      all += first + second;
    });
    assertAlmostEquals(native!.dice, 2 * both / all, 1e-12);
  }
  assertAlmostEquals(native!.dice, rows.reduce((sum, { native }) => sum + native!.dice / 12, 0), 1e-12);
  assertStringIncludes(lines.join("\n"), `${native!.hd95.toFixed(2)}  ${native!.nsd.toFixed(4)}`);
  assertStringIncludes(csv, "native_dice,native_iou,native_precision,native_recall,native_hd95,native_nsd");
  const { native: recorded } = await recordRun(run, data, runs);
  const ofTest = await evaluate(run.hash);
  assertEquals(
    recorded.filter(({ weights }) => weights === "best"),
    ofTest.json.results[0].images.map(({ id, native }) => ({
      id,
      weights: "best" as const,
      ...native!,
      hd95: null,
      nsd: null,
    })),
  );
});

Deno.test("deno task evaluate lets the run's validation images choose the threshold", async () => {
  const { json, lines } = await evaluate(run.hash, "--threshold", "validation");
  const [{ threshold, summary }] = json.results, dices = new Map<number, number>();
  for (const other of [0.05, 0.5, 0.95, threshold]) {
    const { json } = await evaluate(run.hash, "--part", "validation", "--threshold", String(other));
    dices.set(other, json.results[0].summary.metrics.dice.mean);
  }
  assertEquals(dices.get(threshold), Math.max(...dices.values()));
  const { json: same } = await evaluate(run.hash, "--threshold", String(threshold));
  assertEquals(same.results[0].summary, summary);
  assertStringIncludes(lines.join("\n"), `validation images chose the threshold ${threshold}, with a Dice of`);
});

/** Weights in a file that says nothing of an experiment. */
const old = join(folder, "old.safetensors");
const loaded = await loadWeights(runs, run.hash, "best");
await Deno.writeFile(old, await saveUNetWeights(loaded));
disposeTree(loaded);

// [words, status, what the message tells]
const WRONG: [string, number, string][] = [
  ["--dataset synthetic", 2, "Cannot use --dataset without a network"],
  [`${run.hash} --weights worst`, 2, '"worst" is none of best, last'],
  [`${run.hash} --passes 5`, 2, "Cannot use --passes without --uncertainty"],
  [`${old} --dataset synthetic`, 2, "the file doesn't say for which images it is; give --size"],
  [`${old} --dataset synthetic --size 32 --threshold validation`, 2, "only a run knows its validation images"],
  [`${run.hash} --threshold 1.5`, 2, "Expected a number between 0 and 1"],
  [`${run.hash} --threshold validation --part validation`, 2, "evaluated on the images that chose it"],
  [`${run.hash} --tolerance 3`, 2, "Cannot use --tolerance: it is for images from files"],
  ["a.safetensors --size 96 --weights last", 2, "Cannot use --weights with a file"],
  ["ffff", 2, 'Cannot evaluate run "ffff": there is none of that name'],
  ["none.safetensors --dataset synthetic --size 32", 2, "there is no such file"],
  [`none.safetensors --runs ${folder} --dataset synthetic --size 32`, 2, "Cannot use --runs with a file of weights"],
  [`${run.hash} --split random`, 2, "Cannot use --split: a run knows its test images by their content"],
  [
    `${run.hash} --dataset kvasir-seg --data ${folder} --count 3`,
    2,
    "Cannot use --count: it is for the synthetic data set",
  ],
  [`${run.hash} --part new`, 1, 'none of the 30 images is of the part "new". There are 3 test, 3 validation, 24 train'],
  [`${run.hash} --size 33`, 1, "height and width must be multiples of 4, found 33 × 33"],
  [`${run.hash} --dataset kvasir-seg --data ${folder}`, 1, "Cannot find Kvasir-SEG"],
];
Deno.test("deno task evaluate explains wrong uses", async () => {
  for (const [words, status, message] of WRONG) {
    const error = await assertRejects(() => evaluate(...words.split(" ")), TaskError, message);
    assertEquals(error.status, status, message);
  }
});

Deno.test("deno task evaluate refuses damaged weights and files that are none, and lists what is there", async () => {
  const copy = join(folder, "damaged.safetensors");
  await Deno.writeFile(copy, new Uint8Array(40));
  await assertRejects(() => evaluate(copy, "--dataset", "synthetic", "--size", "32"), TaskError, "Cannot ");
  const file = join(runs, run.hash, "weights_best.safetensors");
  const weights = await Deno.readFile(file);
  await Deno.writeFile(file, weights.with(weights.length - 1, weights.at(-1)! ^ 1));
  await assertRejects(() => evaluate(run.hash), TaskError, "SHA-256");
  await Deno.writeFile(file, weights);
});

globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
