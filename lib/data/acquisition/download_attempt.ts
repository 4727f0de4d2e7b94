/**
 * One request for a file, going on where an earlier one ended if the server proves that it can.
 *
 * @module
 */
import { strongTag } from "./content_range.ts";
import { type AttemptEnd, contentLength, judgeResponse, PARTIAL_CONTENT } from "./judge_response.ts";
import { beginPartial, type FileVersion, type Partial, partPath, readPartial } from "./partial_file.ts";

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

/**
 * Asks for a file once and writes what comes beside `file`.
 *
 * A part is asked for only where the bytes that are there come from a version with a strong ETag, and by If-Range; it
 * is taken as {@linkcode judgeResponse} says. A server that answers 200 gives the whole file anew.
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
    const end = judgeResponse(response, options, partial);
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

/** The network's complaint without the address, which the final error names. */
function networkReason(error: Error): string {
  return `the connection failed (${
    error.message.replace(/^fetch failed: |error sending request for url \(.*?\): /g, "")
  })`;
}
