import "../backend.ts";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { tf } from "../../lib/backend/tf.ts";
import { decodeSafetensors, encodeSafetensors } from "../../lib/model/safetensors.ts";
import {
  fromStateDictName,
  STATE_DICT_NAMES,
  type StateDictNames,
  toStateDictName,
} from "../../lib/model/state_dict_names.ts";
import { forward, lesionProbability } from "../../lib/model/unet.ts";
import { unetLayers, type UNetOptions } from "../../lib/model/unet_layers.ts";
import { initializeWeights, type NamedTensors, type UNetWeights } from "../../lib/model/unet_weights.ts";
import { loadUNetWeights, saveUNetWeights } from "../../lib/model/unet_weights_file.ts";
import { projectFolder } from "../../tasks/setup/project_folder.ts";
import { pytorchEnvironment } from "../../tasks/setup/environments.ts";

/** Made by PyTorch: `unet_files.py make`. */
const FIXTURE = fromFileUrl(new URL("pytorch", import.meta.url));
const PROBABILITY_TOLERANCE = 1e-4;

const python = Deno.env.get("POLYDICE_PYTORCH") || pytorchEnvironment(projectFolder(), "cpu").python;
const hasPytorch = await Deno.stat(python).then(() => true, () => false);
const skipped = hasPytorch
  ? ""
  : " (skipped: PyTorch is not installed; `deno task bench` installs it, or name a Python that has it by POLYDICE_PYTORCH)";

for (const names of STATE_DICT_NAMES) {
  Deno.test(`a state dict made by PyTorch (${names}) gives PyTorch's probabilities`, async () => {
    const { options, weights } = loadUNetWeights(await Deno.readFile(join(FIXTURE, `${names}.safetensors`)));
    assertEquals(options, { baseWidth: 3, depth: 2, inputChannels: 3, classes: 2 });
    const { image, probability } = await readExample(join(FIXTURE, "example.safetensors"));
    assertClose(await probabilities(options, weights, image), probability);
  });

  Deno.test(`saveUNetWeights() makes the tensors that PyTorch's own state dict has (${names}), to the bit`, async () => {
    const made = await Deno.readFile(join(FIXTURE, `${names}.safetensors`));
    const saved = decodeSafetensors(await saveUNetWeights(loadUNetWeights(made).weights, { names }));
    const { tensors } = decodeSafetensors(made, { skip: (name) => name.endsWith(".num_batches_tracked") });
    assertEquals(saved.metadata.format, "pt");
    assertEquals(Object.keys(saved.tensors).sort(), Object.keys(tensors).sort());
    for (const [name, tensor] of Object.entries(tensors)) {
      assertEquals(saved.tensors[name].shape, tensor.shape, name);
      assertEquals(saved.tensors[name].dataSync(), tensor.dataSync(), name);
    }
  });

  Deno.test({
    name: `PyTorch computes our probabilities with weights that saveUNetWeights() saved (${names})${skipped}`,
    ignore: !hasPytorch,
    fn: () => inFolder((folder) => comparePytorch(folder, names)),
  });
}

Deno.test({
  name: `weights of a new PyTorch network of the thesis' depth give its probabilities here${skipped}`,
  ignore: !hasPytorch,
  fn: () =>
    inFolder(async (folder) => {
      await runPytorch("make", folder, "2", "4");
      const { options, weights } = loadUNetWeights(await Deno.readFile(join(folder, "named.safetensors")));
      const { image, probability } = await readExample(join(folder, "example.safetensors"));
      assertClose(await probabilities(options, weights, image), probability);
    }),
});

Deno.test("saveUNetWeights() and loadUNetWeights() leave no tensor behind but the weights", async () => {
  const weights = initializeWeights({ baseWidth: 2, depth: 1 }, 1);
  const before = tf.memory().numTensors;
  const loaded = loadUNetWeights(await saveUNetWeights(weights)).weights;
  tf.dispose([loaded.trainable, loaded.statistics]);
  const damaged = await damagedFile(({ "inc.bn1.bias": _, ...rest }) => rest);
  const afterDamaging = tf.memory().numTensors;
  assertThrows(() => loadUNetWeights(damaged), Error);
  assertEquals([afterDamaging, tf.memory().numTensors], [before, before]);
});

type Change = (tensors: NamedTensors) => NamedTensors;

