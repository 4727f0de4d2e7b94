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

const durations: [number, string][] = [
  [0.4, "0 s"],
  [-3, "0 s"],
  [59.4, "59 s"],
  [59.6, "1:00 min"],
  [65, "1:05 min"],
  [3600, "1:00 h"],
  [7384, "2:03 h"],
];

for (const [seconds, text] of durations) {
  Deno.test(`duration() of ${seconds} seconds is "${text}"`, () => assertEquals(duration(seconds), text));
}

Deno.test("the terminal obeys no text that is shown: names of files and notes from elsewhere are only read", () => {
  const written: string[] = [];
  const line = progressLine({ write: (text) => written.push(text), terminal: true, columns: () => 80, now: () => 0 });
  line.show("a\x1b[31mb\rc");
  line.clear();
  line.say("d\x1b]0;title\x07\ne\u202e");
  assertEquals(written.join("").replaceAll("\r\x1b[K", ""), "a␛[31mb␍cd␛]0;title␇\ne\\u{202e}\n");
});
