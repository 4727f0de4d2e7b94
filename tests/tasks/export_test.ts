import { backend } from "../backend.ts";
import { assert, assertAlmostEquals, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { tf } from "../../lib/backend/tf.ts";
import { useBackend } from "../../lib/backend/use_backend.ts";
import { MANIFEST_FILE } from "../../lib/files/folder_manifest.ts";
import { loadLayersModel } from "../../lib/model/layers_model_files.ts";
import { layersModelProbability } from "../../lib/model/layers_model_probability.ts";
import { encodeSafetensors } from "../../lib/model/safetensors.ts";
import { forward, lesionProbability } from "../../lib/model/unet.ts";
import { unetLayers } from "../../lib/model/unet_layers.ts";
import { loadUNetWeights } from "../../lib/model/unet_weights_file.ts";
import { loadRun, loadWeights } from "../../lib/training/run_store.ts";
import { command } from "../../tasks/export.ts";
import { projectFolder } from "../../tasks/setup/project_folder.ts";
import { pytorchEnvironment } from "../../tasks/setup/environments.ts";
import { runLines } from "../../tasks/training/stored_runs.ts";
import { TaskError } from "../../tasks/cli/task_error.ts";
import { madeRun, storeMadeRun } from "../training/stored_run.ts";

const { root } = projectFolder();
const HASH = madeRun().hash;
const IMAGE = tf.randomUniform([2, 16, 16, 3], 0, 1, "float32", 4) as tf.Tensor4D;

const python = Deno.env.get("POLYDICE_PYTORCH") || pytorchEnvironment(projectFolder(), "cpu").python;
const hasPytorch = await Deno.stat(python).then(() => true, () => false);
const skipped = hasPytorch ? "" : " (skipped: PyTorch is not installed; `deno task bench` installs it)";

Deno.test("deno task export writes files that give the run's probabilities here and as a LayersModel", async () => {
  await withRun(async ({ runs, run, to }) => {
    const lines = await run(`${HASH.slice(0, 5)} --to ${to}`);
    assertStringIncludes(lines[0], `Run ${HASH}, best weights`);
    const written = await filesIn(to);
    for (
      const name of [
        ...["README.md", "layers_model/group1-shard1of1.bin", "layers_model/model.json", "model.safetensors"],
        "pytorch_unet.py",
      ]
    ) assert(written.includes(name), name);
    const expected = await probabilities(await loadWeights(runs, HASH, "best"));
    const { weights } = loadUNetWeights(await Deno.readFile(join(to, "model.safetensors")));
    assertClose(await probabilities(weights), expected, 1e-7);
    const model = await loadLayersModel((name) => Deno.readFile(join(to, "layers_model", name)));
    assertClose(await layersModelProbability(model)(IMAGE).data<"float32">(), expected, 1e-5);
  });
});

Deno.test("deno task export writes the format and the weights that are asked for, and their card", async () => {
  await withRun(async ({ runs, run, to }) => {
    await run(`${HASH} --to ${to} --format safetensors --weights last --names sequential`);
    assertEquals(await filesIn(to), ["README.md", "model.safetensors"]);
    const { weights, metadata } = loadUNetWeights(await Deno.readFile(join(to, "model.safetensors")));
    const { experiment, ...others } = metadata;
    assertEquals(others, { format: "pt", run: HASH, weights: "last" });
    assertEquals(JSON.parse(experiment), (await loadRun(runs, HASH))!.experiment);
    assertClose(await probabilities(weights), await probabilities(await loadWeights(runs, HASH, "last")), 1e-7);
    const card = await Deno.readTextFile(join(to, "README.md"));
    assertStringIncludes(card, "weights of the last epoch");
    assertStringIncludes(card, "have the names of github.com/milesial/Pytorch-UNet");
    await run(`${HASH} --to ${join(to, "tfjs")} --format layers-model`);
    assertEquals((await filesIn(join(to, "tfjs"))).slice(0, 2), ["README.md", "layers_model/group1-shard1of1.bin"]);
  });
});

Deno.test("deno task export overwrites nothing that is not its own", async () => {
  await withRun(async ({ run, to }) => {
    await Deno.mkdir(to);
    await Deno.writeTextFile(join(to, "README.md"), "mine");
    await assertRejects(() => run(`${HASH} --to ${to}`), TaskError, "Cannot");
    assertEquals(await filesIn(to), ["README.md"]);
    assertEquals(await Deno.readTextFile(join(to, "README.md")), "mine");
    await Deno.remove(to, { recursive: true });
    for (const weights of ["best", "last"]) {
      await run(`${HASH} --to ${to} --format safetensors --weights ${weights}`);
      assertStringIncludes(
        await Deno.readTextFile(join(to, "README.md")),
        `weights of the ${weights === "best" ? "best validation" : "last"} epoch`,
      );
    }
  });
});

Deno.test("deno task export says which runs there are, and which it can't find or tell apart", async () => {
  await withRun(async ({ runs, run, to }) => {
    const other = await storeMadeRun(runs, { seed: 2 });
    const [short, unfinished] = [`${HASH.slice(0, 11)}`, `${HASH.slice(0, 11)}${HASH.endsWith("0") ? "1" : "0"}`];
    await Deno.mkdir(join(runs, unfinished)); // A run that was interrupted.
    const lines = await runLines(runs);
    assertEquals(lines.length, 3);
    assert([HASH, other.hash].every((hash) => lines.some((line) => line.includes(hash))));
    assertStringIncludes((await runLines(join(runs, "none")))[0], "No finished run");
    await assertRejects(() => run(`${short} --to ${to}`), TaskError, "begin so. Name more of it.");
    await assertRejects(() => run(`xyz --to ${to}`), TaskError, 'Cannot export run "xyz": there is none of that name');
    await assertRejects(() => run(`${unfinished} --to ${to}`), TaskError, "it is not finished");
    const weights = join(runs, HASH, "weights_best.safetensors");
    await Deno.truncate(weights, 100);
    await assertRejects(() => run(`${HASH} --to ${to}`), TaskError, "the file is damaged");
  });
});

// [words, what the message tells]
const WRONG: [string, string][] = [
  [HASH, `Cannot export run ${HASH}: say where to with --to DIR.`],
  ["--to out", "Cannot use --to without a run"],
  ["abc --to out --format onnx --names sequential", "Cannot use --names with --format onnx"],
  [`${HASH} 11ee --to out`, "too many arguments"],
  [`${HASH} --to out --format pickle`, "Allowed choices are safetensors, layers-model"],
  [`${HASH} --to out --weights first`, "Allowed choices are best, last"],
  [`${HASH} --to out --names other`, "Allowed choices are named, sequential"],
  [`${HASH} --into out`, "unknown option '--into'"],
];
for (const [line, message] of WRONG) {
  Deno.test(`deno task export refuses "${line}" with status 2`, async () => {
    const error = await assertRejects(() => command.parseAsync(line.split(" "), { from: "user" }), TaskError, message);
    assertEquals(error.status, 2);
  });
}

Deno.test({
  name: `the Python of an export's model card runs as it is and gives our probabilities${skipped}`,
  ignore: !hasPytorch,
  fn: () =>
    withRun(async ({ runs, run, to }) => {
      await run(`${HASH} --to ${to} --format safetensors`);
      const card = await Deno.readTextFile(join(to, "README.md"));
      const image = await encodeSafetensors({ image: tf.transpose(IMAGE, [0, 3, 1, 2]) });
      await Deno.writeFile(join(to, "image.safetensors"), image);
      const program = [
        `import sys; sys.path.insert(0, ${JSON.stringify(join(root, "bench"))})`,
        "from safetensors_file import read_safetensors as load_file", // The package safetensors is not installed here.
        'image = load_file("image.safetensors")["image"]',
        card.match(/```python\n(.*?)```/s)![1].replace("from safetensors.torch import load_file\n", ""),
        "print(probability.flatten().tolist())",
      ];
      const { success, stdout, stderr } = await new Deno.Command(python, {
        args: ["-W", "ignore", "-c", program.join("\n")],
        cwd: to,
        env: { PYTHONDONTWRITEBYTECODE: "1" },
      }).output();
      assert(success, new TextDecoder().decode(stderr));
      const found = JSON.parse(new TextDecoder().decode(stdout));
      assertClose(found, await probabilities(await loadWeights(runs, HASH, "best")), 1e-4);
    }),
});

Deno.test("the TypeScript of a model card runs as it is", async () => {
  await withRun(async ({ runs }) => {
    const folder = join(runs, HASH);
    const card = await Deno.readTextFile(join(folder, "README.md"));
    const library = JSON.stringify(new URL("../../lib/mod.ts", import.meta.url).href);
    const program = [
      `import { tf } from ${library};`,
      card.match(/```ts\n(.*?)```/s)![1]
        .replace('"@polydice/adaptive"', library)
        .replace("useBackend()", 'useBackend("cpu")')
        .replace("const logits", "const image = tf.ones([1, 16, 16, 3]);\nconst logits"),
      "console.log(probability.shape.join());",
    ];
    await Deno.writeTextFile(join(folder, "card.ts"), program.join("\n"));
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", "--no-check", "--config", join(root, "deno.json"), "-P=training", "card.ts"],
      cwd: folder,
    }).output();
    assertEquals(new TextDecoder().decode(stdout).trim(), "1,16,16", new TextDecoder().decode(stderr));
  });
});

