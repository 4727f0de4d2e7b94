import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { parse } from "@std/csv";
import { join } from "@std/path";
import sharp from "sharp";
import { useBackend } from "../../lib/backend/use_backend.ts";
import { drawing, drawnFolder, HEIGHT, WIDTH, writeDrawing } from "../data/drawings.ts";
import { command } from "../../tasks/predict.ts";
import { storeMadeRun } from "../training/stored_run.ts";
import { runTask, startTask } from "./run_task.ts";

await useBackend("cpu");
const root = await Deno.makeTempDir({ prefix: "polydice_predict_" });
const runs = join(root, "runs");
const run = await storeMadeRun(runs);
const images = await drawnFolder(6);

/** Runs the task; its results lie in a folder of their own. */
async function predict(name: string, ...args: string[]) {
  const to = join(root, name);
  const place = args.some((word) => word.endsWith(".safetensors")) ? [] : ["--runs", runs];
  const output = await runTask(command, [...args, "--to", to, ...place, "--backend", "cpu"]);
  const read = (file: string) => Deno.readFile(join(to, file));
  const csv = async () => parse(new TextDecoder().decode(await read("predictions.csv")), { skipFirstRow: true });
  return { ...output, to, read, csv };
}

const made = await predict("made", "--weights", run.hash, "--images", images.path, "--uncertainty", "--passes", "3");

Deno.test("predict writes masks of 0 and 255, probabilities and uncertainties of 16 bits, all of the files' size", async () => {
  assertEquals(made.code, 0, made.stderr);
  for (let number = 0; number < 6; number++) {
    const pixels = async (kind: string) => {
      const image = sharp(await made.read(`${kind}/case${number}.png`));
      const { width, height, channels, depth } = await image.metadata();
      const sixteen = kind !== "masks";
      assertEquals([width, height, channels, depth], [WIDTH, HEIGHT, 1, sixteen ? "ushort" : "uchar"], kind);
      const { buffer, byteOffset, length } = await image.toColourspace(sixteen ? "grey16" : "b-w")
        .raw({ depth: sixteen ? "ushort" : "uchar" }).toBuffer();
      return sixteen
        ? new Uint16Array(buffer.slice(byteOffset, byteOffset + length))
        : new Uint8Array(buffer, byteOffset, length);
    };
    const mask = await pixels("masks"), probability = await pixels("probability");
    await pixels("uncertainty");
    mask.forEach((value, pixel) => {
      assert(value === 0 || value === 255);
      if (Math.abs(probability[pixel] - 32767.5) > 1) assertEquals(value === 255, probability[pixel] > 32767.5);
    });
  }
});

Deno.test("predict's table has a row an image, the most doubtful first, whose numbers are those of the files", async () => {
  const rows = await made.csv();
  const header = "file,width,height,lesion_pixels,components,mean_probability,difficulty,entropy,review_rank";
  assertEquals(Object.keys(rows[0]).join(), header);
  assertEquals(rows.map((row) => row.review_rank), ["1", "2", "3", "4", "5", "6"]);
  const difficulties = rows.map((row) => Number(row.difficulty));
  assertEquals(difficulties, difficulties.toSorted((a, b) => b - a));
  for (const { file, lesion_pixels, mean_probability } of rows) {
    const name = file!.split("/").at(-1);
    const { channels: [{ mean: grey }] } = await sharp(await made.read(`masks/${name}`)).stats();
    assertAlmostEquals(grey / 255 * WIDTH * HEIGHT, Number(lesion_pixels), 1e-3);
    const { channels: [{ mean }] } = await sharp(await made.read(`probability/${name}`)).stats();
    assertAlmostEquals(mean / 65535, Number(mean_probability), 1e-4);
  }
  const page = new TextDecoder().decode(await made.read("index.html"));
  const places = rows.map(({ file }) => page.indexOf(`. ${file}<`));
  assertEquals(places, places.toSorted((a, b) => a - b));
  assert(places[0] > 0);
});

Deno.test("predict without --uncertainty, and by weights from a file, gives the same masks, and leaves difficulty and entropy empty", async () => {
  const file = join(runs, run.hash, "weights_best.safetensors"); // which says for which images it is
  const alone = await predict("alone", "--weights", file, "--images", join(images.path, "images"));
  assertEquals(alone.code, 0, alone.stderr);
  for (const kind of ["masks", "probability"]) {
    assertEquals(await alone.read(`${kind}/case3.png`), await made.read(`${kind}/case3.png`), kind);
  }
  assertEquals((await alone.csv()).map(({ difficulty, entropy }) => [difficulty, entropy])[0], ["", ""]);
  await Deno.stat(join(alone.to, "uncertainty")).then(() => assert(false), () => {});
});

