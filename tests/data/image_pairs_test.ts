import { assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { listImagePairs } from "../../lib/data/image_pairs.ts";
import { THRESHOLD_RULE } from "../../lib/data/mask_rule.ts";
import { readPairs } from "../../lib/data/read_pairs.ts";
import { imageFolder, writeImage } from "./drawings.ts";

const list = (path: string) =>
  listImagePairs({ images: join(path, "images"), masks: join(path, "masks") }, [".png", ".jpg"]);
const read = async (path: string, onProgress?: (progress: { done: number; total: number }) => void) =>
  await readPairs(await list(path), path, { size: 4, rule: THRESHOLD_RULE, onProgress });

Deno.test("listImagePairs() sorts names with numbers in numeric order", async () => {
  using folder = await imageFolder(["10", "2", "1", "b", "a"]);
  assertEquals((await list(folder.path)).pairs.map(({ id }) => id), ["1", "2", "10", "a", "b"]);
});

Deno.test("readPairs() thresholds masks at native size and gives images and masks at the wanted size", async () => {
  using folder = await imageFolder(["a", "b"]);
  const { images, masks, foreground } = await read(folder.path);
  assertEquals([images.length, masks.length], [2 * 4 * 4 * 3, 2 * 4 * 4]);
  assertEquals(foreground, [24, 24]);
  assertEquals([...masks.slice(16)].join(""), "1100110000000000");
});

Deno.test("readPairs() tells every missing mask, mask without image, broken file and other size at once", async () => {
  using folder = await imageFolder(["1", "2", "3", "4", "5", "6"]);
  const path = (kind: string, id: string) => join(folder.path, kind, `${id}.png`);
  Deno.removeSync(path("masks", "1"));
  Deno.removeSync(path("images", "2"));
  Deno.truncateSync(path("images", "3"), 40);
  Deno.truncateSync(path("masks", "3"), 0);
  await writeImage(path("masks", "4"), { mask: true, width: 11 });
  await writeImage(path("masks", "5"), { mask: true, white: 1 });

  const found = (await read(folder.path)).findings;
  const findings = [
    `image "${path("images", "1")}" has no mask in "${join(folder.path, "masks")}"`,
    `mask "${path("masks", "2")}" has no image in "${join(folder.path, "images")}"`,
    `Cannot decode "${path("images", "3")}": the file is damaged or cut short`,
    `Cannot decode "${path("masks", "3")}": the file is empty`,
    `Cannot read mask "${path("masks", "4")}": expected 12 × 8 pixels as its image has, found 11 × 8`,
    `Cannot read mask "${path("masks", "5")}": expected a mask of black (0) and white (255), found only 0 and 1`,
  ];
  found.forEach(({ file, message }, index) => {
    assertStringIncludes(message, findings[index]);
    assertStringIncludes(message, file);
  });
  assertEquals(found.length, findings.length);
});

Deno.test("readPairs() tells links that lead to no file, with all other findings", async () => {
  using folder = await imageFolder(["1", "2", "3"]);
  const path = (kind: string, id: string) => join(folder.path, kind, `${id}.png`);
  Deno.removeSync(path("masks", "1"));
  Deno.symlinkSync(join(folder.path, "nowhere"), path("masks", "1"));
  Deno.symlinkSync(folder.path, path("images", "4"));
  Deno.truncateSync(path("images", "2"), 40);
  const message = (await read(folder.path)).findings.map(({ message }) => message).join();
  assertStringIncludes(message, `"${path("images", "4")}" is no file, nor a link to one`);
  assertStringIncludes(message, `"${path("masks", "1")}" is no file, nor a link to one`);
  assertStringIncludes(message, `image "${path("images", "1")}" has no mask`);
  assertStringIncludes(message, `Cannot decode "${path("images", "2")}"`);
});

Deno.test("readPairs() reports its progress up to the last image", async () => {
  using folder = await imageFolder(["1", "2", "3", "4"]);
  const seen: number[] = [];
  await read(folder.path, ({ done, total }) => {
    assertEquals(total, 4);
    seen.push(done);
  });
  assertEquals(seen, [1, 2, 3, 4]);
});

Deno.test("a listing's state changes when a file is written anew at the same size", async () => {
  using folder = await imageFolder(["1"]);
  const file = join(folder.path, "images", "1.png");
  const before = await list(folder.path);
  assertEquals((await list(folder.path)).state, before.state);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const bytes = Deno.readFileSync(file);
  bytes[bytes.length - 1] ^= 1;
  Deno.writeFileSync(file, bytes);
  assertNotEquals((await list(folder.path)).state, before.state);
});
