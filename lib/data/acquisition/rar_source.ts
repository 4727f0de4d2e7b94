/**
 * A RAR archive as a source of files, read in memory by node-unrar-js (RAR's own unpacker as WebAssembly).
 *
 * Not by its extractor to files: that one opens whatever path a "file reference" of the archive names.
 *
 * @module
 */
import { createExtractorFromData, type FileHeader, UnrarError } from "node-unrar-js";
import type { SourceLimits, UncheckedSource } from "./file_source.ts";

/** Unpacked bytes that one pass keeps in memory; the extractor frees them only with itself. */
const PASS_BYTES = 100_000_000;

/** Opens a RAR archive (RAR 1.5 to 5) and reads its list of entries. The packed archive is held in memory. */
export async function rarSource(path: string, limits: SourceLimits): Promise<UncheckedSource> {
  const { size } = await Deno.stat(path);
  if (size > limits.bytes) throw new Error(`expected at most ${limits.bytes} bytes, found ${size}`);
  const archive = (await Deno.readFile(path)).buffer;
  const files = (await inPlainWords(() => listEntries(archive, limits))).filter(({ flags }) => !flags.directory);
  return {
    paths: files.map(({ name }) => name),
    sizes: files.map(({ unpSize }) => unpSize),
    read: (indices) => readEntries(archive, files, indices),
    [Symbol.dispose]: () => {},
  };
}

async function listEntries(archive: ArrayBuffer, limits: SourceLimits): Promise<FileHeader[]> {
  const list = (await createExtractorFromData({ data: archive })).getFileList();
  if (list.arcHeader.flags.volume) throw new Error("the archive is one part of several");
  const headers: FileHeader[] = [];
  for (const header of list.fileHeaders) {
    if (header.flags.encrypted) throw new Error(`the archive's entry "${header.name}" is encrypted`);
    headers.push(header);
    if (headers.length > limits.entries) throw new Error(`expected at most ${limits.entries} entries, found more`);
  }
  return headers;
}

/** Unpacks in passes of at most `PASS_BYTES`; the unpacker writes no more than the size that an entry states. */
async function* readEntries(
  archive: ArrayBuffer,
  files: readonly FileHeader[],
  indices: ReadonlySet<number>,
): AsyncGenerator<{ index: number; bytes: Uint8Array }> {
  let pass = new Set<number>(), bytes = 0;
  for (const index of [...indices].sort((a, b) => a - b)) {
    const { unpSize } = files[index];
    if (pass.size > 0 && bytes + unpSize > PASS_BYTES) {
      yield* await inPlainWords(() => unpack(archive, pass));
      [pass, bytes] = [new Set(), 0];
    }
    pass.add(index);
    bytes += unpSize;
  }
  yield* await inPlainWords(() => unpack(archive, pass));
}

async function unpack(
  archive: ArrayBuffer,
  pass: ReadonlySet<number>,
): Promise<{ index: number; bytes: Uint8Array }[]> {
  const extractor = await createExtractorFromData({ data: archive });
  const order = [...pass];
  let position = -1;
  const wanted = ({ flags }: FileHeader) => !flags.directory && pass.has(++position);
  const unpacked: { index: number; bytes: Uint8Array }[] = [];
  for (const { fileHeader: { name, unpSize }, extraction } of extractor.extract({ files: wanted }).files) {
    if (extraction?.length !== unpSize) throw new Error(`the archive's entry "${name}" is a link or damaged`);
    unpacked.push({ index: order[unpacked.length], bytes: extraction });
  }
  return unpacked;
}

/** Runs an operation of the extractor and says its errors in plain words. */
async function inPlainWords<T>(operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (cause) {
    // The extractor finds no content for an entry that is no plain file.
    if (cause instanceof TypeError) throw new Error("the archive holds a link in place of a file", { cause });
    if (!(cause instanceof UnrarError)) throw cause;
    const where = cause.file === undefined ? "the archive" : `the archive's entry "${cause.file}"`;
    const what = cause.reason.endsWith("_PASSWORD") ? "is encrypted" : "is damaged or cut short";
    throw new Error(`${where} ${what} (${cause.message})`, { cause });
  }
}
