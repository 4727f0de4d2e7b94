/**
 * One request for a file, going on where an earlier one ended if the server proves that it can.
 *
 * @module
 */
import { parseContentRange, strongTag } from "./content_range.ts";
import { beginPartial, type FileVersion, type Partial, partPath, readPartial } from "./partial_file.ts";

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

/** What to fetch. */
export interface AttemptOptions {
  readonly url: string;
  /** Path of the whole file; what is there of it lies beside it. */
  readonly file: string;
  /** Milliseconds without a byte after which a connection counts as stalled. */
  readonly stallMs: number;
  /** Most bytes that are taken. */
  readonly mostBytes: number;
  /** Whether to begin at the first byte, whatever is there. */
  readonly anew: boolean;
  /** Told the bytes that are there, after each piece, and of how many, where the server says. */
  readonly onReceived: (received: number, total: number | undefined) => void;
}

/** Statuses that may pass: time-out, too early, too many requests, and the server's own troubles. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);
const PARTIAL_CONTENT = 206, RANGE_NOT_SATISFIABLE = 416;
/** Most seconds that a server's Retry-After is followed. */
const MOST_RETRY_AFTER_S = 120;

/**
 * Asks for a file once and writes what comes beside `file`.
 *
 * A part is asked for only where the bytes that are there come from a version with a strong ETag, and by If-Range. It is
 * taken only as 206 with that very ETag and a Content-Range that begins at the next byte, ends at the last one and has
 * the same total. A server that answers 200 gives the whole file anew.
 *
 * @throws What writing to the disk throws, and the refusal of Deno's permissions; the network's errors are returned.
 */
export async function attemptDownload(options: AttemptOptions): Promise<AttemptEnd> {
  const { url, file, stallMs, anew } = options;
  const partial = anew ? undefined : await readPartial(file, url);
  const abort = new AbortController();
  const stalled = `no data for ${stallMs / 1000} s`;
  let timer = setTimeout(() => abort.abort(stalled), stallMs);
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => abort.abort(stalled), stallMs);
  };
  try {
    const response = await fetch(url, { headers: requestHeaders(partial), signal: abort.signal });
    alive();
    const end = judge(response, options, partial);
    if (end !== undefined) {
      await response.body?.cancel();
      return end;
    }
    return await receive(response, options, partial, alive);
  } catch (error) {
    if (abort.signal.aborted) return { kind: "cut", reason: stalled };
    // fetch's own errors of the network; those of the disk and of permissions are no TypeErrors.
    if (error instanceof TypeError) return { kind: "cut", reason: networkReason(error) };
    throw error;
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
}

function requestHeaders(partial: Partial | undefined): Record<string, string> {
  // Ranges and lengths count the bytes that are sent, so they must not be compressed on the way.
  const plain = { "accept-encoding": "identity" };
  return partial === undefined
    ? plain
    : { ...plain, range: `bytes=${partial.received}-`, "if-range": partial.version.tag };
}

/** How an answer ends the attempt before its body is read; nothing where the body is to be taken. */
function judge(
  response: Response,
  { url, mostBytes }: AttemptOptions,
  partial: Partial | undefined,
): AttemptEnd | undefined {
  const { status, headers } = response;
  const said = `the server answered ${status} ${response.statusText}`.trim();
  if (url.startsWith("https:") && response.url.startsWith("http:")) {
    return { kind: "refused", reason: `the server leads to ${response.url}, which is not encrypted` };
  }
  if (PASSING.has(status)) return { kind: "cut", reason: said, waitMs: retryAfterMs(headers) };
  if (status === RANGE_NOT_SATISFIABLE && partial !== undefined) return { kind: "restart", reason: said };
  if (status === PARTIAL_CONTENT) return judgeRange(headers, partial);
  if (status !== 200) return { kind: "refused", reason: said };
  if (headers.get("content-type")?.startsWith("text/html")) {
    return { kind: "refused", reason: "the server sent a web page in place of the file" };
  }
  const total = contentLength(headers);
  if (total !== undefined && total > mostBytes) {
    return { kind: "refused", reason: `expected at most ${mostBytes} bytes, the server announces ${total}` };
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

/** Writes the body of an answer that was found good. */
async function receive(
  response: Response,
  { url, file, mostBytes, onReceived }: AttemptOptions,
  partial: Partial | undefined,
  alive: () => void,
): Promise<AttemptEnd> {
  const goesOn = response.status === PARTIAL_CONTENT && partial !== undefined;
  const total = goesOn ? partial.version.total : contentLength(response.headers);
  let received = goesOn ? partial.received : 0;
  if (!goesOn) await beginPartial(file, versionOf(response, url, total));
  onReceived(received, total);
  using output = await Deno.open(partPath(file), { append: true });
  for await (const chunk of response.body ?? []) {
    alive();
    received += chunk.length;
    if (received > (total ?? mostBytes)) {
      return { kind: "restart", reason: `the server sent more than ${total ?? mostBytes} bytes` };
    }
    for (let written = 0; written < chunk.length;) written += await output.write(chunk.subarray(written));
    onReceived(received, total);
  }
  if (total !== undefined && received < total) {
    return { kind: "cut", reason: `cut after ${received} of ${total} bytes` };
  }
  await output.sync();
  return { kind: "complete", pieced: goesOn };
}

function versionOf(response: Response, url: string, total: number | undefined): FileVersion | undefined {
  const tag = strongTag(response.headers.get("etag"));
  return tag === undefined || total === undefined ? undefined : { url, tag, total };
}

/** The length of the body as it arrives; unknown where the server does not say, or has compressed it all the same. */
function contentLength(headers: Headers): number | undefined {
  const length = headers.get("content-length"), coding = headers.get("content-encoding") ?? "identity";
  return length !== null && /^\d+$/.test(length) && coding === "identity" ? Number(length) : undefined;
}

function retryAfterMs(headers: Headers): number | undefined {
  const header = headers.get("retry-after") ?? "";
  return /^\d+$/.test(header) ? 1000 * Math.min(Number(header), MOST_RETRY_AFTER_S) : undefined;
}

function networkReason(error: Error): string {
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : "";
  return `the connection failed (${error.message}${cause})`;
}
