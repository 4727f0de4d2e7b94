import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import type { FileSource, SourceLimits } from "../../../lib/data/acquisition/file_source.ts";
import { openSource } from "../../../lib/data/acquisition/open_source.ts";
import { rarBytes, zipBytes } from "./archive_bytes.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const LIMITS: SourceLimits = { entries: 5, fileBytes: 1000, bytes: 3000 };

/** A temporary file with this content. */
function temporaryFile(content: Uint8Array, name = "archive") {
  const folder = Deno.makeTempDirSync(), path = join(folder, name);
  Deno.writeFileSync(path, content);
  return { path, [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }) };
}

async function readTexts(source: FileSource, wanted: readonly number[]): Promise<string[]> {
  const texts: string[] = [];
  for await (const { index, bytes } of source.read(new Set(wanted))) {
    texts.push(`${index} ${new TextDecoder().decode(bytes)}`);
  }
  return texts;
}

for (const [kind, make] of [["ZIP", zipBytes], ["RAR", rarBytes]] as const) {
  Deno.test(`openSource() lists and reads the files of a ${kind} archive, whatever its name`, async () => {
    using file = temporaryFile(
      make([
        { path: "set/", bytes: bytes(""), mode: 0o040755, ...(kind === "RAR" && { flags: 0xe0 }) },
        { path: "set/Ground Truth/1.txt", bytes: bytes("one") },
        { path: "set/ü.txt", bytes: bytes("two, longer"), deflate: true },
        { path: "empty", bytes: bytes("") },
      ]),
      "archive.bin",
    );
    using source = await openSource(file.path);
    assertEquals(source.paths, ["set/Ground Truth/1.txt", "set/ü.txt", "empty"]);
    assertEquals(await readTexts(source, [1, 0, 2]), ["0 one", "1 two, longer", "2 "]);
    assertEquals(await readTexts(source, [1]), ["1 two, longer"]);
  });

  Deno.test(`openSource() refuses a ${kind} archive with an entry that leaves its folder on any system`, async () => {
    for (const path of ["../evil.txt", "set/../../evil.txt", "/etc/evil", "C:/evil.txt", "..\\evil.txt", "a\nb"]) {
      using file = temporaryFile(make([{ path: "good.txt", bytes: bytes("one") }, { path, bytes: bytes("two") }]));
      // yauzl says some in its own words.
      const message = path === "a\nb" ? "control" : kind === "ZIP" ? "path" : "the archive's entry";
      await assertRejects(() => openSource(file.path), Error, message);
    }
  });

  Deno.test(`openSource() does not read a link in a ${kind} archive`, async () => {
    using file = temporaryFile(make([{ path: "link", bytes: bytes("/etc/hostname"), mode: 0o120777 }]));
    await assertRejects(
      async () => {
        using source = await openSource(file.path);
        await readTexts(source, [0]);
      },
      Error,
      "link",
    );
  });

  Deno.test(`openSource() refuses an encrypted entry of a ${kind} archive`, async () => {
    const flags = kind === "ZIP" ? 1 : 4;
    using file = temporaryFile(make([{ path: "secret", bytes: bytes("one two three four"), flags, deflate: true }]));
    await assertRejects(() => openSource(file.path), Error, "is encrypted");
  });

  Deno.test(`openSource() refuses a ${kind} archive of too many entries or too many stated bytes`, async () => {
    const entry = (path: string, length: number) => ({ path, bytes: new Uint8Array(length) });
    using many = temporaryFile(make(Array.from({ length: 6 }, (_, index) => entry(`${index}`, 1))));
    await assertRejects(() => openSource(many.path, LIMITS), Error, "expected at most 5 entries, found more");
    using much = temporaryFile(make([{ ...entry("bomb", 10), deflate: true, statedSize: 4_000_000_000 }]));
    await assertRejects(() => openSource(much.path, LIMITS), Error, "expected at most 3000 bytes unpacked");
    using large = temporaryFile(make([entry("large", 1001)]));
    using source = await openSource(large.path, LIMITS);
    await assertRejects(() => readTexts(source, [0]), Error, 'expected at most 1000 bytes of "large", found 1001');
  });

  Deno.test(`openSource() tells a damaged or cut ${kind} archive`, async () => {
    const whole = make([{ path: "1", bytes: bytes("some content") }, { path: "2", bytes: bytes("more content") }]);
    for (const length of [8, Math.floor(whole.length / 2), whole.length - 25]) {
      using file = temporaryFile(whole.slice(0, length));
      await assertRejects(async () => {
        using source = await openSource(file.path);
        assertEquals(source.paths.length, 2, "the list is cut short");
        await readTexts(source, [0, 1]);
      });
    }
  });
}

Deno.test("a ZIP entry that unpacks to more than it states is refused before it fills the memory", async () => {
  const entry = { path: "bomb", bytes: new Uint8Array(50_000_000), deflate: true, statedSize: 500 };
  using file = temporaryFile(zipBytes([entry]));
  using source = await openSource(file.path, LIMITS);
  await assertRejects(() => readTexts(source, [0]), Error, "too many bytes");
});

Deno.test("a RAR entry whose content is not as long, or not as checked, as its header says is refused", async () => {
  using longer = temporaryFile(rarBytes([{ path: "a", bytes: bytes("some content"), statedSize: 20 }]));
  using source = await openSource(longer.path);
  await assertRejects(() => readTexts(source, [0]), Error, "damaged");
  const changed = rarBytes([{ path: "a", bytes: bytes("some content") }]);
  changed[changed.length - 10] ^= 1;
  using damaged = temporaryFile(changed);
  using other = await openSource(damaged.path);
  await assertRejects(() => readTexts(other, [0]), Error, `the archive's entry "a" is damaged`);
});

Deno.test("openSource() refuses one part of a RAR archive", async () => {
  using file = temporaryFile(rarBytes([{ path: "a", bytes: bytes("one") }], 1));
  await assertRejects(() => openSource(file.path), Error, "the archive is one part of several");
});

Deno.test("openSource() says what a file is that is no archive, and that there is none", async () => {
  using file = temporaryFile(bytes("<!DOCTYPE html><html>"));
  await assertRejects(() => openSource(file.path), Error, 'found a file that begins with "<!DOCTYPE html><html>"');
  await assertRejects(() => openSource(`${file.path}.zip`), Error, "there is no such file or folder");
  Deno.writeFileSync(file.path, new Uint8Array());
  await assertRejects(() => openSource(file.path), Error, 'found a file that begins with ""');
});

Deno.test("openSource() lists a folder's files, without hidden ones, loops of links and links that lead nowhere", async () => {
  const folder = Deno.makeTempDirSync();
  Deno.mkdirSync(join(folder, "images"));
  Deno.writeTextFileSync(join(folder, "images", "1.txt"), "one");
  Deno.writeTextFileSync(join(folder, ".hidden"), "x");
  Deno.symlinkSync(folder, join(folder, "images", "loop"));
  Deno.symlinkSync(join(folder, "nowhere"), join(folder, "broken"));
  Deno.symlinkSync("circle", join(folder, "circle"));
  Deno.symlinkSync(join(folder, "images", "1.txt"), join(folder, "link.txt"));
  using source = await openSource(folder);
  assertEquals(source.paths, ["images/1.txt", "link.txt"]);
  assertEquals(await readTexts(source, [0, 1]), ["0 one", "1 one"]);
  Deno.removeSync(folder, { recursive: true });
});
