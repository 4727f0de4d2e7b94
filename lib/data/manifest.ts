/**
 * Lists of a user's own: which mask belongs to which image, which images belong together, and which are for what.
 *
 * @module
 */
import { parse } from "@std/csv";
import { basename, dirname, isAbsolute, join, resolve } from "@std/path";
import {
  composed,
  type FileFinding,
  type ImagePair,
  kindOf,
  type Pairing,
  sorted,
  withoutExtension,
} from "./image_pairs.ts";
import { partNamed } from "./split.ts";

/** Greater files are no list of images. */
const MOST_BYTES = 2 ** 26;

/** A line of a list: its number in the file, and its entries by the columns' names in lower case. */
interface Row {
  readonly line: number;
  readonly [column: string]: string | number;
}

/**
 * The pairs of a CSV file with the columns `image` and `mask`, and where wanted `group` and `split` (train, validation or
 * test). Paths are relative to the file, with "/" or Windows' separator, in any of Unicode's forms; several lines of one
 * image are several masks, which are united. An image's id is its file's name, or its path where names stand twice.
 */
export function readManifest(path: string): Pairing {
  const { rows, notes } = readTable(path, { needed: [["image"], ["mask"]], known: ["group", "split"] });
  const findings: FileFinding[] = [];
  const tell = (line: number, message: string) =>
    findings.push({ file: path, message: `"${path}", line ${line}: ${message}` });
  const fileAt = fileFinder(dirname(path));
  const byImage = [...Map.groupBy(rows, ({ image }) => fileAt(String(image))).values()];
  const stem = (image: string) => composed(withoutExtension(image) ?? image);
  const short = byImage.map(([{ image }]) => basename(stem(String(image)).replaceAll("\\", "/")));
  const different = new Set(short).size === short.length;
  const pairs: ImagePair[] = [];
  for (const [position, lines] of byImage.entries()) {
    const { line } = lines[0], image = String(lines[0].image);
    const found = (what: string, name: string, line: number) => {
      const file = fileAt(name);
      if (name === "") tell(line, `expected a ${what}, found none`);
      else if (kindOf(file) !== "file") tell(line, `expected the ${what} "${file}", found no file there`);
      else return file;
    };
    const imageFile = found("image file", image, line);
    const maskFiles = lines.map(({ line, mask }) => found("mask file", String(mask), line));
    const differs = (["group", "split"] as const).find((column) => new Set(lines.map((row) => row[column])).size > 1);
    if (differs) tell(line, `"${image}" stands on several lines with different entries for ${differs}`);
    const { group, split } = lines[0];
    const part = split === undefined ? undefined : partNamed(String(split));
    if (split !== undefined && part === undefined) tell(line, `expected train, validation or test, found "${split}"`);
    const [mask, ...moreMasks] = new Set(maskFiles.filter((file) => file !== undefined));
    if (imageFile === undefined || mask === undefined) continue;
    pairs.push({
      id: different ? short[position] : stem(image),
      image: imageFile,
      mask,
      ...(moreMasks.length > 0 && { moreMasks }),
      ...(group !== undefined && group !== "" && { group: String(group) }),
      ...(part && { part }),
    });
  }
  const single = { images: [], masks: [] };
  return { pairs: sorted(pairs), single, findings, notes: [`Read as the list "${path}".`, ...notes] };
}

/**
 * Pairs with the groups of a CSV file: columns `image` (or `id`, `name`, `file`) and `group` (or `patient`, `video`). An
 * image is named by its id, its file's name or its path from the list's folder; a name that stands with several groups is
 * a finding where no path or id says which.
 */
