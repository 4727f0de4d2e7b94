/**
 * Downloading a file whole over connections that break.
 *
 * @module
 */

/** What happens during a download. */
export type DownloadEvent =
  /** Bytes of this try that are there, of how many where the server says. */
  | { readonly kind: "received"; readonly received: number; readonly total?: number }
  /** A try broke; the next one begins at the first byte after a wait. */
  | { readonly kind: "retry"; readonly reason: string; readonly waitMs: number };

/** What to download, and how. */
export interface DownloadOptions {
  readonly url: string;
  /** Path of the file; its folder exists. A download that fails may leave bytes there. */
  readonly file: string;
  readonly mostBytes: number;
  /** Tries in all; default 7, with waits of about a minute together between them. */
  readonly tries?: number;
  /** Wait after the first try, doubled after each, milliseconds; default 1000. */
  readonly firstWaitMs?: number;
  /** Milliseconds without a byte after which a try counts as broken; default 30,000. */
  readonly stallMs?: number;
  readonly onEvent?: (event: DownloadEvent) => void;
}

/** Statuses that may pass: time-out, too early, too many requests, and the server's own troubles. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/** A try that broke in a way that another may not. */
class BrokenTry extends Error {}

/**
 * Downloads a file, whole in one try; broken connections, silence and busy servers are tried again. Nothing is known
 * yet about its content.
 *
 * The loop is by hand because p-retry, told which errors may pass, is no shorter.
 *
 * @throws If the server refuses, if what it sends is a web page or too long, or if no try succeeds.
 */
export async function download(options: DownloadOptions): Promise<void> {
  const { url, tries = 7, firstWaitMs = 1000, onEvent } = options;
  for (let tried = 1, waitMs = firstWaitMs;; tried++, waitMs *= 2) {
    try {
      return await fetchOnce(options);
    } catch (error) {
      const { message } = error as Error, broken = error instanceof BrokenTry;
      if (!broken || tried >= tries) {
        const often = broken && tried > 1 ? `, the last of ${tried} tries` : "";
        throw new Error(`Cannot download ${url}: ${message}${often}`, { cause: error });
      }
      onEvent?.({ kind: "retry", reason: message, waitMs });
      await new Promise((done) => setTimeout(done, waitMs));
    }
  }
}

async function fetchOnce({ url, file, mostBytes, stallMs = 30_000, onEvent }: DownloadOptions): Promise<void> {
  const guard = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined, received = 0;
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => guard.abort(), stallMs);
  };
  alive();
  try {
    const response = await fetch(url, { signal: guard.signal });
    const total = checkAnswer(response, mostBytes);
    using output = await Deno.open(file, { write: true, create: true, truncate: true });
    // Of a body that was compressed on the way the header tells another length than that of what comes.
    const tell = () => onEvent?.({ kind: "received", received, ...(total && total >= received && { total }) });
    tell();
    for await (const chunk of response.body ?? []) {
      alive();
      received += chunk.length;
      if (received > mostBytes) throw new Error(`expected at most ${mostBytes} bytes, the server sent more`);
      for (let written = 0; written < chunk.length;) written += await output.write(chunk.subarray(written));
      tell();
    }
  } catch (error) {
    if (guard.signal.aborted) throw new BrokenTry(`no data for ${stallMs / 1000} s`);
    // fetch's own errors of the network, also of a body that is cut; those of the disk and of permissions are others.
    if (error instanceof TypeError) {
      const reason = error.message.replace(/error sending request for url \(.*?\): /, "");
      throw new BrokenTry(`the connection broke after ${received} bytes (${reason})`);
    }
    throw error;
  } finally {
    clearTimeout(timer);
    guard.abort(); // frees the connection where the body was not read to its end
  }
}

/** The length of an answer's body, where it tells one. */
function checkAnswer({ ok, status, statusText, headers }: Response, mostBytes: number): number | undefined {
  const said = `the server answered ${status} ${statusText}`.trim();
  if (PASSING.has(status)) throw new BrokenTry(said);
  if (!ok) throw new Error(said);
  // So answer proxies and log-in pages.
  if (headers.get("content-type")?.startsWith("text/html")) {
    throw new Error("the server sent a web page in place of the file");
  }
  const length = headers.get("content-length");
  if (Number(length) > mostBytes) {
    throw new Error(`expected at most ${mostBytes} bytes, the server announces ${length}`);
  }
  return length === null ? undefined : Number(length);
}
