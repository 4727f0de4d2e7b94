import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";

/** What the table has to hold at least. */
const FAULTS = [
  ...["interrupted save", "disk full", "damaged weights", "damaged metadata", "other version"],
  ...["other configuration on resume", "resume at an epoch's end and in the middle", "SIGINT", "SIGKILL"],
  ...["a loss that is not finite", "empty mask", "full mask", "one-image set", "last batch smaller", "missing mask"],
  ...["mask without image", "unreadable and truncated image", "sizes that differ", "overlapping splits", "wrong hash"],
  ...["server that sends something else", "cut connection", "stalled server", "archive entry that leaves its folder"],
  ...["two runs in one folder", "unknown backend", "TensorFlow library missing", "TensorFlow library truncated"],
  ...["TensorFlow library of another version", "notebook cell that throws", "notebook cell with a type error"],
  "notebook cell that rejects or throws in a timer",
];

const text = (path: string) => Deno.readTextFileSync(fromFileUrl(new URL(`../../${path}`, import.meta.url)));
const rows = text("tests/faults/README.md").split("\n").filter((line) => line.startsWith("| "))
  .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim())).slice(2);

Deno.test("the table of faults holds every fault of the list, each once and with what happens", () => {
  const faults = rows.map(([fault]) => fault);
  assertEquals(FAULTS.filter((fault) => !faults.includes(fault)), []);
  assertEquals(new Set(faults).size, faults.length);
  assert(rows.every((cells) => cells.length === 3 && cells.every((cell) => cell !== "")));
});

Deno.test("every test that the table of faults names exists", () => {
  const missing = rows.filter(([, , test]) => {
    const [, file, title] = /^`(tests\/[\w/]+_test\.ts)`: "(.+)"$/.exec(test) ?? [];
    return file === undefined || !text(file).includes(title);
  });
  assertEquals(missing, []);
});

Deno.test("the counts below the table of faults are those of the tests", () => {
  const constant = (file: string, pattern: RegExp) => Number(pattern.exec(text(file))?.[1]);
  const said = text("tests/faults/README.md").replaceAll(/\s+/g, " ");
  const losses = text("tests/loss/every_loss.ts").match(/^ {2}"[^"]+": \{/gm)?.length;
  const counts = [
    `${rows.length} faults.`,
    `counts ${constant("tests/faults/kill_test.ts", /^const KILLS = (\d+);/m)} kills`,
    `${constant("tests/backend/tensorflow/fuzz_test.ts", /^const CALLS = (\d+);/m).toLocaleString("en")} random calls`,
    `${constant("tests/loss/every_loss_test.ts", /numRuns: (\d+)/)} random or extreme pairs of images for each of ` +
    `${losses} losses`,
  ];
  assertEquals(counts.filter((count) => !said.includes(count)), []);
});
