import "../backend.ts";
import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { tf } from "../../lib/backend/tf.ts";
import { predictFiles } from "../../lib/training/predict_files.ts";
import { drawnFolder, HEIGHT, WIDTH } from "../data/drawings.ts";
import { storeMadeRun } from "./stored_run.ts";

Deno.test("predictFiles() predicts the images of a folder at their own size, and leaves no tensor behind, also where it stops", async () => {
  using images = await drawnFolder(3);
  const runs = await Deno.makeTempDir();
  const run = await storeMadeRun(runs);
  const before = tf.memory().numTensors;
  const found = await Array.fromAsync(predictFiles({ runs }, run, [images.path]));
  assertEquals(found.map(({ image }) => image.name), ["case0", "case1", "case2"]);
  for (const { mask, probability, lesionPixels, mutualInformation } of found) {
    assertEquals([mask.length, probability.length], [WIDTH * HEIGHT, WIDTH * HEIGHT]);
    assertEquals(lesionPixels, probability.filter((value) => value > 0.5).length);
    assertEquals(mutualInformation, undefined);
  }
  for await (const { difficulty } of predictFiles({ runs }, run, [images.path], { passes: 2 })) {
    assertEquals(typeof difficulty, "number");
    break;
  }
  await assertRejects(
    () => predictFiles({ runs }, run, [join(images.path, "none")]).next(),
    Error,
    "found nothing there",
  );
  assertEquals(tf.memory().numTensors, before);
  await Deno.remove(runs, { recursive: true });
});
