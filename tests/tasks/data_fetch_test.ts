import { assertEquals, assertRejects } from "@std/assert";
import type { AcquisitionEvent } from "../../lib/data/acquisition/acquire_dataset.ts";
import { acquisitionProgress, requireConsent } from "../../tasks/data/fetch.ts";
import { TaskError } from "../../tasks/cli/task_error.ts";

const TERMS = { name: "polyps", title: "Polyps", terms: ["For research only."] };

/** A cache folder, and what is said and asked. */
function setting(answer?: string | null) {
  const cache = Deno.makeTempDirSync(), said: string[] = [], asked: string[] = [];
  const ask = answer === undefined ? undefined : (question: string) => {
    asked.push(question);
    return answer;
  };
  return {
    said,
    asked,
    consent: (more: { accepted?: boolean; terms?: string[] } = {}) =>
      requireConsent({ ...TERMS, ...(more.terms && { terms: more.terms }) }, {
        cache,
        accepted: more.accepted ?? false,
        say: (line) => said.push(line),
        ask,
      }),
    [Symbol.dispose]: () => Deno.removeSync(cache, { recursive: true }),
  };
}

Deno.test("requireConsent() shows the terms, asks once where the answer is yes, and anew for other terms", async () => {
  for (const answer of ["yes", " Y "]) {
    using here = setting(answer);
    await here.consent();
    await here.consent();
    assertEquals([here.said[1], here.asked.length], ["  - For research only.", 1]);
    await here.consent({ terms: ["For research only.", "Cite us."] });
    assertEquals(here.asked.length, 2);
  }
});

Deno.test("requireConsent() takes all other answers for no consent, and asks again", async () => {
  for (const answer of ["no", "", "yesterday", null]) {
    using here = setting(answer);
    await assertRejects(() => here.consent(), TaskError, "you did not agree");
    await assertRejects(() => here.consent(), TaskError);
    assertEquals(here.asked.length, 2);
  }
});

Deno.test("requireConsent() shows the terms to a script too, and wants its flag each time", async () => {
  using here = setting();
  await assertRejects(() => here.consent(), TaskError, "add --accept-terms");
  await here.consent({ accepted: true });
  assertEquals(here.said.filter((line) => line.includes("research")).length, 2);
  await assertRejects(() => here.consent(), TaskError, "add --accept-terms");
});

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

Deno.test("acquisitionProgress() shows no time left where the server tells no length, and the speed of ten seconds", () => {
  const events = [[0, received(0)], [1, received(100)], [11, received(110)], [12, received(112)]] as const;
  assertEquals(shown(events).slice(1), [
    "Polyps: 100.0 MB, 100.0 MB/s",
    "Polyps: 110.0 MB, 1.0 MB/s",
    "Polyps: 112.0 MB, 2.0 MB/s",
  ]);
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
