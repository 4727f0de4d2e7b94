import { assertEquals, assertRejects } from "@std/assert";
import { requireConsent } from "../../tasks/data_fetch.ts";
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

for (const answer of ["yes", " Y "]) {
  Deno.test(`requireConsent() shows the terms, asks once, and takes "${answer}" for consent`, async () => {
    using here = setting(answer);
    await here.consent();
    assertEquals([here.said[1], here.asked.length], ["  - For research only.", 1]);
    await here.consent();
    assertEquals(here.asked.length, 1);
  });
}

for (const answer of ["no", "", "yesterday", null]) {
  Deno.test(`requireConsent() takes ${JSON.stringify(answer)} for no consent, and asks again`, async () => {
    using here = setting(answer);
    await assertRejects(() => here.consent(), TaskError, "you did not agree");
    await assertRejects(() => here.consent(), TaskError);
    assertEquals(here.asked.length, 2);
  });
}

Deno.test("requireConsent() shows the terms to a script too, and wants its flag each time", async () => {
  using here = setting();
  await assertRejects(() => here.consent(), TaskError, "add --accept-terms");
  await here.consent({ accepted: true });
  assertEquals(here.said.filter((line) => line.includes("research")).length, 2);
  await assertRejects(() => here.consent(), TaskError, "add --accept-terms");
});

Deno.test("requireConsent() asks anew for other terms", async () => {
  using here = setting("yes");
  await here.consent();
  await here.consent({ terms: ["For research only.", "Cite us."] });
  assertEquals(here.asked.length, 2);
});
