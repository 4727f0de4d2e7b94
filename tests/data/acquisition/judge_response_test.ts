import { assertEquals, assertStringIncludes } from "@std/assert";
import { type AttemptEnd, judgeResponse } from "../../../lib/data/acquisition/judge_response.ts";

const ASKED = { url: "https://polyps.example/set.zip", mostBytes: 1000 };
const PARTIAL = { version: { url: ASKED.url, tag: '"a"', total: 900 }, received: 300 };

function judge(status: number, headers: Record<string, string> = {}, { url = ASKED.url, partial = PARTIAL } = {}) {
  return judgeResponse({ url, status, statusText: "", headers: new Headers(headers) }, ASKED, partial);
}

Deno.test("judgeResponse() takes the whole file, and exactly the part that was asked for", () => {
  assertEquals(judge(200, { "content-length": "900" }), undefined);
  assertEquals(judge(206, { "content-range": "bytes 300-899/900", "etag": '"a"' }), undefined);
});

Deno.test("judgeResponse() refuses to be led from an encrypted address to one that is not", () => {
  assertEquals(judge(200, {}, { url: "http://polyps.example/set.zip" })?.kind, "refused");
  assertEquals(judge(200, {}, { url: "https://elsewhere.example/set.zip" }), undefined);
});

// [status, headers, end, words of the reason]
const answers: [number, Record<string, string>, AttemptEnd["kind"], string][] = [
  [206, { "content-range": "bytes 300-899/900", "etag": 'W/"a"' }, "restart", "has changed"],
  [206, { "content-range": "bytes 300-998/999", "etag": '"a"' }, "restart", "has changed"],
  [206, { "content-range": "bytes 0-899/900", "etag": '"a"' }, "restart", 'in place of "bytes 300-899/900"'],
  [206, { "content-range": "bytes 300-899/*", "etag": '"a"' }, "restart", "in place of"],
  [416, {}, "restart", "416"],
  [429, {}, "cut", "429"],
  [503, {}, "cut", "503"],
  [204, {}, "refused", "204"],
  [403, {}, "refused", "403"],
  [200, { "content-type": "text/html" }, "refused", "a web page"],
  [200, { "content-length": "1001" }, "refused", "announces 1001"],
  [200, { "content-encoding": "gzip" }, "refused", "compressed (gzip)"],
  [
    206,
    { "content-range": "bytes 300-899/900", "etag": '"a"', "content-encoding": "br" },
    "restart",
    "compressed (br)",
  ],
];
for (const [status, headers, kind, words] of answers) {
  Deno.test(`judgeResponse() of ${status} ${JSON.stringify(headers)} is "${kind}"`, () => {
    const end = judge(status, headers)!;
    assertEquals(end.kind, kind);
    assertStringIncludes((end as { reason: string }).reason, words);
  });
}

Deno.test("judgeResponse() follows Retry-After, but for no more than two minutes", () => {
  assertEquals(judge(503, { "retry-after": "5" }), { kind: "cut", reason: "the server answered 503", waitMs: 5000 });
  assertEquals(judge(503, { "retry-after": "99999" }), {
    kind: "cut",
    reason: "the server answered 503",
    waitMs: 120_000,
  });
});

Deno.test("judgeResponse() takes a file under a coding that does not change its bytes", () => {
  assertEquals(judge(200, { "content-length": "900", "content-encoding": "binary" }), undefined);
});
