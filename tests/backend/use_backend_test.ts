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
  const program = `const { useBackend } = await import(${
    JSON.stringify(module)
  }); await useBackend("${backend.name}");`;
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--config", config, "data:application/typescript," + encodeURIComponent(program)],
    stdout: "piped",
    stderr: "piped",
  }).output();
  assertEquals({ code, stderr: new TextDecoder().decode(stderr) }, { code: 0, stderr: "" });
});
