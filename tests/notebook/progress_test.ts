import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { MimeBundle } from "../../lib/notebook/mime_bundle.ts";
import { duration, progressBundle, throttledProgress } from "../../lib/notebook/progress.ts";

const WORK = { label: "<b>", total: 100 };

/** A progress with a clock that the test moves, and the lines that it showed. */
function watched(interval = 250) {
  const clock = { time: 1000 };
  const lines: string[] = [];
  const sink = (bundle: MimeBundle) => lines.push(bundle.data["text/plain"]);
  return { clock, lines, progress: throttledProgress(WORK, sink, { interval, now: () => clock.time }) };
}

Deno.test("throttledProgress() shows the first state at once, and leaves at least its interval between two updates", async () => {
  const { progress, lines, clock } = watched(250);
  for (let done = 1; done <= 100; done++) {
    clock.time += 10;
    await progress.update({ done });
  }
  assertEquals(lines.length, 4); // at 10, 260, 510 and 760 of 1000 ms
});

Deno.test("throttledProgress() always shows the last state, with the time taken", async () => {
  const none = watched();
  await none.progress.finish(); // nothing was updated
  assertEquals(none.lines.length, 1);
  const { progress, lines, clock } = watched();
  await progress.update({ done: 99 });
  clock.time += 1;
  await progress.update({ done: 100, values: { loss: 0.25 } });
  await progress.finish();
  assertEquals(lines.length, 2);
  assertStringIncludes(lines[1], "epoch 100/100 · loss 0.250 · took 0.0 s");
});

Deno.test("progressBundle() tells the time left from the time gone", () => {
  const { data } = progressBundle(WORK, { done: 25, values: { "val Dice": 0.71234 } }, 60_000);
  assertEquals(data["text/plain"], "<b> [#####---------------] epoch 25/100 · val Dice 0.712 · 3 min 0 s left");
  assertStringIncludes(String(data["text/html"]), 'aria-valuenow="25"');
  assertStringIncludes(String(data["text/html"]), "<strong>&lt;b&gt;</strong>");
});

Deno.test("progressBundle() says no time left before the first part is done, and stays within the bar", () => {
  assert(!progressBundle(WORK, { done: 0 }, 5000).data["text/plain"].includes("left"));
  assertMatch(progressBundle(WORK, { done: 400 }, 5000).data["text/plain"], /\[#{20}\]/);
  assertMatch(progressBundle({ label: "none", total: 0 }, { done: 0 }, 0).data["text/plain"], /\[#{20}\]/);
});

Deno.test("duration() uses the two largest units", () => {
  const texts = ["0.0 s", "9.9 s", "10 s", "59 s", "1 min 0 s", "59 min 59 s", "1 h 0 min"];
  assertEquals([0, 9_949, 9_990, 59_400, 59_600, 3_599_400, 3_600_000].map(duration), texts);
});
