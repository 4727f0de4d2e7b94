import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { serveSite } from "../../explorer/serve_site.ts";

const SITE = new Map(
  Object.entries({ "index.html": "the page", "a.wasm": "code" }).map(([name, text]) => [
    name,
    new TextEncoder().encode(text),
  ]),
);

Deno.test("serveSite() serves the site's own files with their types, and nothing else", async () => {
  await using server = serveSite(SITE, 0);
  assertMatch(server.address, /^http:\/\/127\.0\.0\.1:\d+\/$/);
  const get = async (path: string, method = "GET") => {
    const response = await fetch(server.address + path, { method });
    const { status, headers } = response;
    return [status, headers.get("content-type")?.split(";")[0], headers.get("content-length"), await response.text()];
  };
  assertEquals(await get(""), [200, "text/html", "8", "the page"]);
  assertEquals(await get("index.html?backend=wasm"), [200, "text/html", "8", "the page"]);
  assertEquals(await get("a.wasm"), [200, "application/wasm", "4", "code"]);
  assertEquals(await get("a.wasm", "HEAD"), [200, "application/wasm", "4", ""]);
  for (const path of ["missing.js", "..%2Findex.html", "/etc/passwd", "inner/a.wasm", "a.wasm/", "%zz", "__proto__"]) {
    assertEquals((await get(path))[0], 404, path);
  }
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) assertEquals((await get("", method))[0], 405, method);
  const port = Number(new URL(server.address).port);
  assertThrows(() => serveSite(SITE, port), Deno.errors.AddrInUse);
});

const HOSTS: [line: string, status: number][] = [
  ["Host: localhost:1", 200],
  ["Host: [::1]:8100", 200],
  ["Host: a b", 400],
  ["Host: []", 400],
  ["Host: 127.0.0.1:99999", 400],
  ["Host: 127.0.0.1/a", 400],
  ["Host: %zz", 400],
  ["Host: user@localhost", 400],
  ["Host:", 400],
  ["X-None: 1", 400],
  ["Host: elsewhere.example", 421],
];

Deno.test("serveSite() answers only who asks for this machine", async () => {
  await using server = serveSite(SITE, 0);
  for (const [line, status] of HOSTS) {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(new URL(server.address).port) });
    await connection.write(new TextEncoder().encode(`GET / HTTP/1.1\r\n${line}\r\nConnection: close\r\n\r\n`));
    const answer = await new Response(connection.readable).text();
    assertEquals(answer.split(" ")[1], String(status), line);
  }
});
