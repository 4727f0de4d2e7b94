/**
 * A small published data set for tests: its files, its checksums, and archives of it. Run as a program, it acquires the
 * data set into a folder from a server's address or an archive's path, prints a line at every event, and can be killed.
 *
 * @module
 */
import { join } from "@std/path";
import { acquireDataset } from "../../../lib/data/acquisition/acquire_dataset.ts";
import { type Release, sha256 } from "../../../lib/data/acquisition/published_release.ts";
import { CVC_CLINICDB } from "../../../lib/data/cvc_clinicdb.ts";
import type { RealDataset } from "../../../lib/data/real_dataset.ts";

/** ClinicDB's layouts with files of its own. */
export const DEFINITION: RealDataset = {
  ...CVC_CLINICDB,
  name: "cvc-clinicdb",
  title: "CVC-ClinicDB",
  official: { count: 3, foreground: 72, bytes: 3000 },
};

/** Content of the published files by path: three pairs in each of two formats, and one file more. */
export const FILES: ReadonlyMap<string, Uint8Array> = new Map([
  ...["tif", "png"].flatMap((format) =>
    ["images", "masks"].flatMap((kind) =>
      ["1", "2", "10"].map((frame) => `${kind}/${frame}.${format}`).map((path) => [path, content(path)] as const)
    )
  ),
  ["README.txt", content("README.txt")],
]);

/** Its two releases; the TIFF one is preferred. */
export const RELEASES: readonly Release[] = ["TIFF", "PNG"].map((format) => ({
  format,
  files: sums((path) => path.endsWith(format.toLowerCase().slice(0, 3))),
  extras: sums((path) => path === "README.txt"),
}));

/** Entries of an archive with the TIFF release as its authors lay it out. */
export function officialEntries(): { path: string; bytes: Uint8Array }[] {
  return tiffPaths().map((path) => ({
    path: path.replace("images/", "CVC-ClinicDB/Original/").replace("masks/", "CVC-ClinicDB/Ground Truth/"),
    bytes: FILES.get(path)!,
  }));
}

/** Paths of the TIFF release's images and masks. */
export function tiffPaths(): string[] {
  return [...RELEASES[0].files.keys()];
}

/** Some bytes that follow from a name. */
export function content(name: string): Uint8Array {
  return new TextEncoder().encode(`the content of ${name}, `.repeat(20));
}

/** All files below a folder by their paths with "/", sorted; folders end in "/". */
export function tree(folder: string, inside = ""): string[] {
  return [...Deno.readDirSync(join(folder, inside))].flatMap(({ name, isDirectory }) => {
    const path = inside === "" ? name : `${inside}/${name}`;
    return isDirectory ? [`${path}/`, ...tree(folder, path)] : [path];
  }).sort();
}

function sums(wanted: (path: string) => boolean): Map<string, string> {
  return new Map([...FILES].filter(([path]) => wanted(path)).map(([path, bytes]) => [path, sha256(bytes)]));
}

if (import.meta.main) {
  const [directory, source] = Deno.args;
  const from = source.startsWith("http:") ? { url: source } : { from: source };
  await acquireDataset({
    definition: DEFINITION,
    releases: RELEASES,
    directory,
    ...from,
    onEvent: ({ kind }) => console.log(kind),
  });
}
