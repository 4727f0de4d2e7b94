import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { CORE_SYMBOLS, FRAMEWORK_SYMBOLS } from "../../../lib/backend/tensorflow/c_api.ts";
import { findTensorFlow, openTensorFlow, requireSupported } from "../../../lib/backend/tensorflow/library.ts";

Deno.test("findTensorFlow() says what to run where no TensorFlow is installed", async () => {
  const empty = await Deno.makeTempDir();
  const error = withoutVariable(() => assertThrows(() => findTensorFlow(empty), Deno.errors.NotFound));
  assertStringIncludes(error.message, "deno task setup");
  assertStringIncludes(error.message, empty);
});

Deno.test("findTensorFlow() finds the package of whatever Python the environment has", async () => {
  const project = await Deno.makeTempDir();
  const folder = join(project, ".venv", "lib", "python3.12", "site-packages", "tensorflow");
  await Deno.mkdir(folder, { recursive: true });
  assertEquals(withoutVariable(() => findTensorFlow(project)), folder);
});

Deno.test("openTensorFlow() says which library is missing and what to run", async () => {
  const folder = await Deno.makeTempDir();
  const error = assertThrows(() => openTensorFlow(folder), Deno.errors.NotFound, "deno task setup");
  assertStringIncludes(error.message, "tensorflow_framework");
});

Deno.test("openTensorFlow() tells a truncated library from a whole one", async () => {
  const folder = await Deno.makeTempDir();
  const names = Deno.build.os === "darwin"
    ? ["libtensorflow_framework.2.dylib", "libtensorflow_cc.2.dylib"]
    : ["libtensorflow_framework.so.2", "libtensorflow_cc.so.2"];
  for (const name of names) await Deno.writeTextFile(join(folder, name), "cut off");
  assertThrows(() => openTensorFlow(folder), Error, "it is damaged");
});

const NAMES = ["libtensorflow_framework.so.2", "libtensorflow_cc.so.2"];
const WHOLE_SIZE = 60e6;
const linux = Deno.build.os === "linux";

/** The header of a library of so many bytes, all of which but the last are there. */
function cutLibrary(length: number): Uint8Array {
  const header = new Uint8Array(length - 1);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  const view = new DataView(header.buffer);
  view.setBigUint64(0x28, BigInt(length - 640), true);
  view.setUint16(0x3a, 64, true);
  view.setUint16(0x3c, 10, true);
  return header;
}

for (const [index, cut] of NAMES.entries()) {
  Deno.test({
    name: `openTensorFlow() tells that the last byte of ${cut} is missing, which would end the process`,
    ignore: !linux,
    async fn() {
      const folder = await Deno.makeTempDir();
      const whole = new Uint8Array([...cutLibrary(1000), 0]);
      const files = [index === 0 ? cutLibrary(1000) : whole, index === 1 ? cutLibrary(WHOLE_SIZE) : whole];
      for (const [place, name] of NAMES.entries()) await Deno.writeFile(join(folder, name), files[place]);
      await Deno.truncate(join(folder, NAMES[1]), WHOLE_SIZE - 1);
      const error = assertThrows(() => openTensorFlow(folder), Error, `${join(folder, cut)} is damaged, it has`);
      assertStringIncludes(error.message, "deno task setup");
      await Deno.remove(folder, { recursive: true });
    },
  });
}

Deno.test({
  name: "openTensorFlow() tells a large file that is no library",
  ignore: !linux,
  async fn() {
    const folder = await Deno.makeTempDir();
    for (const name of NAMES) {
      await Deno.writeTextFile(join(folder, name), "<html>");
      await Deno.truncate(join(folder, name), WHOLE_SIZE);
    }
    assertThrows(() => openTensorFlow(folder), Error, "is damaged, it is no library");
    await Deno.remove(folder, { recursive: true });
  },
});

const hasCompiler = linux &&
  await new Deno.Command("cc", { args: ["--version"], stdout: "null" }).output().then(() => true, () => false);

/** Builds libraries that have every function, but the ones left out, and say that they are of this version. */
async function madeLibraries(version: string, leftOut: readonly string[] = []): Promise<string> {
  const folder = await Deno.makeTempDir();
  for (const [index, symbols] of [FRAMEWORK_SYMBOLS, CORE_SYMBOLS].entries()) {
    const functions = Object.entries(symbols).filter(([name, symbol]) => !("name" in symbol) && !leftOut.includes(name))
      .map(([name]) => `const char *${name}() { return ${name === "TF_Version" ? `"${version}"` : "0"}; }`);
    const source = join(folder, "source.c");
    await Deno.writeTextFile(source, functions.join("\n"));
    const args = ["-shared", "-fPIC", "-o", join(folder, NAMES[index]), source];
    assertEquals((await new Deno.Command("cc", { args }).output()).success, true);
    await Deno.truncate(join(folder, NAMES[index]), WHOLE_SIZE);
  }
  return folder;
}

const OTHERS: [claim: string, version: string, leftOut: string[], message: string][] = [
  ["an older TensorFlow", "2.9.1", [], "Cannot use TensorFlow 2.9.1: this project supports 2.18 to 2.21"],
  ["a newer TensorFlow", "3.0.0", [], "Cannot use TensorFlow 3.0.0"],
  ["a library without one of its functions", "2.21.0", ["TF_GraphToFunction"], "TF_GraphToFunction"],
];

for (const [claim, version, leftOut, message] of OTHERS) {
  Deno.test({
    name: `openTensorFlow() tells ${claim}, with the command that mends it${hasCompiler ? "" : " (skipped: no cc)"}`,
    ignore: !hasCompiler,
    async fn() {
      const folder = await madeLibraries(version, leftOut);
      const error = assertThrows(() => openTensorFlow(folder), Error, message);
      assertStringIncludes(error.message, "Run `deno task setup`");
      await Deno.remove(folder, { recursive: true });
    },
  });
}

for (const version of ["2.9.1", "1.15.0", "2.99.0", "3.0.0", "nonsense"]) {
  Deno.test(`requireSupported() refuses TensorFlow ${version}`, () => {
    assertThrows(() => requireSupported(version), Error, `Cannot use TensorFlow ${version}`);
  });
}

Deno.test("requireSupported() accepts the version that setup installs", () => requireSupported("2.21.0"));

/** Runs something as if the user had not named a TensorFlow of their own. */
function withoutVariable<T>(run: () => T): T {
  const chosen = Deno.env.get("POLYDICE_TENSORFLOW");
  Deno.env.delete("POLYDICE_TENSORFLOW");
  try {
    return run();
  } finally {
    if (chosen !== undefined) Deno.env.set("POLYDICE_TENSORFLOW", chosen);
  }
}
