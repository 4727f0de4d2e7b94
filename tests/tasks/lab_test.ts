import { assertEquals } from "@std/assert";
import { startLab } from "../lab_server.ts";

Deno.test("deno task lab serves JupyterLab with the project's kernel on the loopback, and ends on SIGINT", async () => {
  await using lab = await startLab();
  const { address } = lab;
  const answer = await fetch(new URL(`/api/kernelspecs${address.search}`, address));
  const { default: _, kernelspecs } = await answer.json();
  assertEquals(kernelspecs.deno.spec.argv[0], Deno.execPath());
  const stranger = await fetch(new URL("/api/kernelspecs", address));
  assertEquals(stranger.status, 403);
  await stranger.body?.cancel();
  assertEquals(await lab.end(), 130);
});
