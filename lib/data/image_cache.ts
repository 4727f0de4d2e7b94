/**
 * Decoded and resized data sets on disk, so that each is decoded once and every later notebook or run opens it in a
 * fraction of a second.
 *
 * A cache file is: 8 bytes that name the format, the SHA-256 of all that follows (32 bytes), the length of the header
 * (4 bytes, little endian), the header (JSON: source, ids, groups, …), the images and the masks, one byte a value.
 * Deleting the folder is always safe.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { dirname } from "@std/path";
import { mapFile } from "../backend/system_library.ts";
import { openRegularFile, readBytes, readRegularFile } from "../files/regular_file.ts";
import type { SegmentationDataset } from "./segmentation_dataset.ts";

/** Where a data set is cached and what it was made from. */
export interface CacheSlot {
  readonly file: string;
  /** Whatever the data follow from (file states, size, versions); compared by its JSON. */
  readonly source: unknown;
}

const FORMAT = new TextEncoder().encode("PDIMAGE1");
const HASH_BYTES = 32, LENGTH_BYTES = 4;
const MEBIBYTE = 2 ** 20;
const PREFIX_BYTES = FORMAT.length + HASH_BYTES + LENGTH_BYTES;

interface CacheHeader extends Omit<SegmentationDataset, "images" | "masks"> {
  /** SHA-256 (hexadecimal) of the slot's source as JSON. */
  readonly sourceHash: string;
}

/**
 * The data set of a slot: read from its file where that is whole and was made from the same source, else made by `make`
 * and stored, in place of what was there.
 *
 * A cache that cannot be written (read-only folder, full disk) costs time and no result: the data set is returned with a
 * note that says so.
 */
export async function cachedDataset(
  slot: CacheSlot,
  make: () => SegmentationDataset | Promise<SegmentationDataset>,
): Promise<SegmentationDataset> {
  const sourceHash = createHash("sha256").update(JSON.stringify(slot.source)).digest("hex");
  const cached = await readCache(slot.file, sourceHash);
  if (cached !== undefined) return cached;
  const dataset = await make();
  try {
    // What another process has made of the same source meanwhile stays: it may be mapped elsewhere.
    if (await readCache(slot.file, sourceHash) !== undefined) return dataset;
    await writeCache(slot.file, sourceHash, dataset);
    return dataset;
  } catch (error) {
    return {
      ...dataset,
      notes: [...dataset.notes, `The image cache could not be written: ${(error as Error).message}`],
    };
  }
}

/** The data set of a cache file, or nothing where the file is missing, unreadable, damaged or of another source. */
async function readCache(file: string, sourceHash: string): Promise<SegmentationDataset | undefined> {
  try {
    const header = await readHeader(file);
    if (header === undefined || header.fields.sourceHash !== sourceHash) return undefined;
    const { prefix, fields: { sourceHash: _, ...fields }, length } = header;
    // The pixels are not held in memory as a whole: 10,000 images of 224 pixels are 2 GB.
    const bytes = await mapFile(file) ?? await readRegularFile(file, { mostBytes: Infinity });
    // Another process may have put another file in its place; two files have two hashes.
    if (prefix.some((byte, index) => bytes[index] !== byte)) return undefined;
    const values = bytes.subarray(length), imageLength = 3 * fields.size * fields.size * fields.ids.length;
    return { ...fields, images: values.subarray(0, imageLength), masks: values.subarray(imageLength) };
  } catch {
    return undefined;
  }
}

/** Reads a cache file from end to end, to see that it is whole; nothing where it is not. */
async function readHeader(
  file: string,
): Promise<{ prefix: Uint8Array; fields: CacheHeader; length: number } | undefined> {
  const { file: open, size } = await openRegularFile(file, Infinity);
  using _open = open;
  const prefix = await readBytes(open, PREFIX_BYTES);
  if (prefix.length < PREFIX_BYTES || FORMAT.some((byte, index) => prefix[index] !== byte)) return undefined;
  const length = new DataView(prefix.buffer).getUint32(PREFIX_BYTES - LENGTH_BYTES, true);
  if (length > size) return undefined;
  const text = await readBytes(open, length);
  const hash = createHash("sha256").update(prefix.subarray(FORMAT.length + HASH_BYTES)).update(text);
  for (let part; (part = await readBytes(open, MEBIBYTE)).length > 0;) hash.update(part);
  if (!hash.digest().equals(prefix.subarray(FORMAT.length, FORMAT.length + HASH_BYTES))) return undefined;
  return { prefix, fields: JSON.parse(new TextDecoder().decode(text)), length: PREFIX_BYTES + length };
}

/** Writes a cache file under a temporary name and renames it, so that no reader ever sees half of one. */
async function writeCache(file: string, sourceHash: string, dataset: SegmentationDataset): Promise<void> {
  const { images, masks, ...fields } = dataset;
  const header = new TextEncoder().encode(JSON.stringify({ ...fields, sourceHash }));
  const headerLength = new Uint8Array(LENGTH_BYTES);
  new DataView(headerLength.buffer).setUint32(0, header.length, true);
  const content = [headerLength, header, images, masks];
  const hash = createHash("sha256");
  content.forEach((part) => hash.update(part));

  await Deno.mkdir(dirname(file), { recursive: true });
  const temporary = `${file}.${crypto.randomUUID()}.tmp`;
  try {
    await Deno.writeFile(temporary, ReadableStream.from([FORMAT, hash.digest(), ...content]), { createNew: true });
    await Deno.rename(temporary, file);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
}
