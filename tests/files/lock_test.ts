import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { type Lock, tryLock, waitForLock } from "../../lib/files/lock.ts";
import { CONFIG, lockHolder, MODULE } from "./lock_holder.ts";

async function withPath(test: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(join(folder, "new", "a.lock"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("tryLock() refuses a second lock in one program, and gives it when the first is given back", () =>
  withPath(async (path) => {
    {
      using _lock = await tryLock(path) as Lock;
      await assertRejects(() => tryLock(path), Error, "this program has locked it already");
      await assertRejects(() => tryLock(join(path, "..", ".", "a.lock")), Error, "already", "another way to write it");
    }
    await assertRejects(() => Deno.lstat(path), Deno.errors.NotFound);
    (await tryLock(path) as Lock)[Symbol.dispose]();
  }));

Deno.test("of many calls of tryLock() at the same time one gets the lock", () =>
  withPath(async (path) => {
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => tryLock(path)));
    const locks = results.flatMap((result) =>
      result.status === "fulfilled" && typeof result.value !== "string" ? [result.value] : []
    );
    assertEquals(locks.length, 1);
    locks[0][Symbol.dispose]();
  }));

Deno.test("tryLock() says which process has the lock, and waitForLock() gets it when that is killed", () =>
  withPath(async (path) => {
    const other = await lockHolder(path);
    assertEquals(await tryLock(path), other.text);
    const controller = new AbortController();
    const givenUp = waitForLock(path, { signal: controller.signal, pollMs: 5 });
    controller.abort(new Error("enough"));
    await assertRejects(() => givenUp, Error, "enough");
    const told: string[] = [];
    const toldOnce = Promise.withResolvers<void>();
    const lock = waitForLock(path, { onWait: (text) => (told.push(text), toldOnce.resolve()), pollMs: 5 });
    await toldOnce.promise;
    await other.kill();
    (await lock)[Symbol.dispose]();
    assertEquals(told, [other.text]);
  }));

Deno.test("processes that lock, count and give back by turns never count at the same time", () =>
  withPath(async (path) => {
    const [turns, processes] = [25, 3];
    const counter = `${path}.count`;
    await Deno.mkdir(join(path, ".."));
    await Deno.writeTextFile(counter, "0");
    const code = `const { waitForLock } = await import("${MODULE}");
      for (let turn = 0; turn < ${turns}; turn++) {
        using _lock = await waitForLock(Deno.args[0], { pollMs: 0 });
        const count = Number(await Deno.readTextFile(Deno.args[1]));
        await Deno.writeTextFile(Deno.args[1], String(count + 1));
      }`;
    const args = ["eval", "--config", CONFIG, code, path, counter];
    const ends = await Promise.all(
      Array.from({ length: processes }, () => new Deno.Command(Deno.execPath(), { args }).output()),
    );
    assertEquals(ends.map(({ code }) => code), [0, 0, 0]);
    assertEquals(await Deno.readTextFile(counter), String(turns * processes));
  }));

Deno.test("a lock that was given back twice does not give back another's", () =>
  withPath(async (path) => {
    const first = await tryLock(path) as Lock;
    first[Symbol.dispose]();
    using _second = await tryLock(path) as Lock;
    first[Symbol.dispose]();
    await assertRejects(() => tryLock(path), Error, "already");
  }));

Deno.test("tryLock() does not write through a link or into a folder that somebody put there", () =>
  withPath(async (path) => {
    const precious = join(path, "..", "precious");
    await Deno.mkdir(join(path, ".."));
    await Deno.writeTextFile(precious, "precious");
    await Deno.symlink(precious, path);
    await assertRejects(() => tryLock(path), Error, "it is a link, not a file of this program's. Remove it.");
    assertEquals(await Deno.readTextFile(precious), "precious");
    await Deno.remove(path);
    await Deno.mkdir(path);
    await assertRejects(() => tryLock(path), Error, "it is a folder");
  }));
