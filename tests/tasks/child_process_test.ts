import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { textLines } from "../../lib/text/text_lines.ts";
import { runCommand } from "../../tasks/cli/child_process.ts";

Deno.test("runCommand() gives status and lines of both streams, with the variables it was told", async () => {
  const code = "console.log(Deno.env.get('WORD')); console.error('oops'); Deno.exit(3);";
  const seen: string[] = [];
  const { status, lines } = await runCommand([Deno.execPath(), "eval", code], {
    env: { WORD: "hello" },
    onLine: (line) => seen.push(line),
  });
  assertEquals([status, lines.toSorted(), seen], [3, ["hello", "oops"], lines]);
});

Deno.test("runCommand() answers 127 where there is no such program", async () => {
  assertEquals(await runCommand(["polydice-no-such-program"]), { status: 127, lines: [] });
});

/** The address of a module of the command line, as code has it. */
const module = (name: string) => JSON.stringify(new URL(`../../tasks/cli/${name}`, import.meta.url).href);

/** Starts a program that uses the project's modules, and sends a signal when it has said "started". */
async function signalled(signal: Deno.Signal, code: string): Promise<{ code: number; lines: string[] }> {
  const task = new Deno.Command(Deno.execPath(), { args: ["eval", code], stdout: "piped", stderr: "null" }).spawn();
  const lines: string[] = [];
  for await (const line of textLines(task.stdout)) {
    lines.push(line);
    if (line === "started") task.kill(signal);
  }
  return { code: (await task.status).code, lines };
}

for (const [signal, status] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129], ["SIGQUIT", 131]] as const) {
  Deno.test(`${signal} ends a task's command, then the task with ${status}, after its finally blocks`, async () => {
    const endless = JSON.stringify("console.log('started'); setInterval(() => {}, 1000);");
    const code = `const { runCommand } = await import(${module("child_process.ts")});
      const { runTask } = await import(${module("task_error.ts")});
      await runTask(async () => {
        try {
          await runCommand([Deno.execPath(), "eval", ${endless}], { onLine: (line) => console.log(line) });
        } finally {
          console.log("tidied");
        }
        return 0;
      });`;
    assertEquals(await signalled(signal, code), { code: status, lines: ["started", "tidied"] });
  });
}

Deno.test({
  name: "startChild() signals a child again that has lost the first signal, where it is told to",
  ignore: Deno.build.os === "windows",
  async fn() {
    const deaf = "first=1; trap '[ $first = 0 ] && exit 0; first=0' TERM; echo started; " +
      "i=0; while [ $i -lt 600 ]; do i=$((i+1)); sleep 0.05; done";
    const code = `const { startChild } = await import(${module("child_process.ts")});
      const command = new Deno.Command("sh", { args: ["-c", ${JSON.stringify(deaf)}] });
      const { child, release } = startChild(command, { repeatMs: 200 });
      console.log("ended with", (await child.status).code);
      release();`;
    assertEquals(await signalled("SIGINT", code), { code: 0, lines: ["started", "ended with 0"] });
  },
});

Deno.test({
  name: "SIGHUP stays ignored by a task under nohup",
  ignore: Deno.build.os === "windows",
  async fn() {
    const code = `const { startChild } = await import(${module("child_process.ts")});
      const { child, check, release } = startChild(new Deno.Command("sh", { args: ["-c", "echo started; read line"] }));
      await child.status;
      check();
      release();`;
    const config = fromFileUrl(new URL("../../deno.json", import.meta.url));
    const program = `data:application/typescript,${encodeURIComponent(code)}`; // with a task's own permissions
    const start = 'trap "" HUP; exec "$0" run -q --no-check -P=training --config="$1" "$2"';
    const task = new Deno.Command("sh", {
      args: ["-c", start, Deno.execPath(), config, program],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    for await (const line of textLines(task.stdout)) {
      if (line !== "started") continue;
      task.kill("SIGHUP");
      await new Promise((done) => setTimeout(done, 300)); // a task that heard the signal would have ended its child
      await task.stdin.close(); // the child reads to its end
    }
    assertEquals((await task.status).code, 0);
  },
});
