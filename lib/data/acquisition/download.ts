/**
 * Downloading a file over connections that break.
 *
 * @module
 */
import { attemptDownload } from "./download_attempt.ts";
import { partPath, readPartial, removePartial } from "./partial_file.ts";

/** What happens during a download. */
export type DownloadEvent =
  /** Bytes that are there, of how many where the server says. */
  | { readonly kind: "received"; readonly received: number; readonly total?: number }
  /** The connection broke; the next try comes after a wait. */
  | { readonly kind: "retry"; readonly reason: string; readonly waitMs: number }
  /** What was there could not be gone on with; the next try begins at the first byte. */
  | { readonly kind: "restart"; readonly reason: string };

/** How to download. */
export interface DownloadOptions {
  readonly url: string;
  /** Path of the file; its folder exists. Until it is whole its bytes lie beside it, where a later call finds them. */
  readonly file: string;
  /** Waits between tries that bring nothing new, milliseconds; after the last of them the download fails. */
  readonly waitsMs?: readonly number[];
  /** Milliseconds without a byte after which a connection counts as stalled. */
  readonly stallMs?: number;
  /** Most bytes that are taken. */
  readonly mostBytes?: number;
  readonly onEvent?: (event: DownloadEvent) => void;
  /** Waits; tests give their own. */
  readonly wait?: (ms: number) => Promise<void>;
}

/** A finished download. */
export interface Download {
  readonly bytes: number;
  /** Whether it was put together from more than one answer of the server. */
  readonly pieced: boolean;
}

/** Seven tries within about two minutes. */
const WAITS_MS: readonly number[] = [1000, 2000, 4000, 8000, 16_000, 32_000];
const STALL_MS = 30_000;
const MOST_BYTES = 4_000_000_000;
/** How often a server may refuse to go on before that counts as a failure. */
const MOST_RESTARTS = 3;
/** How often bytes that were there before count as new ones, because the download had to begin at the first one. */
const MOST_BEGINNINGS = 3;

/**
 * Downloads a file: asks again, after growing waits, where a connection breaks, stalls or cannot be made; goes on where
 * the last try ended if the server proves that its file is still the same, and else from the first byte. The waits
 * begin anew whenever a try has come further than all before it since the first byte.
 *
 * The file appears under its name only when it is whole, as far as the server tells its length; nothing is known yet
 * about its content.
 *
 * @throws If the server refuses, or no try brings anything new any more; what is there is kept for the next call where
 * a next call can use it.
 */
export async function download(options: DownloadOptions): Promise<Download> {
  const { url, file, waitsMs = WAITS_MS, stallMs = STALL_MS, mostBytes = MOST_BYTES, onEvent } = options;
  const wait = options.wait ?? ((ms) => new Promise((done) => setTimeout(done, ms)));
  let furthest = 0, barren = 0, restarts = 0, beginnings = 0, anew = false;
  while (true) {
    let here = 0, start: number | undefined;
    const onReceived = (received: number, total: number | undefined) => {
      start ??= received;
      here = received;
      onEvent?.({ kind: "received", received, ...(total !== undefined && { total }) });
    };
    const end = await attemptDownload({ url, file, stallMs, mostBytes, anew, onReceived });
    if (end.kind === "complete") {
      await Deno.rename(partPath(file), file);
      await removePartial(file);
      return { bytes: here, pieced: end.pieced };
    }
    if (end.kind === "refused") throw new Error(`Cannot download ${url}: ${end.reason}`);
    anew = end.kind === "restart";
    if (end.kind === "restart" && ++restarts <= MOST_RESTARTS) {
      onEvent?.({ kind: "restart", reason: end.reason });
      continue;
    }
    if (start === 0 && furthest > 0 && ++beginnings <= MOST_BEGINNINGS) furthest = 0;
    barren = here > furthest ? 0 : barren + 1;
    furthest = Math.max(furthest, here);
    if (barren > waitsMs.length) throw new Error(await givenUp(url, file, end.reason, barren));
    const waitMs = Math.max(waitsMs[Math.max(0, barren - 1)] ?? 0, end.kind === "cut" ? end.waitMs ?? 0 : 0);
    onEvent?.({ kind: "retry", reason: end.reason, waitMs });
    await wait(waitMs);
  }
}

async function givenUp(url: string, file: string, reason: string, tries: number): Promise<string> {
  const partial = await readPartial(file, url);
  const kept = partial === undefined
    ? ""
    : `; ${partial.received} of ${partial.version.total} bytes are kept and the same command goes on from there`;
  return `Cannot download ${url}: ${reason}, ${tries} ${tries === 1 ? "time" : "times"} without coming further${kept}`;
}