export function withGroups<Listing extends Pairing>(listing: Listing, path: string): Listing {
  const columns = [["image", "id", "name", "file"], ["group", "patient", "video", "case"]];
  const { rows, notes } = readTable(path, { needed: columns, known: [] });
  const named = rows.flatMap(({ image, group }) => {
    const name = composed(String(image)), slashed = name.replaceAll("\\", "/");
    return [name, slashed, composed(resolve(dirname(path), slashed))]
      .flatMap((name) => [name, withoutExtension(name) ?? name])
      .map((name) => ({ name, group: String(group) }));
  });
  const byName = Map.groupBy(named, ({ name }) => name);
  const groupsOf = ({ id, image }: ImagePair): string[] => {
    const file = composed(image), names = [id, file, withoutExtension(file) ?? file, basename(file), basename(id)];
    const found = names.flatMap((name) => byName.has(name) ? [byName.get(name)!.map(({ group }) => group)] : [])
      .map((groups) => [...new Set(groups)].filter((group) => group !== ""));
    return found.find(({ length }) => length === 1) ?? found[0] ?? [];
  };
  const grouped = listing.pairs.map((pair) => ({ pair, groups: groupsOf(pair) }));
  const missing = grouped.filter(({ groups }) => groups.length === 0).map(({ pair: { id } }) => id);
  const several = grouped.filter(({ groups }) => groups.length > 1).map(({ pair: { id }, groups }) =>
    `${id} (${groups.join(", ")})`
  );
  const finding = (what: string, images: readonly string[], more = "") => {
    const names = images.slice(0, 5).join(", ") + (images.length > 5 ? " …" : "");
    const message = `"${path}" names ${what} for ${images.length} images: ${names}${more}`;
    return images.length === 0 ? [] : [{ file: path, message }];
  };
  return {
    ...listing,
    pairs: grouped.map(({ pair, groups }) => ({ ...pair, group: groups.length === 1 ? groups[0] : pair.id })),
    findings: [
      ...listing.findings,
      ...finding("no group", missing),
      ...finding("several groups", several, "; name each by its path"),
    ],
    notes: [...listing.notes, ...notes],
  };
}

/**
 * Finds files by their paths from a folder; where that leads to none, by Windows' paths and names in another of Unicode's
 * forms, each folder listed once. Without such a file it gives the path as it stands.
 */
function fileFinder(folder: string): (name: string) => string {
  const listed = new Map<string, Map<string, string[]>>();
  const alike = (folder: string, name: string) => {
    const names = listed.get(folder) ?? Map.groupBy(namesIn(folder), composed);
    listed.set(folder, names);
    const [only, ...others] = names.get(composed(name)) ?? [];
    return only === undefined || others.length > 0 ? undefined : join(folder, only);
  };
  return (name) => {
    const path = resolve(folder, name), slashed = name.replaceAll("\\", "/");
    if (kindOf(path) === "file") return path;
    let found: string | undefined = isAbsolute(slashed) ? resolve("/") : folder;
    for (const part of slashed.split("/").filter((part) => part !== "")) {
      const next = resolve(found, part);
      found = kindOf(next) === undefined ? alike(found, part) : next;
      if (found === undefined) return path;
    }
    return found;
  };
}

function namesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch {
    return []; // no folder, or one that may not be read
  }
}

/** The rows of a CSV file; of the names of each needed column the first one is used. */
function readTable(
  path: string,
  { needed, known }: { needed: readonly (readonly string[])[]; known: readonly string[] },
): { rows: Row[]; notes: string[] } {
  const fail = (why: string) => new Error(`Cannot read the list "${path}": ${why}`);
  if (kindOf(path) !== "file") throw fail("it is no regular file, nor a link to one"); // a FIFO would wait for ever
  const { size } = Deno.statSync(path);
  if (size > MOST_BYTES) throw fail(`expected at most ${MOST_BYTES} bytes, found ${size}`);
  const text = Deno.readTextFileSync(path).replace(/^\uFEFF/, "");
  const [head] = text.split(/\r?\n/, 1);
  const separator = [",", ";", "\t"].find((sign) => head.includes(sign)) ?? ",";
  let lines: string[][];
  try {
    lines = parse(text, { separator, trimLeadingSpace: true });
  } catch (error) {
    throw fail((error as Error).message);
  }
  const columns = lines.length === 0 ? [] : lines[0].map((name) => name.trim().toLowerCase());
  const chosen = needed.map((names) => names.find((name) => columns.includes(name)));
  if (chosen.includes(undefined)) {
    const wanted = needed.map((names) => `"${names[0]}"`).join(" and ");
    throw new Error(
      `Cannot read the list "${path}": expected a first line with the columns ${wanted}, found ` +
        `${columns.slice(0, 8).map((name) => `"${name}"`).join(", ") || "nothing"}`,
    );
  }
  const used = [...chosen as string[], ...known];
  const titles = columns.map((name) => needed[chosen.indexOf(name)]?.[0] ?? name);
  const rows = lines.slice(1).flatMap((entries, index): Row[] => {
    if (entries.every((entry) => entry.trim() === "")) return [];
    const row = Object.fromEntries(titles.map((title, column) => [title, (entries[column] ?? "").trim()]));
    return [{ ...row, line: index + 2 }];
  });
  const unused = columns.filter((name) => !used.includes(name));
  const notes = unused.length === 0 ? [] : [`Columns of "${path}" that are not used: ${unused.join(", ")}.`];
  return { rows, notes };
}
