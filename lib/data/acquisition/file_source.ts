/**
 * Where files come from: a ZIP or RAR archive, or a folder.
 *
 * Sources only tell paths and give bytes; they never write, so that no name in an archive can say where a file goes.
 *
 * @module
 */

/** An opened archive or folder. */
export interface FileSource extends Disposable {
  /** The path of every file inside the source, with "/" between folders; folders are left out. */
  readonly paths: readonly string[];
  /**
   * The bytes of the files with these indices, in the source's own order, one after the other.
   *
   * @throws If a file is damaged, encrypted, a link, or longer than stated.
   */
  read(indices: ReadonlySet<number>): AsyncIterable<{ readonly index: number; readonly bytes: Uint8Array }>;
}

/** A source whose paths and sizes are yet to be checked. */
export interface UncheckedSource extends FileSource {
  readonly sizes: readonly number[];
}

/** How much a source may hold; guards against archives that are small and unpack without end. */
export interface SourceLimits {
  /** Most entries, folders included. */
  readonly entries: number;
  readonly fileBytes: number;
  readonly bytes: number;
}
