import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { type RunLock, tryRunLock, waitForRunLock } from "../../lib/training/run_lock.ts";

Deno.test("tryRunLock() refuses a second training in one program, and gives the lock when the first is over", async () => {
  const folder = await Deno.makeTempDir();
  {
    using _lock = await tryRunLock(folder) as RunLock;
    await assertRejects(() => tryRunLock(folder), Error, "this program is training it already");
    await assertRejects(() => tryRunLock(`${folder}/.`), Error, "already", "another way to write the folder");
  }
  (await tryRunLock(folder) as RunLock)[Symbol.dispose]();
});

Deno.test("tryRunLock() says which process has the lock, and waitForRunLock() gets it when that is killed", async () => {
  const folder = await Deno.makeTempDir();
  const module = new URL("../../lib/training/run_lock.ts", import.meta.url).href;
  const code = `const { tryRunLock } = await import("${module}"); const lock = await tryRunLock(Deno.args[0]);` +
    `console.log("locked"); setInterval(() => lock, 1000);`;
  const config = fromFileUrl(new URL("../../deno.json", import.meta.url));
  const holder = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--config", config, code, folder],
    stdout: "piped",
  }).spawn();
  const reader = holder.stdout.getReader();
  await reader.read();
  assertEquals(await tryRunLock(folder), `process ${holder.pid}`);
  const controller = new AbortController();
  const givenUp = waitForRunLock(folder, { signal: controller.signal, pollMs: 5 });
  controller.abort(new Error("enough"));
  await assertRejects(() => givenUp, Error, "enough");
  const lock = waitForRunLock(folder, { pollMs: 5 });
  holder.kill("SIGKILL");
  (await lock)[Symbol.dispose]();
  await holder.status;
  await reader.cancel();
});

Deno.test("a lock that was given back twice does not give back another's", async () => {
  const folder = await Deno.makeTempDir();
  const first = await tryRunLock(folder) as RunLock;
  first[Symbol.dispose]();
  using _second = await tryRunLock(folder) as RunLock;
  first[Symbol.dispose]();
  await assertRejects(() => tryRunLock(folder), Error, "already");
});

Deno.test("tryRunLock() does not write through a link that a run's folder from elsewhere holds", async () => {
  const folder = await Deno.makeTempDir();
  const elsewhere = await Deno.makeTempFile();
  await Deno.writeTextFile(elsewhere, "precious");
  await Deno.symlink(elsewhere, `${folder}/run.lock`);
  await assertRejects(() => tryRunLock(folder), Error, "run.lock is a link to somewhere else. Remove the link.");
  assertEquals(await Deno.readTextFile(elsewhere), "precious");
});

Deno.test("tryRunLock() of a folder that is not there is an error", async () => {
  await assertRejects(() => tryRunLock("/no/such/folder"), Deno.errors.NotFound);
  assertThrows(() => Deno.statSync("/no/such/folder"));
});