const WRONG: [claim: string, change: Change, expected: UNetOptions, message: string][] = [
  [
    "without a tensor",
    ({ "down1.bn2.running_var": _, ...rest }) => rest,
    {},
    "Cannot load U-Net weights: missing down1.bn2.running_var.",
  ],
  [
    "with a tensor more",
    (tensors) => ({ ...tensors, "inc.conv1.bias": tf.zeros([2]) }),
    {},
    "Cannot load U-Net weights: unexpected inc.conv1.bias.",
  ],
  [
    "with a tensor of another shape",
    (tensors) => ({ ...tensors, "up1.conv1.weight": tf.zeros([2, 5, 3, 3]) }),
    {},
    "Cannot load U-Net weights: up1.conv1.weight is [2, 5, 3, 3], expected [2, 4, 3, 3].",
  ],
  [
    "with names of a wrapper",
    (tensors) => Object.fromEntries(Object.entries(tensors).map(([name, x]) => [`module.${name}`, x])),
    {},
    '"outc.weight" (or as milesial/Pytorch-UNet names them), found "module.inc.conv1.weight"',
  ],
  ["of another width than expected", (tensors) => tensors, { baseWidth: 4 }, "inc.conv1.weight is [2, 3, 3, 3], exp"],
  ["of another depth than expected", (tensors) => tensors, { depth: 2 }, "missing down2.conv1.weight"],
  ["without any tensor", () => ({}), {}, "found no tensor"],
];

for (const [claim, change, expected, message] of WRONG) {
  Deno.test(`loadUNetWeights() refuses a file ${claim} and says what is wrong`, async () => {
    const bytes = await damagedFile(change);
    assertThrows(() => loadUNetWeights(bytes, expected), Error, message);
  });
}

/** A file of weights of which the tensors are changed. */
async function damagedFile(change: Change): Promise<Uint8Array<ArrayBuffer>> {
  const { trainable, statistics } = initializeWeights({ baseWidth: 2, depth: 1 }, 1);
  const { tensors, metadata } = decodeSafetensors(await saveUNetWeights({ trainable, statistics }));
  const changed = change(tensors);
  const bytes = await encodeSafetensors(changed, metadata);
  tf.dispose([trainable, statistics, tensors, changed]);
  return bytes;
}

/** Gives random weights and images to PyTorch and compares what it computes with what we compute. */
async function comparePytorch(folder: string, names: StateDictNames): Promise<void> {
  const options = { baseWidth: 4, depth: 3 };
  const weights = randomized(initializeWeights(options, 1));
  const image = tf.randomUniform([2, 16, 24, 3], 0, 1, "float32", 4) as tf.Tensor4D;
  const paths = ["weights", "images", "out"].map((name) => join(folder, `${name}.safetensors`));
  await Deno.writeFile(paths[0], await saveUNetWeights(weights, { names }));
  await Deno.writeFile(paths[1], await encodeSafetensors({ image: tf.transpose(image, [0, 3, 1, 2]) }));
  await runPytorch("apply", names, ...paths);
  const { probability } = decodeSafetensors(await Deno.readFile(paths[2])).tensors;
  assertClose(await probabilities(options, weights, image), await probability.data<"float32">());
}

/** Weights in which every tensor has a part in the result. */
function randomized({ trainable, statistics }: UNetWeights): UNetWeights {
  const changed = (tensors: NamedTensors, names: RegExp): NamedTensors =>
    Object.fromEntries(
      Object.entries(tensors).map(([name, tensor], index) => [
        name,
        names.test(name) ? tf.add(tensor, tf.randomUniform(tensor.shape, -0.6, 0.6, "float32", index)) : tensor,
      ]),
    );
  return { trainable: changed(trainable, /\.bn|^outc/), statistics: changed(statistics, /./) };
}

async function probabilities(
  options: UNetOptions,
  weights: UNetWeights,
  image: tf.Tensor4D,
): Promise<Float32Array> {
  return await lesionProbability(forward(unetLayers(options), weights, image, { batchNorm: "running" })).data<
    "float32"
  >();
}

async function readExample(path: string): Promise<{ image: tf.Tensor4D; probability: Float32Array }> {
  const { image, probability } = decodeSafetensors(await Deno.readFile(path)).tensors;
  return {
    image: tf.transpose(image as tf.Tensor4D, [0, 2, 3, 1]),
    probability: await probability.data<"float32">(),
  };
}

/** Equal within the tolerance, and not because all are alike. */
function assertClose(found: Float32Array, expected: Float32Array): void {
  assertEquals(found.length, expected.length);
  found.forEach((value, index) => assertAlmostEquals(value, expected[index], PROBABILITY_TOLERANCE));
  assert(Math.max(...expected) - Math.min(...expected) > 100 * PROBABILITY_TOLERANCE);
}

async function runPytorch(...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(python, {
    args: ["-W", "ignore", join(FIXTURE, "unet_files.py"), ...args],
    env: { PYTHONDONTWRITEBYTECODE: "1" },
  }).output();
  assert(success, new TextDecoder().decode(stderr));
}

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "polydice_pytorch_test_" });
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("toStateDictName() gives every tensor of a U-Net a name of its own that fromStateDictName() undoes", () => {
  const { trainable, statistics } = initializeWeights({ baseWidth: 1, depth: 3 }, 1);
  const names = Object.keys({ ...trainable, ...statistics });
  const sequential = names.map((name) => toStateDictName(name, "sequential"));
  assertEquals(new Set(sequential).size, names.length);
  assertEquals(sequential.map(fromStateDictName), names);
});