Deno.test("predict's results of an image do not depend on what other images there are", async () => {
  const one = join(images.path, "images", "case4.png");
  const single = await predict("single", "--weights", run.hash, "--images", one, "--uncertainty", "--passes", "3");
  for (const kind of ["masks", "probability", "uncertainty"]) {
    assertEquals(await single.read(`${kind}/case4.png`), await made.read(`${kind}/case4.png`), kind);
  }
});

Deno.test("predict tells and passes over files that can't be read, and ends with status 1 and all others", async () => {
  const folder = join(root, "odd");
  const names = ["=1+1.png", "<b>ü &.png", "same.png", "sub/same.png"];
  for (const [number, name] of names.entries()) await writeDrawing(join(folder, name), drawing(number));
  Deno.writeTextFileSync(join(folder, "broken.png"), "no image");
  const { code, stdout, stderr, csv, read } = await predict("odd-results", "--weights", run.hash, "--images", folder);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "Cannot read 1 file of 5, told above; the others are there.\n");
  assertStringIncludes(stdout, `Cannot decode "${join(folder, "broken.png")}"`);
  assertStringIncludes(stdout, 'The results of "sub/same.png" are called "sub_same"');
  assertEquals((await csv()).map(({ file }) => file).toSorted(), [
    "'=1+1.png",
    "<b>ü &.png",
    "same.png",
    "sub/same.png",
  ]);
  for (const name of ["=1+1", "<b>ü &", "same", "sub_same"]) assert((await read(`masks/${name}.png`)).length > 0);
  assertStringIncludes(new TextDecoder().decode(await read("index.html")), "1 file could not be read");
});

Deno.test("predict goes on where a signal has ended it, with the same results, and redoes what has changed", async () => {
  const to = join(root, "again");
  const args = ["--weights", run.hash, "--images", images.path, "--uncertainty", "--passes", "3"];
  const child = startTask("predict", [...args, "--to", to, "--runs", runs, "--backend", "cpu"]);
  while (!isThere(join(to, "masks", "case0.png"))) await new Promise((done) => setTimeout(done, 5));
  child.kill("SIGTERM");
  const { code } = await child.output();
  if (code !== 0) { // 0: it was through before the signal came
    assertEquals(code, 143);
    assert(!isThere(join(to, "predictions.csv")) && isThere(join(to, "predictions.json")));
  }
  const first = await Deno.stat(join(to, "masks", "case0.png"));
  Deno.writeFileSync(join(to, "masks", "case1.png"), new Uint8Array(3)); // as if somebody had drawn into it
  const changed = await predict("again", ...args);
  assertEquals(changed.code, 1);
  assertStringIncludes(changed.stderr, "masks/case1.png");
  Deno.removeSync(join(to, "masks", "case1.png"));
  const again = await predict("again", ...args);
  assertEquals(again.code, 0, again.stderr);
  assertEquals((await Deno.stat(join(to, "masks", "case0.png"))).mtime, first.mtime);
  for (const file of ["predictions.csv", "masks/case1.png", "uncertainty/case5.png"]) {
    assertEquals(await again.read(file), await made.read(file), file);
  }
});

const WEIGHTS = ["--weights", run.hash], IMAGES = ["--images", images.path];
const OF_FILE = ["--weights", join(runs, run.hash, "weights_best.safetensors")];
// [arguments, what the message tells]
const WRONG: [string[], string][] = [
  [WEIGHTS, "required option '--images <paths...>' not specified"],
  [["--weights", "ffff", ...IMAGES], 'Cannot predict run "ffff": there is none of that name'],
  [["--weights", "none.safetensors", ...IMAGES], "there is no such file"],
  [[...WEIGHTS, "--images", join(root, "none")], "expected a file or folder, found nothing there"],
  [[...WEIGHTS, ...IMAGES, "--passes", "3"], "Cannot use --passes without --uncertainty."],
  [[...WEIGHTS, ...IMAGES, "--threshold", "1"], "Expected a number between 0 and 1"],
  [[...OF_FILE, ...IMAGES, "--runs", runs], "Cannot use --runs with a file of weights"],
  [[...OF_FILE, ...IMAGES, "--which", "last"], "Cannot use --which with a file"],
];
Deno.test("predict refuses wrong uses with status 2", async () => {
  for (const [args, message] of WRONG) {
    const { code, stderr } = await predict("wrong", ...args);
    assertEquals([code, stderr.includes(message)], [2, true], stderr);
  }
});

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

globalThis.addEventListener("unload", () => {
  images[Symbol.dispose]();
  Deno.removeSync(root, { recursive: true });
});
