import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
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
