import { assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { textLines } from "../../lib/text/text_lines.ts";
import { type NotebookEvent, startNotebook } from "../../tasks/notebooks/run_notebook.ts";
import { projectFolder } from "../../tasks/setup/project_folder.ts";
import { codeCells, shown, type TemporaryNotebook, temporaryNotebook, testsAtOnce } from "./temporary_notebook.ts";

const POLL_MS = 50;

/** A run that has reached its endless cell, and the ids of its kernel and of the runner that drives it. */
async function startEndlessRun({ notebook, executed }: TemporaryNotebook) {
  const script = fromFileUrl(new URL("run_one_notebook.ts", import.meta.url));
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-P=tasks", script, notebook, executed],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let ids = { kernel: 0, runner: 0 };
  for await (const line of textLines(process.stdout)) {
    const event = JSON.parse(line) as NotebookEvent;
    if (event.event === "kernel") ids = { kernel: event.pid, runner: event.runner };
    if (event.event === "stream" && event.text.includes("endless")) break;
  }
  return { process, ...ids };
}

/** Whether a process runs; one that has ended and waits to be collected does not. */
async function runs(pid: number): Promise<boolean> {
  const { stdout } = await new Deno.Command("ps", { args: ["-o", "stat=", "-p", String(pid)] }).output();
  const state = new TextDecoder().decode(stdout).trim();
  return state !== "" && !state.startsWith("Z");
}

async function ended(...pids: number[]): Promise<void> {
  for (const pid of pids) while (await runs(pid)) await new Promise((done) => setTimeout(done, POLL_MS));
}

/** An endless cell that yields to the kernel, and one that does not. */
const ENDLESS = {
  waiting: 'console.log("endless");\nawait new Promise(() => setInterval(() => {}, 100));',
  computing: 'console.log("endless");\nawait new Promise((done) => setTimeout(done, 50));\nfor (;;);',
};

const INTERRUPTIONS = [
  ["SIGINT", 130, ["waiting", "computing"]],
  ["SIGTERM", 143, ["waiting", "computing"]],
  ["SIGHUP", 129, ["waiting"]],
  ["SIGQUIT", 131, ["waiting"]],
  ["SIGKILL", 137, ["waiting"]],
] as const;

testsAtOnce([
  [
    "startNotebook() runs no cell before its turn, then tells all, and ends a kernel whose turn never comes",
    async () => {
      await using temporary = await temporaryNotebook(['Deno.writeTextFileSync("ran.txt", "1");']);
      const ran = () => Deno.stat(join(temporary.folder, "ran.txt")).then(() => true, () => false);
      const start = () => startNotebook({ project: projectFolder(), ...temporary });
      const unwanted = start();
      await using wanted = start();
      await new Promise((done) => setTimeout(done, 8000)); // both kernels have started by then
      assertEquals(await ran(), false);
      await unwanted[Symbol.asyncDispose]();
      assertEquals(await Deno.stat(temporary.executed).then(() => true, () => false), false);
      const events: NotebookEvent[] = [];
      assertEquals(await wanted.run((event) => events.push(event)), undefined);
      assertEquals(events.map(({ event }) => event), ["kernel", "cell_started", "cell_finished", "finished"]);
      assertEquals(await ran(), true);
    },
  ],
  ...INTERRUPTIONS.flatMap(([signal, status, kinds]) =>
    kinds.map((kind) =>
      [`${signal} ends the kernel of a ${kind} cell and keeps the partly executed copy`, async () => {
        await using temporary = await temporaryNotebook(['console.log("first");', ENDLESS[kind], "3;"]);
        const { process, kernel, runner } = await startEndlessRun(temporary);
        process.kill(signal);
        assertEquals((await process.status).code, status);
        await ended(kernel, runner);
        const [first, ...rest] = (await codeCells(temporary.executed)).map(shown);
        assertEquals(first, ["stdout: first\n"]);
        if (signal !== "SIGKILL") assertEquals(rest, [["stdout: endless\n"], []]);
      }] as const
    )
  ),
  ["a kernel ends when the runner that drives it is killed, and the run fails", async () => {
    await using temporary = await temporaryNotebook([ENDLESS.waiting]);
    const { process, kernel, runner } = await startEndlessRun(temporary);
    Deno.kill(runner, "SIGKILL");
    assertEquals((await process.status).code, 1);
    await ended(kernel, runner);
  }],
]);
