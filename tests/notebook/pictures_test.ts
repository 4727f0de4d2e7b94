import { assertEquals, assertNotEquals, assertRejects, assertStringIncludes } from "@std/assert";
import sharp from "sharp";
import { syntheticDataset } from "../../lib/data/synthetic/dataset.ts";
import { type Sample, sampleGrid, sampleTable } from "../../lib/notebook/pictures.ts";

const SIZE = 16, COUNT = 3;

function samples(): Sample[] {
  const { images, masks, ids } = syntheticDataset({ count: COUNT, size: SIZE, seed: 1 });
  const pixels = SIZE * SIZE;
  return ids.map((caption, i) => ({
    image: images.slice(3 * i * pixels, 3 * (i + 1) * pixels),
    mask: masks.slice(i * pixels, (i + 1) * pixels),
    probability: new Float32Array(pixels).fill(0.4),
    information: new Float32Array(pixels).fill(0.02 * (i + 1)),
    entropy: new Float32Array(pixels).fill(0.6),
    caption,
  }));
}

Deno.test("sampleTable() has a row for each sample and a column for each view", async () => {
  const views = ["image", "mask", "prediction", "probability", "information", "entropy"] as const;
  const wide = await sampleTable(samples(), views, { tileSide: 60 });
  assertEquals(wide.width, 8 + views.length * 68);
  assertStringIncludes(wide.description, "mutual information");
});

Deno.test("sampleGrid() breaks samples into rows", async () => {
  const oneRow = await sampleGrid(samples(), "image", { columns: 3, tileSide: 60 });
  const twoRows = await sampleGrid(samples(), "image", { columns: 2, tileSide: 60 });
  assertEquals([oneRow.width, twoRows.width], [8 + 3 * 68, 8 + 2 * 68]);
  assertEquals(twoRows.height - oneRow.height, 60 + 20 + 8);
});

Deno.test("sampleTable() shares one scale of the mutual information between samples", async () => {
  const [sample] = samples();
  const brighter = { ...sample, information: sample.information!.map((value) => 2 * value) };
  const firstTile = async (shown: readonly Sample[]) => {
    const { png } = await sampleTable(shown, ["information"], { tileSide: 40 });
    const data = await sharp(png).extract({ left: 20, top: 52, width: 70, height: 70 }).raw().toBuffer();
    return data.toString("hex");
  };
  assertEquals(await firstTile([sample]), await firstTile([brighter])); // each the brightest of its sheet
  assertNotEquals(await firstTile([sample, brighter]), await firstTile([sample]));
});

Deno.test("sampleTable() draws information that is 0 everywhere, and tells which sample lacks what a view shows", async () => {
  const [sample] = samples();
  await sampleTable([{ ...sample, information: new Float32Array(SIZE * SIZE) }], ["information"]);
  await assertRejects(
    () => sampleTable([{ ...sample, information: undefined }], ["information"]),
    RangeError,
    'Cannot draw the sample of "synthetic-0000": expected its information, found none',
  );
  const small = { ...sample, probability: new Float32Array(4) };
  await assertRejects(() => sampleTable([small], ["probability"]), RangeError, "expected 16 × 16");
});
