import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { gzipSync } from "node:zlib";
import { download, type DownloadEvent, type DownloadOptions } from "../../../lib/data/acquisition/download.ts";
import { type Answer, cut, faultyServer, whole } from "./faulty_server.ts";

const FILE = new Uint8Array(200_000).map((_, index) => (index * 7919) >>> 5);

/** A temporary folder, a download into it with short waits, and what happened. */
function setting(url: string) {
  const folder = Deno.makeTempDirSync(), file = join(folder, "archive");
  const events: DownloadEvent[] = [];
  return {
    file,
    run: (more: Partial<DownloadOptions> = {}) =>
      download({
        ...{ url, file, mostBytes: 1_000_000, tries: 4, firstWaitMs: 1, stallMs: 5000 },
        onEvent: (event) => events.push(event),
        ...more,
      }),
    retries: () => events.flatMap((event) => event.kind === "retry" ? [event] : []),
    received: () => events.flatMap((event) => event.kind === "received" ? [event] : []),
    [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }),
  };
}

Deno.test("download() fetches a file and tells its progress", async () => {
  await using server = faultyServer(whole(FILE));
  using here = setting(server.url);
  await here.run();
  assertEquals(Deno.readFileSync(here.file), FILE);
  assertEquals(here.received()[0], { kind: "received", received: 0, total: FILE.length });
  assertEquals(here.received().at(-1), { kind: "received", received: FILE.length, total: FILE.length });
});

Deno.test("download() begins anew after a cut connection, and leaves nothing of a longer try in a shorter file", async () => {
  await using server = faultyServer(cut(whole(FILE.map((byte) => byte ^ 1)), 70_000), whole(FILE.subarray(0, 60_000)));
  using here = setting(server.url);
  await here.run();
  assertEquals(Deno.readFileSync(here.file), FILE.subarray(0, 60_000));
  assertStringIncludes(here.retries()[0].reason, "the connection broke after 70000 bytes");
});

Deno.test("download() takes silence for a break", async () => {
  await using server = faultyServer(cut(whole(FILE), 50_000, "hold"), whole(FILE));
  using here = setting(server.url);
  await here.run({ stallMs: 200 });
  assertEquals(Deno.readFileSync(here.file), FILE);
  assertEquals(here.retries().map(({ reason }) => reason), ["no data for 0.2 s"]);
});

Deno.test("download() takes a server that accepts and never answers for a break", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  using here = setting(`http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}/`);
  const open: Deno.TcpConn[] = [];
  const accepted = (async () => {
    for await (const connection of listener) open.push(connection);
  })();
  await assertRejects(() => here.run({ stallMs: 100, tries: 2 }), Error, "no data for 0.1 s, the last of 2 tries");
  listener.close();
  await accepted;
  open.forEach((connection) => connection.close());
});

Deno.test("download() waits twice as long after each try that a busy server turns away", async () => {
  await using server = faultyServer({ status: 503 }, { status: 429 }, { status: 500 }, whole(FILE));
  using here = setting(server.url);
  await here.run();
  assertEquals(Deno.readFileSync(here.file), FILE);
  assertEquals(here.retries().map(({ waitMs }) => waitMs), [1, 2, 4]);
});

Deno.test("download() gives up after the last try and says why", async () => {
  await using server = faultyServer({ status: 503 });
  using here = setting(server.url);
  await assertRejects(
    () => here.run(),
    Error,
    `Cannot download ${server.url}: the server answered 503 Service Unavailable, the last of 4 tries`,
  );
  assertEquals([server.requests(), here.retries().length], [4, 3]);
});

// Answers that no second try mends.
const refusals: [claim: string, answer: Answer, reason: string][] = [
  ["404", { status: 404 }, "the server answered 404"],
  ["a web page", { headers: { "content-type": "text/html; charset=utf-8" }, body: FILE }, "a web page in place of"],
  ["more bytes than allowed", whole(FILE), "expected at most 100000 bytes, the server announces 200000"],
  ["bytes without end", { body: FILE }, "expected at most 100000 bytes, the server sent more"],
];
Deno.test("download() does not ask again where a server sends something else", async () => {
  for (const [claim, answer, reason] of refusals) {
    await using server = faultyServer(answer);
    using here = setting(server.url);
    await assertRejects(() => here.run({ mostBytes: 100_000 }), Error, reason, claim);
    assertEquals(server.requests(), 1, claim);
  }
});

Deno.test("download() takes a file that comes compressed, or without its length", async () => {
  const packed = new Uint8Array(gzipSync(FILE));
  const headers = { "content-encoding": "gzip", "content-length": String(packed.length) };
  for (const answer of [{ headers, body: packed }, { body: FILE }]) {
    await using server = faultyServer(answer);
    using here = setting(server.url);
    await here.run();
    assertEquals(Deno.readFileSync(here.file), FILE);
    assertEquals(here.received().at(-1), { kind: "received", received: FILE.length });
  }
});

Deno.test("download() says that nobody answers at an address", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  using here = setting(`http://127.0.0.1:${port}/archive`);
  const error = await assertRejects(() => here.run({ tries: 1 }), Error, "the connection broke after 0 bytes");
  assert(!error.message.includes("error sending request"));
});

Deno.test("download() does not ask again where the disk cannot be written", async () => {
  await using server = faultyServer(whole(FILE));
  using here = setting(server.url);
  await assertRejects(() => here.run({ file: join(here.file, "none", "archive") }), Error, "Cannot download");
  assertEquals(server.requests(), 1);
});
