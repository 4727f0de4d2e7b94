/**
 * A RAR archive as a source of files, read in memory by node-unrar-js (RAR's own unpacker as WebAssembly).
 *
 * Not by its extractor to files: that one opens whatever path a "file reference" of the archive names.
 *
 * @module
 */
import { createExtractorFromData, type FileHeader, UnrarError } from "node-unrar-js";
import { checkEntryPath, checkEntrySizes } from "./entry_path.ts";
import type { FileSource, SourceLimits } from "./file_source.ts";

/** Unpacked bytes that one pass keeps in memory; the extractor frees them only with itself. */
const PASS_BYTES = 100_000_000;

/**
 * Opens a RAR archive (RAR 1.5 to 5) and reads its list of entries. The packed archive is held in memory.
 *
 * @throws If it is damaged, one part of several or encrypted, if an entry leaves its folder, or if it holds more than
 * the limits allow.
 */
export async function rarSource(path: string, limits: SourceLimits): Promise<FileSource> {
  const { size } = await Deno.stat(path);
  if (size > limits.bytes) throw new Error(`expected at most ${limits.bytes} bytes, found ${size}`);
  const archive = (await Deno.readFile(path)).buffer;
  const headers = await inPlainWords(() => listEntries(archive, limits));
  const files = headers.filter(({ flags }) => !flags.directory);
  return {
    kind: "RAR archive",
    files: files.map(({ name, unpSize }) => ({ path: name, size: unpSize })),
    read: (indices) => readEntries(archive, files, indices, limits),
    [Symbol.dispose]: () => {},
  };
}

async function listEntries(archive: ArrayBuffer, limits: SourceLimits): Promise<FileHeader[]> {
  const list = (await createExtractorFromData({ data: archive })).getFileList();
  if (list.arcHeader.flags.volume) throw new Error("the archive is one part of several");
  const headers: FileHeader[] = [];
  for (const header of list.fileHeaders) {
    headers.push(header);
    if (headers.length > limits.entries) break;
  }
  headers.forEach(({ name }) => checkEntryPath(name));
  checkEntrySizes(headers.map(({ unpSize }) => unpSize), limits);
  const encrypted = headers.find(({ flags }) => flags.encrypted);
  if (encrypted) throw new Error(`the archive's entry "${encrypted.name}" is encrypted`);
  return headers;
}

/** Unpacks in passes of at most `PASS_BYTES`; the unpacker writes no more than the size that an entry states. */
async function* readEntries(
  archive: ArrayBuffer,
  files: readonly FileHeader[],
  indices: ReadonlySet<number>,
  limits: SourceLimits,
): AsyncGenerator<{ index: number; bytes: Uint8Array }> {
  const left = [...indices].sort((a, b) => a - b);
  while (left.length > 0) {
    const pass = new Set<number>();
    for (let bytes = 0; left.length > 0 && (pass.size === 0 || bytes + files[left[0]].unpSize <= PASS_BYTES);) {
      const { name, unpSize } = files[left[0]];
      if (unpSize > limits.fileBytes) {
        throw new Error(`Cannot unpack "${name}": expected at most ${limits.fileBytes} bytes, found ${unpSize}`);
      }
      bytes += unpSize;
      pass.add(left.shift()!);
    }
    yield* await inPlainWords(() => unpack(archive, pass));
  }
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
  for (const { fileHeader, extraction } of extractor.extract({ files: wanted }).files) {
    if (extraction?.length !== fileHeader.unpSize) throw linkOrDamaged(fileHeader.name);
    unpacked.push({ index: order[unpacked.length], bytes: extraction });
  }
  return unpacked;
}

function linkOrDamaged(name: string): Error {
  return new Error(`the archive's entry "${name}" is a link or damaged`);
}

/** Runs an operation of the extractor and says its errors in plain words. */
async function inPlainWords<T>(operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    if (error instanceof TypeError) {
      // The extractor finds no content for an entry that is no plain file.
      throw new Error("the archive holds a link in place of a file", { cause: error });
    }
    if (!(error instanceof UnrarError)) throw error;
    const where = error.file === undefined ? "the archive" : `the archive's entry "${error.file}"`;
    const password = error.reason === "ERAR_MISSING_PASSWORD" || error.reason === "ERAR_BAD_PASSWORD";
    throw new Error(`${where} ${password ? "is encrypted" : "is damaged or cut short"} (${error.message})`, {
      cause: error,
    });
  }
}
