import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { serveSite } from "../../explorer/serve_site.ts";

Deno.test("serveSite() serves the folder's own files with their types, and nothing else", async () => {
  const parent = await Deno.makeTempDir();
  const folder = join(parent, "site");
  await Deno.mkdir(join(folder, "inner"), { recursive: true });
  await Deno.writeTextFile(join(folder, "index.html"), "the page");
  await Deno.writeTextFile(join(folder, "a.wasm"), "code");
  await Deno.writeTextFile(join(folder, "inner", "b.js"), "deeper");
  await Deno.writeTextFile(join(parent, "secret.txt"), "outside");
  await Deno.writeTextFile(join(folder, "notes.private"), "no type");
  try {
    await using site = serveSite(folder, 0);
    assertMatch(site.address, /^http:\/\/127\.0\.0\.1:\d+\/$/);
    const get = async (path: string, init?: RequestInit) => {
      const response = await fetch(site.address + path, init);
      return [response.status, response.headers.get("content-type")?.split(";")[0], await response.text()];
    };
    assertEquals(await get(""), [200, "text/html", "the page"]);
    assertEquals(await get("index.html?backend=wasm"), [200, "text/html", "the page"]);
    assertEquals(await get("a.wasm"), [200, "application/wasm", "code"]);
    assertEquals(await get("a.wasm", { method: "HEAD" }), [200, "application/wasm", ""]);
    const refused = ["missing.js", "inner/b.js", "..%2Fsecret.txt", "%2e%2e/secret.txt", "notes.private", "inner"];
    for (const path of refused) assertEquals((await get(path))[0], 404, path);
    assertEquals((await get("", { method: "POST" }))[0], 405);
    const port = Number(new URL(site.address).port);
    assertThrows(() => serveSite(folder, port), Deno.errors.AddrInUse);
  } finally {
    await Deno.remove(parent, { recursive: true });
  }
});
