import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { dirname, join } from "@std/path";
import {
  acquireDataset,
  type AcquisitionEvent,
  type AcquisitionOptions,
  workFolder,
} from "../../../lib/data/acquisition/acquire_dataset.ts";
import { type Answer, cut, faultyServer, whole } from "./faulty_server.ts";
import { content, DEFINITION, FILES, officialEntries, RELEASES, tiffPaths, tree } from "./published.ts";
import { rarBytes, type RarEntry } from "./rar_bytes.ts";
import { zipBytes, type ZipEntry } from "./zip_bytes.ts";

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

Deno.test("acquireDataset() downloads a RAR archive and leaves the data set and nothing else", async () => {
  await using server = faultyServer(whole(RAR));
  using here = setting({ url: server.url });
  const folder = join(here.directory, "CVC-ClinicDB");
  assertEquals(await here.acquire(), { folder, format: "TIFF", files: 6, before: false });
  assertInstalled(here);
  assertEquals(here.events.at(-1), { kind: "checked", done: 6, total: 6 });
});

Deno.test("acquireDataset() downloads nothing where the data set is there and right", async () => {
  await using server = faultyServer(whole(RAR));
  using here = setting({ url: server.url });
  await here.acquire();
  assertEquals((await here.acquire()).before, true);
  assertEquals(server.requests(), 1);
});

Deno.test("acquireDataset() gets through a cut, a busy server and silence in one call", async () => {
  await using server = faultyServer(cut(whole(RAR), 300), { status: 503 }, cut(whole(RAR), 500, "hold"), whole(RAR));
  using here = setting({ url: server.url, download: { tries: 4, firstWaitMs: 1, stallMs: 200 } });
  await here.acquire();
  assertInstalled(here);
});

Deno.test("acquireDataset() leaves nothing where no try of the download succeeds", async () => {
  await using server = faultyServer(cut(whole(RAR), 1000));
  using here = setting({ url: server.url });
  await assertRejects(() => here.acquire(), Error, "Cannot download");
  assertEquals(here.tree(), []);
});

Deno.test("acquireDataset() downloads no more than an archive of the data set can have", async () => {
  await using server = faultyServer({ body: new Uint8Array(2 * DEFINITION.official.bytes) });
  using here = setting({ url: server.url });
  await assertRejects(() => here.acquire(), Error, "the server sent more");
});

const changed = officialEntries().map(({ path, bytes }) => ({
  path,
  bytes: path.endsWith("2.tif") ? content("x") : bytes,
}));
const wrongAnswers: [claim: string, answer: Answer, message: string][] = [
  ["files that are not the published ones", whole(rarBytes(changed)), "2 findings"],
  ["an archive without some files", whole(rarBytes(officialEntries().slice(2))), '"images/1.tif" is missing'],
  ["an archive of something else", whole(zipBytes([{ path: "a", bytes: content("a") }])), "holds no file of CVC-"],
  ["no archive", whole(content("nothing")), "expected a ZIP or RAR archive"],
  ["an archive that was cut before it was offered", whole(RAR.slice(0, 1500)), "damaged or cut short"],
];
for (const [claim, answer, message] of wrongAnswers) {
  Deno.test(`acquireDataset() leaves nothing where the server sends ${claim}`, async () => {
    await using server = faultyServer(answer);
    using here = setting({ url: server.url });
    const error = await assertRejects(() => here.acquire(), Error, "Cannot accept the download as CVC-ClinicDB");
    assertStringIncludes(error.message, message);
    assertEquals(here.tree(), []);
    assertEquals(server.requests(), 1);
  });
}

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

Deno.test("acquireDataset() removes what a killed call has left, and begins anew", async () => {
  using here = setting();
  const work = workFolder(DEFINITION, here.directory);
  Deno.mkdirSync(join(work, "unpacked", "images"), { recursive: true });
  Deno.writeFileSync(join(work, "archive"), RAR.slice(0, 1000));
  Deno.writeFileSync(join(work, "unpacked", "images", "1.tif"), content("half"));
  Deno.writeFileSync(join(work, "unpacked", "stray"), content("stray"));
  await here.acquire({ from: here.outside("set.rar", RAR) });
  assertInstalled(here);
});

const given: [claim: string, name: string, bytes: Uint8Array][] = [
  ["a RAR archive", "mine.rar", RAR],
  ["a ZIP archive", "mine.zip", zipBytes(officialEntries().map((entry) => ({ ...entry, deflate: true })))],
];
for (const [claim, name, bytes] of given) {
  Deno.test(`acquireDataset() takes ${claim} that the user has, and leaves it as it is`, async () => {
    using here = setting();
    const from = here.outside(name, bytes);
    await here.acquire({ from });
    assertInstalled(here);
    assertEquals(Deno.readFileSync(from), bytes);
  });
}

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
    const attacks: [entries: readonly (ZipEntry & RarEntry)[], complaint: RegExp][] = [
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

Deno.test("acquireDataset() takes an empty folder for none", async () => {
  using here = setting();
  Deno.mkdirSync(join(here.directory, "CVC-ClinicDB"));
  await here.acquire({ from: here.outside("set.rar", RAR) });
  assertInstalled(here);
});

Deno.test("acquireDataset() says that a file to take is not there", async () => {
  using here = setting();
  const from = join(here.outsideFolder, "none.zip");
  await assertRejects(() => here.acquire({ from }), Error, "there is no such file or folder");
  assertEquals(here.tree(), []);
});
