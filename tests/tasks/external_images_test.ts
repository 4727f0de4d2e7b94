import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { writeImage } from "../data/drawings.ts";
import { readRecords } from "../../lib/results/record_store.ts";
import { runTrainingTask, trainingFolders } from "./training_tasks.ts";

/** Three drawings, the masks of which show nothing where they are empty. */
async function drawings(folder: string, empty = false): Promise<void> {
  for (const [index, id] of ["a", "b", "c"].entries()) {
    await writeImage(join(folder, "images", `${id}.png`), { seed: index });
    await writeImage(join(folder, "masks", `${id}.png`), { mask: true, white: empty ? 0 : 255 });
  }
}

Deno.test("a sweep scores every run on the images that its study names, and completes records when more are there", async () => {
  await using folders = await trainingFolders();
  const study = join(folders.root, "studies", "far.json");
  await Deno.mkdir(join(folders.root, "studies"));
  await Deno.writeTextFile(
    study,
    JSON.stringify({
      title: "Elsewhere",
      profile: "smoke",
      runs: [{ data: [{ dataset: "synthetic" }], methods: ["dice"], seeds: [1] }],
      external: [{ dataset: "../far/Clinic" }, { dataset: "../far/Healthy" }],
    }),
  );
  const sweep = async () => {
    const { code, stdout, stderr } = await runTrainingTask("sweep", [
      study,
      ...folders.options,
      "--data",
      folders.root,
    ]);
    assertEquals([code, stderr], [0, ""]);
    return stdout;
  };
  const external = async () => {
    const { records: [{ record }] } = await readRecords(join(folders.results, "far"));
    return record.external.filter(({ change }) => change === "");
  };
  await drawings(join(folders.root, "far", "Clinic"));
  const first = await sweep();
  assertStringIncludes(first, `healthy: there is nothing at ${join(folders.root, "far", "Healthy")} or`);
  assertEquals((await external()).map(({ dataset, images }) => [dataset, images]), [["clinic", 3]]);

  await drawings(join(folders.root, "external", "Healthy"), true); // beside the published data sets
  assertStringIncludes(await sweep(), "1 run trained in"); // its network was there
  const [clinic, healthy] = await external();
  assertEquals([clinic.dataset, healthy.dataset, healthy.difficulty], ["clinic", "healthy", [0, 0, 0]]);
  assert(healthy.dice.every((dice, image) => dice === (healthy.predicted[image] > 0 ? 0 : 1)));
  const epochs = (await folders.log()).filter(({ event }) => event === "epoch").length;
  assertEquals(epochs, 2); // trained once
  assertStringIncludes(await sweep(), "1 had their record");
});
