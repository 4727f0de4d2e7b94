import "../backend.ts";
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { ownNetwork } from "../../explorer/shown_network.ts";
import { tf } from "../../lib/backend/tf.ts";
import { readSealedJson, sealedJson } from "../../lib/files/sealed_json.ts";
import { ownNetworkFile, smallWeights } from "./networks.ts";

Deno.test("ownNetwork() tells of a run what its record tells, and says which settings are the thesis'", async () => {
  const row = (weights: string, dice: number) => ({ weights, dice, iou: dice / 2 });
  const { record } = await ownNetworkFile({
    experiment: { dataset: "kvasir-seg", imageSize: 32, baseWidth: 64, dropoutRate: 0.25, passes: 3, slope: null },
    test: [row("best", 0.5), row("best", 0.75), row("last", 0), { weights: "best", dice: "0.1" }, null],
  });
  assertEquals(record, {
    format: 1,
    name: "run 0f0f",
    experiment: {
      imageSize: 32,
      dropoutRate: 0.25,
      passes: 3,
      percentile: 25,
      slope: 2,
      epsilonMin: 0,
      epsilonMax: 0.5,
      baseWidth: 4, // the weights' own
      depth: 2,
      dataset: "kvasir-seg",
    },
    assumed: ["percentile", "slope", "epsilonMin", "epsilonMax"],
    test: { images: 2, dice: 0.625, iou: 0.3125 },
    referencePasses: 3,
    referenceThreshold: 0.5,
    references: [],
  });
});

Deno.test("ownNetwork() takes whatever JSON a run's record holds", async () => {
  for (const run of [{}, { experiment: null, test: 3 }, { experiment: { imageSize: "64", passes: [] }, test: {} }]) {
    const { record } = await ownNetworkFile(run);
    assertEquals([record.experiment.imageSize, record.experiment.dataset, record.test], [224, undefined, undefined]);
  }
  await assertRejects(() => ownNetworkFile({ experiment: { imageSize: 33 } }), Error, "a multiple of 4");
});

Deno.test("ownNetwork() shows the scores of the weights that it shows, and none that no run computed", async () => {
  const row = (weights: string, dice: number) => ({ weights, dice, iou: dice });
  const run = { experiment: { imageSize: 32 }, test: [row("best", 0.5), row("last", 0.25)] };
  const dice = async (source: string) => (await ownNetworkFile(run, { source })).record.test?.dice;
  assertEquals([await dice("0f0f"), await dice("0f0f/weights_last.safetensors")], [0.5, 0.25]);
  const changes: Record<string, (text: string) => string> = {
    "SHA-256 is not the recorded one": (text) => text.replace('"dice":0.5', '"dice":0.9'),
    "its SHA-256": (text) => text.replace(/"sha256":"[^"]*",/, ""),
    "is none of": (text) => sealedJson({ ...readSealedJson(text), checksums: { best: "0".repeat(64) } }),
  };
  for (const [message, change] of Object.entries(changes)) {
    await assertRejects(() => ownNetworkFile(run, { change }), Error, message);
  }
});

Deno.test("ownNetwork() takes an exported file, by itself or by its folder, without a record", async () => {
  await inFolder(async (folder) => {
    await Deno.writeFile(join(folder, "model.safetensors"), await smallWeights());
    for (const source of ["model.safetensors", ".", folder]) {
      const { record } = await ownNetwork(source, join(folder, "runs"), folder);
      assertEquals([record.name, record.experiment.baseWidth, record.assumed?.length], ["model.safetensors", 4, 7]);
    }
  });
});

Deno.test("ownNetwork() says which runs there are, and which begin alike", async () => {
  await inFolder(async (runs) => {
    const show = (source: string) => ownNetwork(source, runs, join(runs, "elsewhere"));
    await assertRejects(() => show("ab"), Error, "There are no runs; `deno task train` trains one.");
    for (const name of ["ab1", "ab2"]) await Deno.mkdir(join(runs, name));
    await assertRejects(() => show("x"), Error, 'Cannot show "x": it is no file, and no run in');
    await assertRejects(() => show(""), Error, "There are ab1, ab2.");
    await assertRejects(() => show("ab"), Error, "ab1 and ab2 begin so. Name more of it.");
    await assertRejects(() => show("ab1"), Error, "Is the run finished?");
  });
});

Deno.test("ownNetwork() refuses what is no U-Net, weights that are not finite, and a negative variance", async () => {
  await inFolder(async (folder) => {
    const refused = async (bytes: Uint8Array, message: RegExp) => {
      await Deno.writeFile(join(folder, "a.safetensors"), bytes);
      const error = await assertRejects(() => ownNetwork("a.safetensors", folder, folder), Error);
      assertMatch(error.message, message);
    };
    const statistic = (part: string, value: number) =>
      smallWeights((tensors) =>
        Object.fromEntries(
          Object.entries(tensors).map(([name, tensor]) => [
            name,
            name === `inc.bn1.${part}` ? tf.fill(tensor.shape, value) : tensor,
          ]),
        )
      );
    await refused(new Uint8Array(100), /^Cannot show "a.safetensors": Cannot/);
    await refused((await smallWeights()).slice(0, -4), /^Cannot show/);
    await refused(await statistic("running_mean", NaN), /inc\.bn1\.running_mean" has NaN/);
    await refused(await statistic("running_var", -1), /inc\.bn1\.running_var" has -1/);
  });
});

Deno.test({
  name: "ownNetwork() waits for no pipe and reads no device, as weights or as a run's record",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inFolder(async (folder) => {
      await new Deno.Command("mkfifo", { args: [join(folder, "pipe"), join(folder, "run.json")] }).output();
      for (const source of ["pipe", "/dev/zero"]) {
        await assertRejects(() => ownNetwork(source, folder, folder), Error, "expected a regular file");
      }
      await Deno.writeFile(join(folder, "model.safetensors"), await smallWeights());
      await assertRejects(() => ownNetwork(".", folder, folder), Error, "expected a regular file, found a FIFO");
      await Deno.remove(join(folder, "model.safetensors"));
      await Deno.symlink("model.safetensors", join(folder, "model.safetensors")); // a link to itself
      await assertRejects(() => ownNetwork(".", folder, folder), Error, "holds neither");
    }),
});

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "polydice_shown_" });
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
