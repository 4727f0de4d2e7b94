/**
 * Where files come from: a ZIP or RAR archive, or a folder.
 *
 * Sources only tell paths and give bytes; they never write, so that no name in an archive can say where a file goes.
 *
 * @module
 */
/** A file in a source. */
export interface SourceFile {
  /** Path inside the source, with "/" between folders. */
  readonly path: string;
  /** Bytes of the unpacked file, as the source states them. */
  readonly size: number;
}

/** An opened archive or folder. */
export interface FileSource extends Disposable {
  /** As in "ZIP archive". */
  readonly kind: string;
  /** All files; folders are left out. */
  readonly files: readonly SourceFile[];
  /**
   * The bytes of the files with these indices, in the source's own order, one after the other.
   *
   * @throws If a file is damaged, encrypted, a link, or longer than stated.
   */
  read(indices: ReadonlySet<number>): AsyncIterable<{ readonly index: number; readonly bytes: Uint8Array }>;
}

/** How much a source may hold; guards against archives that are small and unpack without end. */
export interface SourceLimits {
  /** Most entries, folders included. */
  readonly entries: number;
  /** Most bytes of one file that is read. */
  readonly fileBytes: number;
  /** Most bytes of all files together. */
  readonly bytes: number;
}

/** Many times what the published data sets need: 2001 files, the largest 0.5 MB, together 271 MB. */
export const SOURCE_LIMITS: SourceLimits = { entries: 50_000, fileBytes: 64_000_000, bytes: 4_000_000_000 };
