import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { download, type DownloadEvent, type DownloadOptions } from "../../../lib/data/acquisition/download.ts";
import {
  type Answer,
  cut,
  type FaultyServer,
  faultyServer,
  part,
  properAnswer,
  type SeenRequest,
  whole,
} from "./faulty_server.ts";

const FILE = new Uint8Array(200_000).map((_, index) => (index * 7919) >>> 5);
const TAG = '"first"', OTHER_TAG = '"second"';

/** A temporary folder, a download into it with short waits, and what happened. */
function setting(url: string, options: Partial<DownloadOptions> = {}) {
  const folder = Deno.makeTempDirSync(), file = join(folder, "archive");
  const events: DownloadEvent[] = [], waits: number[] = [];
  const run = (more: Partial<DownloadOptions> = {}) =>
    download({
      url,
      file,
      stallMs: 5000,
      waitsMs: [1, 2, 4],
      wait: (ms) => {
        waits.push(ms);
        return Promise.resolve();
      },
      onEvent: (event) => events.push(event),
      ...options,
      ...more,
    });
  return {
    folder,
    file,
    run,
    waits,
    restarts: () => events.flatMap((event) => event.kind === "restart" ? [event.reason] : []),
    retries: () => events.flatMap((event) => event.kind === "retry" ? [event.reason] : []),
    received: () => events.flatMap((event) => event.kind === "received" ? [event] : []),
    names: () => [...Deno.readDirSync(folder)].map(({ name }) => name).sort(),
    [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }),
  };
}

/** Ends a download as a killed process would: at its first break. */
const KILLED = { wait: () => Promise.reject(new Error("killed")) };

const ranges = (server: FaultyServer) => server.seen.map(({ headers }) => headers.range);

Deno.test("download() fetches a file, tells its progress, and leaves nothing beside it", async () => {
  await using server = faultyServer(whole(FILE, TAG));
  using here = setting(server.url);
  assertEquals(await here.run(), { bytes: FILE.length, pieced: false });
  assertEquals(Deno.readFileSync(here.file), FILE);
  assertEquals(here.names(), ["archive"]);
  assertEquals(here.received().at(-1), { kind: "received", received: FILE.length, total: FILE.length });
  assertEquals(server.seen[0].headers["accept-encoding"], "identity");
});

Deno.test("download() goes on after a cut where the server sends the rest of the same version", async () => {
  await using server = faultyServer(cut(whole(FILE, TAG), 70_000), properAnswer(FILE, TAG));
  using here = setting(server.url);
  assertEquals(await here.run(), { bytes: FILE.length, pieced: true });
  assertEquals(Deno.readFileSync(here.file), FILE);
  assertEquals(ranges(server), [undefined, "bytes=70000-"]);
  assertEquals(server.seen[1].headers["if-range"], TAG);
});

Deno.test("download() survives ten cuts, and its waits begin anew whenever it has come further", async () => {
  const pieces = Array.from(
    { length: 10 },
    () => (request: SeenRequest) => cut(properAnswer(FILE, TAG)(request), 19_000),
  );
  await using server = faultyServer(...pieces, properAnswer(FILE, TAG));
  using here = setting(server.url);
  assertEquals((await here.run()).bytes, FILE.length);
  assertEquals(Deno.readFileSync(here.file), FILE);
  assertEquals(here.waits, Array(10).fill(1));
});

Deno.test("download() takes silence for a break and goes on after it", async () => {
  await using server = faultyServer(cut(whole(FILE, TAG), 50_000, "hold"), properAnswer(FILE, TAG));
  using here = setting(server.url, { stallMs: 200 });
  await here.run();
  assertEquals(Deno.readFileSync(here.file), FILE);
  assertEquals(here.retries(), ["no data for 0.2 s"]);
});

Deno.test("download() takes a server that accepts and never answers for a break", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  using here = setting(`http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}/`, { stallMs: 100, waitsMs: [1] });
  const open: Deno.TcpConn[] = [];
  const accepted = (async () => {
    for await (const connection of listener) open.push(connection);
  })();
  await assertRejects(() => here.run(), Error, "no data for 0.1 s, 2 times without coming further");
  listener.close();
  await accepted;
  open.forEach((connection) => connection.close());
});

Deno.test("download() in a later call goes on with what an earlier one has left", async () => {
  await using server = faultyServer(cut(whole(FILE, TAG), 120_000), properAnswer(FILE, TAG));
  using here = setting(server.url);
  await assertRejects(() => here.run(KILLED), Error, "killed");
  assertEquals(here.names(), ["archive.part", "archive.part.json"]);
  assertEquals(await here.run(), { bytes: FILE.length, pieced: true });
  assertEquals(Deno.readFileSync(here.file), FILE);
  assertEquals(ranges(server), [undefined, "bytes=120000-"]);
});

