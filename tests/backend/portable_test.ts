import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";

// Model, losses, training and uncertainty are plain tfjs: another backend must give what TensorFlow gives.
const reference = run("tensorflow");

Deno.test("a training step, a prediction and MC Dropout on tfjs' cpu backend give what they give on TensorFlow", async () => {
  compare(await run("cpu"), await reference);
});

// Asked in a process of its own: a software adapter and TensorFlow each bring an LLVM, and both in one process crash it.
const probe = "Deno.exit(await navigator.gpu?.requestAdapter().catch(() => null) ? 0 : 1)";
const hasWebGpu = new Deno.Command(Deno.execPath(), { args: ["eval", probe], stdout: "null", stderr: "null" })
  .outputSync().success;

Deno.test({
  name: `the same on tfjs' webgpu backend${hasWebGpu ? "" : " (skipped: this machine offers no WebGPU adapter)"}`,
  ignore: !hasWebGpu,
  fn: async () => compare(await run("webgpu"), await reference),
});

Deno.test("captured training is the same to the last bit in two processes", async () => {
  assertEquals(await run("tensorflow"), await reference);
});

type Report = Record<string, number[]>;

async function run(backend: string): Promise<Report> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-P=training", "--no-check", fromFileUrl(new URL("./portable_step.ts", import.meta.url)), backend],
    stdout: "piped",
    stderr: "piped",
  }).output();
  assert(code === 0, `${backend}: ${new TextDecoder().decode(stderr)}`);
  return JSON.parse(new TextDecoder().decode(stdout).trim().split("\n").at(-1)!);
}

function compare(actual: Report, expected: Report): void {
  assertEquals(Object.keys(actual), Object.keys(expected));
  for (const [name, values] of Object.entries(expected)) {
    // Adam magnifies the rounding of the smallest gradients from the second step on.
    const tolerance = name.endsWith("losses") ? 2e-3 : 5e-3;
    values.forEach((value, index) => {
      const first = name.endsWith("losses") && index < 4;
      assertAlmostEquals(actual[name][index], value, first ? 1e-4 : tolerance, `${name} ${index}`);
    });
  }
}
