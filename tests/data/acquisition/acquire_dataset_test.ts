import { assertEquals, assertMatch, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { dirname, join } from "@std/path";
import {
  acquireDataset,
  type AcquisitionEvent,
  type AcquisitionOptions,
  workFolder,
} from "../../../lib/data/acquisition/acquire_dataset.ts";
import { matchRelease, parseChecksums, readReleases } from "../../../lib/data/acquisition/published_release.ts";
import { REAL_DATASETS } from "../../../lib/data/load_dataset.ts";
import { type Answer, cut, faultyServer, whole } from "./faulty_server.ts";
import { content, DEFINITION, FILES, officialEntries, RELEASES, tiffPaths, tree } from "./published.ts";
import { type ArchiveEntry, rarBytes, zipBytes } from "./archive_bytes.ts";

const RAR = rarBytes(officialEntries());
const INSTALLED = [
  "CVC-ClinicDB/",
  ...["images", "masks"].flatMap((kind) => [`${kind}/`, ...["1", "10", "2"].map((frame) => `${kind}/${frame}.tif`)])
    .map((path) => `CVC-ClinicDB/${path}`),
];

/** A temporary folder to acquire into. */
function setting(options: Partial<AcquisitionOptions> = {}) {
  const directory = Deno.makeTempDirSync(), outside = Deno.makeTempDirSync();
  const events: AcquisitionEvent[] = [];
  const base = {
    definition: DEFINITION,
    directory,
    releases: RELEASES,
    download: { tries: 3, firstWaitMs: 1, stallMs: 5000 },
    onEvent: (event: AcquisitionEvent) => events.push(event),
  };
  return {
    directory,
    events,
    acquire: (more: Partial<AcquisitionOptions> = {}) => acquireDataset({ ...base, ...options, ...more }),
    /** Writes a file outside of the folder. */
    outside: (name: string, bytes: Uint8Array) => {
      const path = join(outside, name);
      Deno.mkdirSync(dirname(path), { recursive: true });
      Deno.writeFileSync(path, bytes);
      return path;
    },
    outsideFolder: outside,
    tree: () => tree(directory),
    [Symbol.dispose]: () => [directory, outside].forEach((path) => Deno.removeSync(path, { recursive: true })),
  };
}

function assertInstalled({ directory, tree }: { directory: string; tree: () => string[] }): void {
  assertEquals(tree(), INSTALLED.toSorted());
  for (const path of tiffPaths()) {
    assertEquals(Deno.readFileSync(join(directory, "CVC-ClinicDB", path)), FILES.get(path));
  }
}

Deno.test("acquireDataset() downloads an archive once, and leaves the data set and nothing else", async () => {
  await using server = faultyServer(whole(RAR));
  using here = setting({ url: server.url });
  const folder = join(here.directory, "CVC-ClinicDB");
  assertEquals(await here.acquire(), { folder, format: "TIFF", files: 6, before: false });
  assertInstalled(here);
  assertEquals(here.events.at(-1), { kind: "checked", done: 6, total: 6 });
  assertEquals([(await here.acquire()).before, server.requests()], [true, 1]);
});

const changed = officialEntries().map(({ path, bytes }) => ({
  path,
  bytes: path.endsWith("2.tif") ? content("x") : bytes,
}));
const nothing: [claim: string, answer: Answer, message: string][] = [
  ["files that are not the published ones", whole(rarBytes(changed)), "as CVC-ClinicDB: 2 findings"],
  ["an archive of something else", whole(zipBytes([{ path: "a", bytes: content("a") }])), "holds no file of CVC-"],
  ["no archive", whole(content("nothing")), "expected a ZIP or RAR archive"],
  ["a part of the archive at every try", cut(whole(RAR), 1000), "Cannot download"],
  ["more than an archive can have", { body: new Uint8Array(2 * DEFINITION.official.bytes) }, "the server sent more"],
];
Deno.test("acquireDataset() leaves nothing where the server sends something else", async () => {
  for (const [claim, answer, message] of nothing) {
    await using server = faultyServer(answer);
    using here = setting({ url: server.url });
    await assertRejects(() => here.acquire(), Error, message);
    assertEquals([here.tree(), server.requests()], [[], message === "Cannot download" ? 3 : 1], claim);
  }
});

Deno.test("acquireDataset() names every file that is wrong or missing", async () => {
  using here = setting();
  const from = here.outside("set.rar", rarBytes(changed.slice(1)));
  const error = await assertRejects(
    () => here.acquire({ from }),
    Error,
    `Cannot accept "${from}" as CVC-ClinicDB: 3 findings`,
  );
  assertStringIncludes(error.message, '"images/1.tif" is missing');
  assertStringIncludes(error.message, 'Original/2.tif" is not the published file: expected SHA-256');
  assertStringIncludes(error.message, 'Ground Truth/2.tif" is not the published file');
  assertEquals(here.tree(), []);
});

Deno.test("acquireDataset() removes what a killed call has left, and an empty folder, and begins anew", async () => {
  using here = setting();
  const work = workFolder(DEFINITION, here.directory);
  Deno.mkdirSync(join(work, "unpacked", "images"), { recursive: true });
  Deno.writeFileSync(join(work, "archive"), RAR.slice(0, 1000));
  Deno.writeFileSync(join(work, "unpacked", "images", "1.tif"), content("half"));
  Deno.writeFileSync(join(work, "unpacked", "stray"), content("stray"));
  Deno.mkdirSync(join(here.directory, "CVC-ClinicDB"));
  await here.acquire({ from: here.outside("set.rar", RAR) });
  assertInstalled(here);
});

Deno.test("acquireDataset() takes a ZIP archive that the user has, and leaves it as it is", async () => {
  using here = setting();
  const bytes = zipBytes(officialEntries().map((entry) => ({ ...entry, deflate: true })));
  const from = here.outside("mine.zip", bytes);
  await here.acquire({ from });
  assertInstalled(here);
  assertEquals(Deno.readFileSync(from), bytes);
});

Deno.test("acquireDataset() takes a folder that the user has, above other folders too, and leaves it as it is", async () => {
  using here = setting();
  for (const { path, bytes } of officialEntries()) here.outside(`downloads/${path}`, bytes);
  here.outside("downloads/README.txt", FILES.get("README.txt")!);
  here.outside("downloads/notes.doc", content("other"));
  const before = tree(here.outsideFolder);
  await here.acquire({ from: join(here.outsideFolder, "downloads") });
  assertEquals(here.tree(), [...INSTALLED, "CVC-ClinicDB/README.txt"].sort());
  assertEquals(tree(here.outsideFolder), before);
});

Deno.test("acquireDataset() leaves an extra out that is not the published one", async () => {
  using here = setting();
  const from = here.outside(
    "set.rar",
    rarBytes([...officialEntries(), { path: "README.txt", bytes: content("other") }]),
  );
  await here.acquire({ from });
  assertInstalled(here);
});

Deno.test("acquireDataset() needs one right file of two for one target, wherever it stands", async () => {
  using here = setting();
  const damaged = { path: "copy/Original/1.tif", bytes: content("damaged") };
  const copy = { ...officialEntries()[1], path: "copy/Original/2.tif" };
  for (const entries of [[damaged, copy, ...officialEntries()], [...officialEntries(), damaged, copy]]) {
    await here.acquire({ from: here.outside("set.rar", rarBytes(entries)) });
    assertInstalled(here);
    Deno.removeSync(join(here.directory, "CVC-ClinicDB"), { recursive: true });
  }
});

for (const [kind, make] of [["ZIP", zipBytes], ["RAR", rarBytes]] as const) {
  Deno.test(`acquireDataset() writes nothing outside of its folder for a ${kind} archive that tries to`, async () => {
    using here = setting();
    const link = { path: "CVC-ClinicDB", bytes: new TextEncoder().encode(here.outsideFolder), mode: 0o120777 };
    const [first, ...others] = officialEntries(); // the published content, so that it is the path that is refused
    const attacks: [entries: readonly (ArchiveEntry)[], complaint: RegExp][] = [
      [[{ ...first, path: "../../Original/1.tif" }, ...others], /leaves its folder|invalid relative path/],
      [[{ ...first, path: `${here.outsideFolder}/Original/1.tif` }, ...others], /absolute path/],
      [[link, { path: "CVC-ClinicDB/Original/1.tif", bytes: content("evil") }], /link|not the published file/],
      [[{ ...first, bytes: new TextEncoder().encode("/etc/hostname"), mode: 0o120777 }], /link/],
    ];
    for (const [entries, complaint] of attacks) {
      const from = here.outside("attack", make(entries));
      const error = await assertRejects(() => here.acquire({ from }), Error, "Cannot accept");
      assertMatch((error as Error).message, complaint);
      assertEquals(here.tree(), []);
      assertEquals(tree(here.outsideFolder), ["attack"]);
    }
  });
}

Deno.test("acquireDataset() leaves a folder as it is that is there and not the published one", async () => {
  using here = setting();
  const from = here.outside("set.rar", RAR);
  await here.acquire({ from });
  const image = join(here.directory, "CVC-ClinicDB", "images", "2.tif");
  Deno.writeFileSync(image, content("mine"));
  const error = await assertRejects(() => here.acquire({ from }), Error, "that is not the published one; move it away");
  assertStringIncludes(error.message, image);
  assertEquals(Deno.readFileSync(image), content("mine"));
});

const SUM = "0".repeat(64);

Deno.test("parseChecksums() reads lines of text and binary mode, and paths with blanks", () => {
  const text = `${SUM}  images/1.png\r\n${SUM} *Ground Truth/1.tif\n`;
  assertEquals([...parseChecksums(text).keys()], ["images/1.png", "Ground Truth/1.tif"]);
});

const wrongSums: [text: string, message: string][] = [
  [`${SUM}  a\n${SUM.slice(1)}  b\n`, "in line 2"],
  [`${SUM}  a\n${SUM}  a\n`, '"a" stands twice'],
  ["<html>", "in line 1"],
];
Deno.test("parseChecksums() refuses other lines, and paths that stand twice", () => {
  for (const [text, message] of wrongSums) assertThrows(() => parseChecksums(text), Error, message);
});

Deno.test("the project has a checksum for every image and mask of both data sets", () => {
  const counts = REAL_DATASETS.flatMap((definition) =>
    readReleases(definition).map((
      { format, files, extras },
    ) => [definition.name, format, files.size, [...extras.keys()]])
  );
  assertEquals(counts, [
    ["kvasir-seg", "JPEG", 2000, ["kavsir_bboxes.json"]],
    ["cvc-clinicdb", "TIFF", 1224, ["README.txt"]],
    ["cvc-clinicdb", "PNG", 1224, []],
  ]);
});

const match = (paths: readonly string[]) => matchRelease(RELEASES, DEFINITION.layouts, paths);

Deno.test("matchRelease() knows a release by its file names in every layout", () => {
  const layouts = [["Original", "Ground Truth"], ["PNG/Original", "PNG/Ground Truth"], ["a/b/images", "a/b/masks"]];
  for (const [images, masks] of layouts) {
    const found = match([`${images}/1.png`, `${masks}/1.png`, `${masks}/README.txt`, `${images}/._1.png`])!;
    assertEquals(found.release.format, "PNG");
    assertEquals([...found.targets.values()], ["images/1.png", "masks/1.png", "README.txt"]);
  }
});

Deno.test("matchRelease() takes the more complete release, and the preferred one of two complete ones", () => {
  const tiff = officialEntries().map(({ path }) => path);
  const png = tiff.map((path) => `PNG/${path.replace(".tif", ".png")}`);
  assertEquals(match([...tiff.slice(1), ...png])!.release.format, "PNG");
  assertEquals(match([...png, ...tiff])!.release.format, "TIFF");
});

Deno.test("matchRelease() finds nothing among other files, nor in a readme alone", () => {
  assertEquals(match([]), undefined);
  assertEquals(match(["images/4.png", "pictures/1.png", "1.png", "README.txt"]), undefined);
});
