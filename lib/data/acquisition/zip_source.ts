/**
 * A ZIP archive as a source of files, read by yauzl.
 *
 * @module
 */
// @ts-types="@types/yauzl"
import yauzl from "yauzl";
import type { SourceLimits, UncheckedSource } from "./file_source.ts";

/** Unix' kind of file in the upper half of an entry's external attributes, and its value for a symbolic link. */
const UNIX_KIND = 0o170000, UNIX_LINK = 0o120000;

/** Opens a ZIP archive and reads its list of entries. */
export async function zipSource(path: string, limits: SourceLimits): Promise<UncheckedSource> {
  const zip = await yauzl.openPromise(path, { autoClose: false });
  try {
    const entries: yauzl.Entry[] = [];
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith("/")) continue;
      checkKind(entry);
      entries.push(entry);
      if (zip.entriesRead > limits.entries) throw new Error(`expected at most ${limits.entries} entries, found more`);
    }
    return {
      paths: entries.map(({ fileName }) => fileName),
      sizes: entries.map(({ uncompressedSize }) => uncompressedSize),
      read: (indices) => readEntries(zip, entries, indices),
      [Symbol.dispose]: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

function checkKind(entry: yauzl.Entry): void {
  const name = `the archive's entry ${JSON.stringify(entry.fileName)}`;
  if (((entry.externalFileAttributes >>> 16) & UNIX_KIND) === UNIX_LINK) throw new Error(`${name} is a link`);
  if (entry.isEncrypted()) throw new Error(`${name} is encrypted`);
  if (!entry.canDecodeFileData()) throw new Error(`${name} is compressed by method ${entry.compressionMethod}`);
}

async function* readEntries(
  zip: yauzl.ZipFile,
  entries: readonly yauzl.Entry[],
  indices: ReadonlySet<number>,
): AsyncGenerator<{ index: number; bytes: Uint8Array }> {
  for (const [index, entry] of entries.entries()) {
    if (!indices.has(index)) continue;
    // yauzl ends the stream with an error as soon as it is longer, or ends shorter, than the entry states.
    const bytes = new Uint8Array(entry.uncompressedSize);
    let length = 0;
    for await (const chunk of await zip.openReadStreamPromise(entry)) {
      bytes.set(chunk, length);
      length += chunk.length;
    }
    yield { index, bytes };
  }
}
