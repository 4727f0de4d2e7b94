import { assertEquals, assertStringIncludes } from "@std/assert";
import { dirname, join } from "@std/path";
import { listImagePairs } from "../../lib/data/image_pairs.ts";
import { nativeMask, readPairs } from "../../lib/data/read_pairs.ts";
import { dicomFile } from "./decode/drawn_files.ts";

const WIDTH = 8, HEIGHT = 6, COUNT = WIDTH * HEIGHT, size = { width: WIDTH, height: HEIGHT };
/** 1 in a corner. */
const shape = Uint8Array.from({ length: COUNT }, (_, pixel) => pixel % WIDTH < 4 && pixel < 3 * WIDTH ? 1 : 0);
const shades = Uint8Array.from({ length: COUNT }, (_, pixel) => (37 * pixel) % 256);

/** What is read of files with these contents, as "images/a.dcm"; the folder lasts as long as the result. */
async function readFiles(files: Readonly<Record<string, Uint8Array>>) {
  const path = Deno.makeTempDirSync();
  for (const [name, content] of Object.entries(files)) {
    Deno.mkdirSync(dirname(join(path, name)), { recursive: true });
    Deno.writeFileSync(join(path, name), content);
  }
  const listing = await listImagePairs({ images: join(path, "images"), masks: join(path, "masks") }, [".dcm", ".nii"]);
  const read = await readPairs(listing, path, { size: 4 });
  return { ...read, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

Deno.test("readPairs() and nativeMask() take DICOM masks by their stored values, not as the window shows them", async () => {
  const window = { "00281050": "40", "00281051": "1500" };
  const image = dicomFile({ ...size, pixels: shades, elements: window });
  const mask = dicomFile({ ...size, pixels: shape, elements: window });
  using read = await readFiles({ "images/a.dcm": image, "masks/a.dcm": mask });
  assertEquals([read.findings, read.rule?.sentence], [[], "Lesion is 1, background 0."]);
  assertEquals(read.foreground, [12]);
  assertEquals(await nativeMask(read.native[0], read.rule!), shape);
  assertEquals(read.notes.length, 1); // the image is still shown through its window
  const labels = dicomFile({
    ...size,
    pixels: shape.with(COUNT - 1, 2),
    elements: { "00281050": "1", "00281051": "1" },
  });
  using refused = await readFiles({ "images/a.dcm": image, "masks/a.dcm": labels });
  assertStringIncludes(refused.findings[0].message, "expected masks of two values, found 0 (");
});
