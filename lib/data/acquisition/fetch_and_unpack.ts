/**
 * Downloads an archive and unpacks it, and downloads it once more where only its pieces did not fit together.
 *
 * @module
 */
import type { ReleaseCheck } from "./check_release.ts";
import { download, type DownloadEvent, type DownloadOptions } from "./download.ts";

/** What happens while an archive is fetched. */
export type FetchEvent =
  | DownloadEvent
  /** The archive was put together from pieces and is wrong: it is downloaded once more. */
  | { readonly kind: "again"; readonly reason: string };

/** How to fetch. */
export interface FetchOptions extends Omit<DownloadOptions, "onEvent"> {
  readonly onEvent?: (event: FetchEvent) => void;
}

/**
 * Downloads an archive, if it is not there from an earlier call, and unpacks it.
 *
 * An archive with findings is removed, so that it is not taken again. Was it put together from more than one answer of
 * the server, or by a call that nobody remembers, the pieces may not belong together, whatever the server said: then it
 * is downloaded once more from the first byte.
 *
 * @param unpack unpacks the archive at a path and returns what is wrong with it
 * @returns the check of the archive that was unpacked last
 */
export async function fetchAndUnpack(
  options: FetchOptions,
  unpack: (archive: string) => Promise<ReleaseCheck>,
): Promise<ReleaseCheck> {
  const { file, onEvent } = options;
  const isThere = await Deno.stat(file).then(() => true, () => false);
  const pieced = isThere || (await download(options)).pieced;
  const first = await unpackOrRemove(file, unpack);
  if (first.findings.length === 0 || !pieced) return first;
  onEvent?.({ kind: "again", reason: first.findings[0].message });
  await download(options);
  return await unpackOrRemove(file, unpack);
}

/** Unpacks an archive and removes it if anything is wrong with it. */
async function unpackOrRemove(
  archive: string,
  unpack: (archive: string) => Promise<ReleaseCheck>,
): Promise<ReleaseCheck> {
  const check = await unpack(archive);
  if (check.findings.length > 0) await Deno.remove(archive);
  return check;
}
