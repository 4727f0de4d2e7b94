/**
 * Whether what a server answers to a request for a file can be taken.
 *
 * @module
 */
import { parseContentRange } from "./content_range.ts";
import type { Partial } from "./partial_file.ts";

/** How a request ended. */
export type AttemptEnd =
  /** The whole file is there; `pieced` where this answer only added to what was there. */
  | { readonly kind: "complete"; readonly pieced: boolean }
  /** Something that may pass: a cut or stalled connection, a busy server. */
  | { readonly kind: "cut"; readonly reason: string; readonly waitMs?: number }
  /** The server cannot go on with what is there: it has to be fetched from its first byte. */
  | { readonly kind: "restart"; readonly reason: string }
  /** Something that asking again does not mend. */
  | { readonly kind: "refused"; readonly reason: string };

/** An answer without its body; `url` is where redirections have led. */
export type ResponseHead = Pick<Response, "url" | "status" | "statusText" | "headers">;

/** Statuses that may pass: time-out, too early, too many requests, and the server's own troubles. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);
const OK = 200, RANGE_NOT_SATISFIABLE = 416;

/** Codings that compress; fetch leaves a body in one as it is where a request names the codings it takes. */
const COMPRESSED = /\b(gzip|compress|deflate|br|zstd)\b/i;

/** Status of an answer that holds a part of the file. */
export const PARTIAL_CONTENT = 206;

/** Most seconds that a server's Retry-After is followed. */
const MOST_RETRY_AFTER_S = 120;

/**
 * How an answer ends a request before its body is read; nothing where the body is to be taken.
 *
 * A part is taken only as 206 with the very ETag of what is there and a Content-Range that begins at the next byte,
 * ends at the file's last one and has the same total.
 *
 * @param asked the address that was asked, and the most bytes that are taken
 * @param partial what is there and was asked to be gone on with
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const asked = { url: "https://polyps.example/set.zip", mostBytes: 1000 };
 * const head = { url: asked.url, status: 404, statusText: "Not Found", headers: new Headers() };
 * assertEquals(judgeResponse(head, asked)?.kind, "refused");
 * ```
 */
export function judgeResponse(
  head: ResponseHead,
  asked: { readonly url: string; readonly mostBytes: number },
  partial?: Partial,
): AttemptEnd | undefined {
  const { url, status, statusText, headers } = head;
  const said = `the server answered ${status} ${statusText}`.trim();
  if (asked.url.startsWith("https:") && !url.startsWith("https:")) {
    return { kind: "refused", reason: `the server leads to ${url}, which is not encrypted` };
  }
  if (PASSING.has(status)) {
    const waitMs = retryAfterMs(headers);
    return { kind: "cut", reason: said, ...(waitMs !== undefined && { waitMs }) };
  }
  if (status === RANGE_NOT_SATISFIABLE && partial !== undefined) return { kind: "restart", reason: said };
  const coding = headers.get("content-encoding") ?? "";
  if ((status === OK || status === PARTIAL_CONTENT) && COMPRESSED.test(coding)) {
    const reason = `the server sent the file compressed (${coding}), which was not asked for`;
    return { kind: partial === undefined || status === OK ? "refused" : "restart", reason };
  }
  if (status === PARTIAL_CONTENT) return judgeRange(headers, partial);
  if (status !== OK) return { kind: "refused", reason: said };
  if (headers.get("content-type")?.startsWith("text/html")) {
    return { kind: "refused", reason: "the server sent a web page in place of the file" };
  }
  const total = contentLength(headers);
  if (total !== undefined && total > asked.mostBytes) {
    return { kind: "refused", reason: `expected at most ${asked.mostBytes} bytes, the server announces ${total}` };
  }
}

function judgeRange(headers: Headers, partial: Partial | undefined): AttemptEnd | undefined {
  if (partial === undefined) return { kind: "cut", reason: "the server sent a part though the whole was asked for" };
  const { received, version } = partial;
  const header = headers.get("content-range"), range = parseContentRange(header), tag = headers.get("etag");
  if (range === undefined || range.first !== received || range.last !== range.total - 1) {
    const expected = `bytes ${received}-${version.total - 1}/${version.total}`;
    return { kind: "restart", reason: `the server sent "${header}" in place of "${expected}"` };
  }
  if (tag !== version.tag || range.total !== version.total) {
    return { kind: "restart", reason: `the server's file has changed: ETag ${tag} in place of ${version.tag}` };
  }
}

/** The length of the body; unknown where the server does not say. */
export function contentLength(headers: Headers): number | undefined {
  const length = headers.get("content-length");
  return length !== null && /^\d+$/.test(length) ? Number(length) : undefined;
}

function retryAfterMs(headers: Headers): number | undefined {
  const header = headers.get("retry-after") ?? "";
  return /^\d+$/.test(header) ? 1000 * Math.min(Number(header), MOST_RETRY_AFTER_S) : undefined;
}