interface RunPlace {
  readonly runs: string;
  readonly to: string;
  /** Exports with these options. */
  readonly run: (line: string) => Promise<string[]>;
}

async function withRun(use: (place: RunPlace) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "polydice_export_test_" });
  const runs = join(folder, "runs");
  try {
    await storeMadeRun(runs);
    const run = async (line: string) => {
      const { log } = console;
      const written: string[] = [];
      console.log = (text: string) => void written.push(text);
      try {
        await command.parseAsync([...line.split(" "), "--runs", runs], { from: "user" });
        return written.join("\n").split("\n");
      } finally {
        console.log = log;
        await useBackend(backend.name);
      }
    };
    await use({ runs, to: join(folder, "out"), run });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function filesIn(folder: string, prefix = ""): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (name === MANIFEST_FILE) continue; // by which the task knows its own folder
    names.push(...isDirectory ? await filesIn(join(folder, name), `${prefix}${name}/`) : [prefix + name]);
  }
  return names.sort();
}

async function probabilities(weights: Awaited<ReturnType<typeof loadWeights>>): Promise<Float32Array> {
  const logits = forward(unetLayers({ baseWidth: 2, depth: 2 }), weights, IMAGE, { batchNorm: "running" });
  return await lesionProbability(logits).data<"float32">();
}

function assertClose(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  assertEquals(found.length, expected.length);
  Array.from(found).forEach((value, index) => assertAlmostEquals(value, expected[index], tolerance));
}