// What a server does when asked to go on from byte 70000, and how that is told.
const lies: [claim: string, answer: Answer, reason: string][] = [
  [
    "another first byte",
    part(FILE, TAG, 69_999),
    'sent "bytes 69999-199999/200000" in place of "bytes 70000-199999/200000"',
  ],
  ["another total", { ...part(FILE.subarray(0, 150_000), TAG, 70_000) }, "the server's file has changed"],
  ["another ETag", part(FILE, OTHER_TAG, 70_000), 'ETag "second" in place of "first"'],
  ["no ETag", { ...part(FILE, TAG, 70_000), headers: { "content-range": "bytes 70000-199999/200000" } }, "ETag null"],
  ["no Content-Range", { status: 206, headers: { etag: TAG }, body: FILE.subarray(70_000) }, 'sent "null" in place of'],
  ["a range that ends early", {
    status: 206,
    headers: { "etag": TAG, "content-range": "bytes 70000-79999/200000" },
    body: FILE.subarray(70_000, 80_000),
  }, 'sent "bytes 70000-79999/200000"'],
  ["more bytes than its range has", {
    status: 206,
    headers: { "etag": TAG, "content-range": "bytes 70000-199999/200000" },
    body: FILE.subarray(69_000),
  }, "the server sent more than 200000 bytes"],
  ["a compressed part", {
    ...part(FILE, TAG, 70_000),
    headers: { "etag": TAG, "content-range": "bytes 70000-199999/200000", "content-encoding": "gzip" },
  }, "the server sent the file compressed (gzip)"],
  ["416", { status: 416, headers: { "content-range": "bytes */200000" } }, "the server answered 416"],
];
for (const [claim, answer, reason] of lies) {
  Deno.test(`download() begins anew where a server goes on with ${claim}`, async () => {
    await using server = faultyServer(cut(whole(FILE, TAG), 70_000), answer, properAnswer(FILE, TAG));
    using here = setting(server.url);
    assertEquals(await here.run(), { bytes: FILE.length, pieced: false });
    assertEquals(Deno.readFileSync(here.file), FILE);
    assertEquals(ranges(server), [undefined, "bytes=70000-", undefined]);
    assertStringIncludes(here.restarts().join(), reason);
  });
}

Deno.test("download() takes the whole file where the server answers a range with 200", async () => {
  // As long as what was missing, so that its length alone does not tell that it is no part.
  const changed = FILE.slice(70_000).map((byte) => byte ^ 1);
  await using server = faultyServer(cut(whole(FILE, TAG), 70_000), whole(changed, OTHER_TAG));
  using here = setting(server.url);
  assertEquals(await here.run(), { bytes: changed.length, pieced: false });
  assertEquals(Deno.readFileSync(here.file), changed);
  assertEquals(here.names(), ["archive"]);
});

for (const [claim, tag] of [["no ETag", undefined], ["a weak ETag", 'W/"first"']] as const) {
  Deno.test(`download() asks for no range where the server gives ${claim}`, async () => {
    const headers = { "content-length": String(FILE.length), ...(tag && { etag: tag }) };
    await using server = faultyServer(cut({ headers, body: FILE }, 70_000), { headers, body: FILE });
    using here = setting(server.url);
    assertEquals(await here.run(), { bytes: FILE.length, pieced: false });
    assertEquals(Deno.readFileSync(here.file), FILE);
    assertEquals(ranges(server), [undefined, undefined]);
  });
}

Deno.test("download() goes on with nothing that another address has left", async () => {
  await using first = faultyServer(cut(whole(FILE, TAG), 70_000));
  await using second = faultyServer(whole(FILE.map((byte) => byte ^ 3), TAG));
  using here = setting(first.url);
  await assertRejects(() => here.run(KILLED), Error, "killed");
  await here.run({ url: second.url });
  assertEquals(ranges(second), [undefined]);
  assertEquals(Deno.readFileSync(here.file), FILE.map((byte) => byte ^ 3));
});

Deno.test("download() never goes on with an older version's ETag after newer bytes without one", async () => {
  const newer = FILE.map((byte) => byte ^ 3), headers = { "content-length": String(FILE.length) };
  await using server = faultyServer(
    cut(whole(FILE, TAG), 70_000),
    cut({ headers, body: newer }, 90_000),
    properAnswer(FILE, TAG),
  );
  using here = setting(server.url);
  await here.run();
  assertEquals(Deno.readFileSync(here.file), FILE);
  assertEquals(ranges(server), [undefined, "bytes=70000-", undefined]);
});

Deno.test("download() notices a part that ends early without saying its length", async () => {
  const { "content-length": _, ...headers } = part(FILE, TAG, 70_000).headers as Record<string, string>;
  await using server = faultyServer(
    cut(whole(FILE, TAG), 70_000),
    { status: 206, headers, body: FILE.subarray(70_000, 80_000) },
    properAnswer(FILE, TAG),
  );
  using here = setting(server.url);
  await here.run();
  assertEquals(Deno.readFileSync(here.file), FILE);
  assertStringIncludes(here.retries().join(), "cut after 80000 of 200000 bytes");
});

