import { assert, assertEquals, assertRejects } from "@std/assert";
import { dirname, fromFileUrl, join } from "@std/path";
import { exclusiveLock, tryExclusiveLock } from "../../tasks/exclusive_lock.ts";
import { TaskError } from "../../tasks/cli/task_error.ts";

async function withFolder(test: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(join(folder, "new", "a.lock"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("tryExclusiveLock() gives a lock to one at a time and says who has it", async () => {
  await withFolder(async (path) => {
    {
      using lock = await tryExclusiveLock(path) as Disposable;
      assert(lock);
      assertEquals(await tryExclusiveLock(path), `process ${Deno.pid}`);
    }
    using again = await tryExclusiveLock(path) as Disposable;
    assert(typeof again !== "string");
  });
});

Deno.test("tryExclusiveLock() does not write through a link that a folder from elsewhere holds", async () => {
  await withFolder(async (path) => {
    const precious = join(dirname(dirname(path)), "precious");
    await Deno.mkdir(dirname(path));
    await Deno.writeTextFile(precious, "precious");
    await Deno.symlink(precious, path);
    await assertRejects(() => tryExclusiveLock(path), TaskError, "is a link to somewhere else. Remove the link.");
    assertEquals(await Deno.readTextFile(precious), "precious");
  });
});

Deno.test("exclusiveLock() gets the lock of a process that was killed", async () => {
  await withFolder(async (path) => {
    const module = fromFileUrl(new URL("../../tasks/exclusive_lock.ts", import.meta.url));
    const code = `const { exclusiveLock } = await import("file://${module}");` +
      `const lock = await exclusiveLock(Deno.args[0], () => {}); console.log("locked"); setInterval(() => lock, 1000);`;
    const holder = new Deno.Command(Deno.execPath(), { args: ["eval", code, path], stdout: "piped" }).spawn();
    const reader = holder.stdout.getReader();
    await reader.read();
    assertEquals(await tryExclusiveLock(path), `process ${holder.pid}`);
    const waiting: string[] = [];
    const lock = exclusiveLock(path, (who) => waiting.push(who), 5);
    await new Promise((done) => setTimeout(done, 20));
    holder.kill("SIGKILL");
    using _lock = await lock;
    assertEquals(waiting, [`process ${holder.pid}`]);
    await holder.status;
    await reader.cancel();
  });
});
