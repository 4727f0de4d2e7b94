import { backend } from "../backend.ts";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { useBackend } from "../../lib/backend/use_backend.ts";
import { tf } from "../../lib/backend/tf.ts";

Deno.test("useBackend() refuses an unknown name and lists the known ones", async () => {
  await assertRejects(() => useBackend("cuda"), RangeError, "choose tensorflow, cpu, webgpu");
});

Deno.test("useBackend() tells name, version and device", () => {
  assert(backend.version.length > 0);
  assert(backend.device.length > 0);
  assertEquals(tf.getBackend(), backend.name);
});

Deno.test("useBackend() can be called again and gives the same answer", async () => {
  assertEquals(await useBackend(backend.name), backend);
});

Deno.test("a program that used the backend ends cleanly", async () => {
  const module = new URL("../../lib/backend/use_backend.ts", import.meta.url).href;
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const program = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    const lines = [`import { useBackend } from ${JSON.stringify(module)};`, `await useBackend("${backend.name}");`];
    await Deno.writeTextFile(program, lines.join("\n"));
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", "-P=training", "--no-check", "--config", config, program],
    }).output();
    assertEquals({ code, stderr: new TextDecoder().decode(stderr) }, { code: 0, stderr: "" });
  } finally {
    await Deno.remove(program);
  }
});
