/**
 * What is wrong with one file of a data set.
 *
 * @module
 */

/** A file or folder, and what was found about it. */
export interface FileFinding {
  /** Its path. */
  readonly file: string;
  /** A sentence that names the file and says what was expected and what was found. */
  readonly message: string;
}
