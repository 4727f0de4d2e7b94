import { fromFileUrl } from "@std/path";

export const MODULE = new URL("../../lib/files/lock.ts", import.meta.url).href;
export const CONFIG = fromFileUrl(new URL("../../deno.json", import.meta.url));

/** Another process that has the lock until it is killed. */
export async function lockHolder(path: string) {
  const code = `const { tryLock } = await import("${MODULE}"); const lock = await tryLock(Deno.args[0]);` +
    `console.log("locked"); setInterval(() => lock, 1000);`;
  const process = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--config", CONFIG, code, path],
    stdout: "piped",
  }).spawn();
  const reader = process.stdout.getReader();
  await reader.read();
  return {
    text: `process ${process.pid}`,
    kill: async () => {
      process.kill("SIGKILL");
      await process.status;
      await reader.cancel();
    },
  };
}
