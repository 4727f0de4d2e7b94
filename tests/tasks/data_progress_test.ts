import { assertEquals } from "@std/assert";
import type { AcquisitionEvent } from "../../lib/data/acquisition/acquire_dataset.ts";
import { acquisitionProgress, measureSpeed } from "../../tasks/data_progress.ts";

/** What a listener shows and says for events at given seconds. */
function shown(events: readonly (readonly [second: number, event: AcquisitionEvent])[]): string[] {
  let time = 0;
  const lines: string[] = [];
  const line = { show: (text: string) => lines.push(text), say: (text: string) => lines.push(`! ${text}`), clear() {} };
  const listen = acquisitionProgress("Polyps", line, () => time);
  for (const [second, event] of events) {
    time = second;
    listen(event);
  }
  return lines;
}

const received = (megabytes: number, total?: number): AcquisitionEvent => ({
  kind: "received",
  received: 1e6 * megabytes,
  ...(total !== undefined && { total: 1e6 * total }),
});

Deno.test("acquisitionProgress() shows what is there, the speed and the time left", () => {
  assertEquals(
    shown([[0, received(0, 46)], [2, received(10, 46)], [2.05, received(10.1, 46)], [9.2, received(46, 46)]]),
    [
      "Polyps: 0.0 MB of 46.0 MB",
      "Polyps: 10.0 MB of 46.0 MB, 5.0 MB/s, 7 s left",
      "Polyps: 46.0 MB of 46.0 MB, 5.0 MB/s, 0 s left",
    ],
  );
});

Deno.test("acquisitionProgress() shows no time left where the server tells no length", () => {
  assertEquals(shown([[0, received(1)], [1, received(3)]]), ["Polyps: 1.0 MB", "Polyps: 3.0 MB, 2.0 MB/s"]);
});

Deno.test("acquisitionProgress() measures anew after a download that began anew, and for the files", () => {
  const checked = (done: number): AcquisitionEvent => ({ kind: "checked", done, total: 100 });
  const events = [[0, received(8, 10)], [1, received(9, 10)], [2, received(1, 10)], [3, checked(10)], [
    4,
    checked(40),
  ]] as const;
  assertEquals(shown(events), [
    "Polyps: 8.0 MB of 10.0 MB",
    "Polyps: 9.0 MB of 10.0 MB, 1.0 MB/s, 1 s left",
    "Polyps: 1.0 MB of 10.0 MB",
    "Polyps: 10 of 100 files checked",
    "Polyps: 40 of 100 files checked, 2 s left",
  ]);
});

Deno.test("acquisitionProgress() says what went wrong and when the next try comes", () => {
  assertEquals(shown([[0, { kind: "retry", reason: "no data for 30 s", waitMs: 65_000 }]]), [
    "! Polyps: no data for 30 s; from the first byte again in 1:05 min",
  ]);
});

Deno.test("measureSpeed() forgets what is longer ago than ten seconds", () => {
  let time = 0;
  const speed = measureSpeed(() => time);
  assertEquals(speed.perSecond(), undefined);
  for (const [second, done] of [[0, 0], [1, 100], [11, 110], [12, 112]]) {
    time = second;
    speed.add(done);
  }
  assertEquals(speed.perSecond(), 2);
});