Deno.test("download() goes on with nothing whose note is damaged", async () => {
  await using server = faultyServer(cut(whole(FILE, TAG), 70_000), properAnswer(FILE, TAG));
  using here = setting(server.url);
  await assertRejects(() => here.run(KILLED), Error, "killed");
  Deno.writeTextFileSync(`${here.file}.part.json`, "{");
  await here.run();
  assertEquals(ranges(server), [undefined, undefined]);
  assertEquals(Deno.readFileSync(here.file), FILE);
});

Deno.test("download() waits longer each time a busy server sends nothing, as long as the server asks at least", async () => {
  await using server = faultyServer(
    { status: 503 },
    { status: 429, headers: { "retry-after": "7" } },
    { status: 500 },
    whole(FILE, TAG),
  );
  using here = setting(server.url);
  await here.run();
  assertEquals(here.waits, [1, 7000, 4]);
});

Deno.test("download() gives up after the last wait and says why and how often", async () => {
  await using server = faultyServer({ status: 503 });
  using here = setting(server.url);
  await assertRejects(
    () => here.run(),
    Error,
    `Cannot download ${server.url}: the server answered 503 Service Unavailable, 4 times without coming further`,
  );
  assertEquals(here.waits, [1, 2, 4]);
  assertEquals(here.names(), []);
});

Deno.test("download() gives up where every connection breaks at the same byte", async () => {
  await using server = faultyServer((request) => {
    const answer = properAnswer(FILE, TAG)(request);
    return cut(answer, answer.status === 206 ? 0 : 70_000);
  });
  using here = setting(server.url);
  await assertRejects(() => here.run(), Error, "4 times without coming further; 70000 of 200000 bytes are kept");
});

Deno.test("download() gets through many cuts also after it had to begin anew near the end", async () => {
  await using server = faultyServer(
    cut(whole(FILE, TAG), 190_000),
    part(FILE, OTHER_TAG, 190_000),
    ...Array.from({ length: 8 }, () => (request: SeenRequest) => cut(properAnswer(FILE, TAG)(request), 22_000)),
    properAnswer(FILE, TAG),
  );
  using here = setting(server.url);
  await here.run();
  assertEquals(Deno.readFileSync(here.file), FILE);
});

Deno.test("download() gives up on a server without ranges whose connections always break", async () => {
  await using server = faultyServer(cut({ headers: { "content-length": String(FILE.length) }, body: FILE }, 70_000));
  using here = setting(server.url);
  await assertRejects(() => here.run(), Error, "4 times without coming further");
});

Deno.test("download() gives up on a server that never goes on properly", async () => {
  await using server = faultyServer((request) =>
    request.headers.range === undefined ? cut(whole(FILE, TAG), 70_000) : part(FILE, OTHER_TAG, 70_000)
  );
  using here = setting(server.url);
  await assertRejects(() => here.run(), Error, "times without coming further");
});

// Answers that no second try mends.
const refusals: [claim: string, answer: Answer, reason: string][] = [
  ["404", { status: 404 }, "the server answered 404"],
  [
    "a web page",
    { headers: { "content-type": "text/html; charset=utf-8" }, body: FILE },
    "a web page in place of the file",
  ],
  ["a compressed file", { headers: { "content-encoding": "gzip" }, body: FILE }, "sent the file compressed (gzip)"],
  ["more bytes than allowed", whole(FILE, TAG), "expected at most 100000 bytes, the server announces 200000"],
];
for (const [claim, answer, reason] of refusals) {
  Deno.test(`download() does not ask again where a server sends ${claim}`, async () => {
    await using server = faultyServer(answer);
    using here = setting(server.url, { mostBytes: 100_000 });
    await assertRejects(() => here.run(), Error, reason);
    assertEquals([server.seen.length, here.names()], [1, []]);
  });
}

Deno.test("download() takes no endless answer of unknown length", async () => {
  await using server = faultyServer({ body: FILE });
  using here = setting(server.url, { mostBytes: 100_000 });
  await assertRejects(() => here.run(), Error, "the server sent more than 100000 bytes");
});

Deno.test("download() says that nobody answers at an address", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  using here = setting(`http://127.0.0.1:${port}/archive`, { waitsMs: [] });
  const error = await assertRejects(() => here.run(), Error, "the connection failed");
  assert(!error.message.includes("error sending request"));
});

Deno.test("download() follows a redirection and asks for the rest where it led", async () => {
  await using server = faultyServer(cut(whole(FILE, TAG), 70_000), properAnswer(FILE, TAG));
  await using front = faultyServer({ status: 302, headers: { "location": server.url, "content-length": "0" } });
  using here = setting(front.url);
  assertEquals((await here.run()).pieced, true);
  assertEquals(Deno.readFileSync(here.file), FILE);
  assertEquals(ranges(server), [undefined, "bytes=70000-"]);
});
