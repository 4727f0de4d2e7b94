/**
 * A file that is being downloaded: what is there of it, and which version of the server's file it is.
 *
 * @module
 */

/** The version of a file on a server. */
export interface FileVersion {
  readonly url: string;
  /** Strong ETag. */
  readonly tag: string;
  /** Bytes of the whole file. */
  readonly total: number;
}

/** What is there of a download that can go on. */
export interface Partial {
  readonly version: FileVersion;
  /** Bytes on disk. */
  readonly received: number;
}

/** Path of the bytes received so far. */
export function partPath(file: string): string {
  return `${file}.part`;
}

function versionPath(file: string): string {
  return `${file}.part.json`;
}

/** What is there of `file`; nothing unless it is known to be the beginning of one version of the file at `url`. */
export async function readPartial(file: string, url: string): Promise<Partial | undefined> {
  try {
    const version: FileVersion = JSON.parse(await Deno.readTextFile(versionPath(file)));
    const { size } = await Deno.stat(partPath(file));
    const known = version.url === url && typeof version.tag === "string" && Number.isSafeInteger(version.total);
    return known && size > 0 && size < version.total ? { version, received: size } : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * Begins a download from its first byte: forgets what was there, then notes the version where there is one to note. In
 * this order, so that bytes of one version never lie beside the note of another.
 */
export async function beginPartial(file: string, version: FileVersion | undefined): Promise<void> {
  await removePartial(file);
  await Deno.writeFile(partPath(file), new Uint8Array());
  if (version !== undefined) await Deno.writeTextFile(versionPath(file), JSON.stringify(version));
}

/** Removes what is there of a download. */
export async function removePartial(file: string): Promise<void> {
  for (const path of [versionPath(file), partPath(file)]) {
    await Deno.remove(path).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
  }
}
