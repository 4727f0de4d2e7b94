import "../backend.ts";
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { tf } from "../../lib/backend/tf.ts";
import { forward, lesionProbability } from "../../lib/model/unet.ts";
import { unetLayers } from "../../lib/model/unet_layers.ts";
import { exportRun } from "../../lib/training/export_run.ts";
import { loadWeights } from "../../lib/training/run_store.ts";
import { storeMadeRun } from "./stored_run.ts";

/** A Python that has onnxruntime, as `python -m venv` and `pip install onnxruntime` make one. */
const python = Deno.env.get("POLYDICE_ONNXRUNTIME") || "python3";
const hasRuntime = await new Deno.Command(python, { args: ["-c", "import onnxruntime"], stderr: "null" }).output()
  .then(({ success }) => success, () => false);

Deno.test("exportRun() gives every format with its card, and leaves no tensor behind", async () => {
  const runs = await Deno.makeTempDir();
  const { hash } = await storeMadeRun(runs);
  const before = tf.memory().numTensors;
  const names = Object.keys(await exportRun(runs, hash));
  assertEquals(names.filter((name) => !name.endsWith(".bin")), [
    "model.safetensors",
    "layers_model/model.json",
    "model.onnx",
    "README.md",
  ]);
  assertEquals(Object.keys(await exportRun(runs, hash, { formats: ["onnx"] })), ["model.onnx", "README.md"]);
  assertEquals(tf.memory().numTensors, before);
  await Deno.remove(runs, { recursive: true });
});

Deno.test({
  name: `the ONNX Runtime of a model card runs as it is and gives our probabilities${
    hasRuntime ? "" : " (skipped: no onnxruntime in the Python of POLYDICE_ONNXRUNTIME)"
  }`,
  ignore: !hasRuntime,
  async fn() {
    const runs = await Deno.makeTempDir();
    const { hash, experiment } = await storeMadeRun(runs);
    const files = await exportRun(runs, hash, { formats: ["onnx"] });
    for (const [name, bytes] of Object.entries(files)) await Deno.writeFile(join(runs, name), bytes);
    const card = new TextDecoder().decode(files["README.md"]);
    const image = tf.randomUniform([2, 16, 16, 3], 0, 1, "float32", 4) as tf.Tensor4D;
    const pixels = tf.transpose(image, [0, 3, 1, 2]).dataSync();
    const program = [
      "import numpy",
      `image = numpy.array([${pixels.join()}], dtype="float32").reshape(2, 3, 16, 16)`,
      card.match(/```python\n(.*?)```/s)![1],
      "print(probability.flatten().tolist())",
    ];
    const { success, stdout, stderr } = await new Deno.Command(python, { args: ["-c", program.join("\n")], cwd: runs })
      .output();
    assert(success, new TextDecoder().decode(stderr));
    const found: number[] = JSON.parse(new TextDecoder().decode(stdout));
    const weights = await loadWeights(runs, hash, "best");
    const expected = lesionProbability(forward(unetLayers(experiment), weights, image, { batchNorm: "running" }))
      .dataSync();
    assertEquals(found.length, expected.length);
    assert(expected.every((value, pixel) => Math.abs(value - found[pixel]) < 1e-4));
    await Deno.remove(runs, { recursive: true });
  },
});
