import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { progressLine } from "../../tasks/cli/progress_line.ts";
import { TaskError } from "../../tasks/cli/task_error.ts";
import { makeReport, openPage } from "../../tasks/report.ts";
import { reproduceProgress } from "../../tasks/reproduce/reproduce_progress.ts";
import { projectFolder } from "../../tasks/setup/project_folder.ts";

function terminal() {
  const written: string[] = [];
  return {
    written,
    line: progressLine({ write: (text) => written.push(text), terminal: true, columns: () => 200 }),
  };
}

Deno.test("reproduceProgress() shows notebook, cell, what it does and the time left, and returns the seconds", () => {
  const { line, written } = terminal();
  let now = 0;
  const names = ["1_loss_geometry", "2_baseline"];
  const measured = { "1_loss_geometry": [1, 2, 3], "2_baseline": [54] };
  const progress = reproduceProgress({ names, known: { here: measured, elsewhere: {} }, line, now: () => now });
  progress.begin(0);
  now = 1000;
  progress.follow({ event: "kernel", pid: 1, runner: 2, cells: 2 });
  progress.follow({ event: "cell_started", cell: 1, cells: 2 });
  now = 2000;
  progress.follow({ event: "progress", cell: 1, text: "epoch 3 of 8" });
  assertEquals(
    written.at(-1),
    "\r\x1b[K[1/2] 1_loss_geometry · cell 1/2 · 2 s · 4 s left here, 58 s in all · epoch 3 of 8",
  );
  progress.follow({
    event: "stream",
    cell: 1,
    name: "stdout",
    text: "a detail\nComputing with tensorflow 2.21.0 on CPU\n",
  });
  const text = written.join("");
  assertMatch(text, /Computing with tensorflow 2\.21\.0 on CPU\n/);
  assertEquals(text.includes("a detail"), false);
  progress.follow({ event: "cell_finished", cell: 1, cells: 2, seconds: 2 });
  progress.follow({ event: "cell_finished", cell: 2, cells: 2, seconds: 3 });
  assertEquals(progress.finish(), [1, 2, 3]);
});

Deno.test("reproduceProgress() says whose times they are until something has run here", () => {
  const { line, written } = terminal();
  let now = 0;
  const known = { here: {}, elsewhere: { "1_a": [1, 2], "2_b": [57] } };
  const progress = reproduceProgress({ names: ["1_a", "2_b"], known, line, now: () => now });
  progress.begin(0);
  assertEquals(written.at(-1), "[1/2] 1_a (about 1:00 min left in all on the machine that was measured)\n");
  now = 3000;
  progress.follow({ event: "kernel", pid: 1, runner: 2, cells: 1 }); // three times as long
  assertMatch(written.at(-1)!, / 4 s left here, 1:58 min in all$/);
  progress.stop();
});

Deno.test("reproduceProgress() says nothing of all notebooks where one of them was never measured", () => {
  const { line, written } = terminal();
  const known = { here: { "1_a": [1, 2] }, elsewhere: {} };
  const progress = reproduceProgress({ names: ["1_a", "2_b"], known, line, now: () => 0 });
  progress.begin(0);
  progress.follow({ event: "kernel", pid: 1, runner: 2, cells: 1 });
  assertMatch(written.at(-1)!, / s left here$/);
  progress.stop();
});

Deno.test("makeReport() tells a failure with its last words", async () => {
  const run = () => Promise.resolve({ status: 1, lines: ["error: Cannot read run abc"] });
  const error = await assertRejects(
    () => makeReport("/r", {}, projectFolder(), run),
    TaskError,
    "Cannot make the report",
  );
  assertMatch(error.message, /all other results are kept.*Cannot read run abc/s);
});

const OPENERS: [os: typeof Deno.build.os, command: string[]][] = [
  ["linux", ["xdg-open", "/r/report.html"]],
  ["darwin", ["open", "/r/report.html"]],
  ["windows", ["rundll32", "url.dll,FileProtocolHandler", "/r/report.html"]],
];

Deno.test("openPage() calls the system's own program, and says where to go if that fails", async () => {
  for (const [os, command] of OPENERS) {
    const called: string[][] = [];
    const open = (status: number) =>
      openPage("/r/report.html", {
        os,
        run(words) {
          called.push([...words]);
          return Promise.resolve({ status, lines: [] });
        },
      });
    assertEquals(await open(0), undefined);
    assertEquals(called, [command]);
    assertMatch(await open(127) ?? "", /Cannot open the report: there is no/);
    assertMatch(await open(3) ?? "", /ended with status 3; open the file/);
  }
});
