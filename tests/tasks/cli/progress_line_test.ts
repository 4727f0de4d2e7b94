import { assertEquals } from "@std/assert";
import { duration, progressLine } from "../../../tasks/cli/progress_line.ts";

Deno.test("progressLine() draws one line again and again on a terminal, no wider than it is", () => {
  const written: string[] = [];
  const line = progressLine({ write: (text) => written.push(text), terminal: true, columns: () => 8 });
  line.show("epoch 1 of 3");
  line.show("two");
  line.say("kept");
  line.clear();
  assertEquals(written, ["\r\x1b[Kepoch 1", "\r\x1b[Ktwo", "\r\x1b[Kkept\ntwo", "\r\x1b[K"]);
});

Deno.test("progressLine() prints plain lines away from a terminal, a live one only after a silence", () => {
  const written: string[] = [];
  let time = 0;
  const options = { write: (text: string) => written.push(text), terminal: false, now: () => time, quietMs: 100 };
  const line = progressLine(options);
  line.show("a");
  time = 120;
  line.show("b");
  line.show("c");
  line.say("kept");
  time = 200;
  line.show("d");
  line.clear();
  assertEquals(written, ["b\n", "kept\n"]);
});

Deno.test("duration() rounds to seconds, minutes or hours, and is never negative", () => {
  const seconds = [0.4, -3, 59.4, 59.6, 65, 3600, 7384];
  assertEquals(seconds.map(duration), ["0 s", "0 s", "59 s", "1:00 min", "1:05 min", "1:00 h", "2:03 h"]);
});
