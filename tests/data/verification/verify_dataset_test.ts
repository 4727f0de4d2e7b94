import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import sharp from "sharp";
import { type Check, CHECKS } from "../../../lib/data/verification/checks.ts";
import { verifyDataset, type VerifyOptions } from "../../../lib/data/verification/verify_dataset.ts";
import { REAL_DATASETS } from "../../../lib/data/load_dataset.ts";
import { realDataTest } from "../../real_data.ts";
import { type PublishedFolder, publishedFolder, writeDrawing, writeSquare } from "./published_folder.ts";

const verify = ({ directory, definition, releases }: PublishedFolder, more: Partial<VerifyOptions> = {}) =>
  verifyDataset({ directory, definition, releases, ...more });

Deno.test("verifyDataset() finds nothing in a published data set and counts it", async () => {
  using folder = await publishedFolder(12);
  const seen: number[] = [];
  const { findings, notes, passed, counts, format } = await verify(folder, {
    onProgress: ({ done }) => seen.push(done),
  });
  assertEquals([findings, notes, passed, format], [[], [], true, "PNG"]);
  const twelve = { images: 12, masks: 12, pairs: 12, expectedPairs: 12 };
  assertEquals(counts, { ...twelve, polypPixels: folder.definition.official.foreground });
  assertEquals(seen.at(-1), 12);
});

/** Something done to a folder, and the findings that it must give: check, file, and words of the message. */
type Fault = [
  claim: string,
  harm: (folder: PublishedFolder) => void | Promise<void>,
  findings: [check: Check, kind: "images" | "masks" | "folder", id: number, words: string][],
];
const faults: Fault[] = [
  ["a mask that is missing", ({ path }) => Deno.removeSync(path("masks", 3)), [
    ["count", "images", 0, "expected 12 pairs as CVC-ClinicDB has, found 11"],
    ["pairs", "images", 3, "has no mask in"],
    ["checksums", "masks", 3, "is missing"],
  ]],
  ["an image that is missing", ({ path }) => Deno.removeSync(path("images", 3)), [
    ["count", "images", 0, "found 11"],
    ["pairs", "masks", 3, "has no image in"],
    ["checksums", "images", 3, "is missing"],
  ]],
  ["an image that is cut short", ({ path }) => Deno.truncateSync(path("images", 5), 60), [
    ["decodable", "images", 5, "the file is damaged or cut short"],
    ["checksums", "images", 5, "is not the published file"],
  ]],
  ["an empty file as mask", ({ path }) => Deno.truncateSync(path("masks", 5), 0), [
    ["decodable", "masks", 5, "the file is empty"],
    ["polyp area", "masks", 0, "polyp pixels in all masks"],
    ["checksums", "masks", 5, "is not the published file"],
  ]],
  ["an image whose pixels were changed", async ({ path }) => {
    const pixels = await sharp(path("images", 7)).removeAlpha().negate().png().toBuffer();
    Deno.writeFileSync(path("images", 7), pixels);
  }, [["checksums", "images", 7, "expected SHA-256"]]],
  ["a mask of another size", ({ path }) => writeSquare(path("masks", 6), 10, 6, { width: 40 }), [
    ["sizes", "masks", 6, "expected 48 × 32 pixels as its image has, found 40 × 32"],
    ["checksums", "masks", 6, "is not the published file"],
  ]],
  ["an empty mask", ({ path }) => writeSquare(path("masks", 6), 0), [
    ["masks", "masks", 6, "found an empty mask"],
    ["polyp area", "masks", 0, "found"],
    ["checksums", "masks", 6, "is not the published file"],
  ]],
  ["a mask that is all polyp", ({ path }) => writeSquare(path("masks", 6), 99), [
    ["masks", "masks", 6, "found only polyp"],
    ["polyp area", "masks", 0, "found"],
    ["checksums", "masks", 6, "is not the published file"],
  ]],
  ["a mask of labels 0 and 1", ({ path }) => writeSquare(path("masks", 6), 10, 6, { white: 1 }), [
    ["masks", "masks", 6, "found only 0 and 1"],
    ["polyp area", "masks", 0, "found"],
    ["checksums", "masks", 6, "is not the published file"],
  ]],
  ["an image in place of a mask", ({ path }) => Deno.copyFileSync(path("images", 6), path("masks", 6)), [
    ["masks", "masks", 6, "of its pixels grey"],
    ["polyp area", "masks", 0, "found"],
    ["checksums", "masks", 6, "is not the published file"],
  ]],
  ["a pair too many, which is a copy of another", ({ path }) => {
    for (const kind of ["images", "masks"] as const) Deno.copyFileSync(path(kind, 4), path(kind, 13));
  }, [
    ["count", "images", 0, "found 13"],
    ["checksums", "images", 13, "is no file of CVC-ClinicDB"],
    ["checksums", "masks", 13, "is no file of CVC-ClinicDB"],
    ["duplicates", "images", 13, "are the same file"],
    ["duplicates", "masks", 13, "are the same file"],
  ]],
  ["an image in place of another one, almost the same as a third", async ({ path }) => {
    await writeDrawing(path("images", 2), 1, { touch: 9 });
  }, [
    ["checksums", "images", 2, "is not the published file"],
    ["near-duplicates", "images", 2, "look alike"],
  ]],
  ["an image that is cut short and has no mask", ({ path }) => {
    Deno.truncateSync(path("images", 3), 60);
    Deno.removeSync(path("masks", 3));
  }, [
    ["count", "images", 0, "found 11"],
    ["pairs", "images", 3, "has no mask in"],
    ["decodable", "images", 3, "the file is damaged or cut short"],
    ["checksums", "images", 3, "is not the published file"],
    ["checksums", "masks", 3, "is missing"],
  ]],
];
for (const [claim, harm, expected] of faults) {
  Deno.test(`verifyDataset() finds ${claim}, with its file`, async () => {
    using folder = await publishedFolder(12);
    await harm(folder);
    const { findings, passed } = await verify(folder);
    assertEquals(passed, false);
    const fileOf = (kind: string, id: number) =>
      id === 0 ? join(folder.directory, kind) : folder.path(kind as "images", id);
    const order = Object.keys(CHECKS);
    assertEquals(
      findings.map(({ check, file }) => `${check} ${file}`),
      expected.toSorted((a, b) => order.indexOf(a[0]) - order.indexOf(b[0])).map(([check, kind, id]) =>
        `${check} ${fileOf(kind, id)}`
      ),
    );
    for (const [check, kind, id, words] of expected) {
      const finding = findings.find((found) => found.check === check && found.file === fileOf(kind, id))!;
      assertStringIncludes(finding.message, words);
      assertStringIncludes(finding.message, finding.file);
    }
  });
}

Deno.test("verifyDataset() only notes near-duplicates that the published data set has, in one group or not", async () => {
  using folder = await publishedFolder(12, [[1, 2], [3, 4]]);
  const together = { ...folder.definition, groupsOf: groupsOfTwo };
  const { findings, notes } = await verify(folder, { definition: together });
  assertEquals([findings, notes.map(({ file }) => file)], [[], [folder.path("images", 2), folder.path("images", 4)]]);
  assertStringIncludes(notes[0].message, "splits by group keep them on one side");
  assertStringIncludes(notes[1].message, "splits may put them on both sides");
});

/** Images 1 and 2 are one group, all others stand alone. */
function groupsOfTwo(ids: readonly string[]) {
  return { groups: ids.map((id) => id === "2" ? "1" : id), notes: [] };
}

Deno.test("verifyDataset() only notes near-duplicates of one group that are the user's own", async () => {
  using folder = await publishedFolder(12);
  await writeDrawing(folder.path("images", 2), 1, { touch: 9 });
  const together = { ...folder.definition, groupsOf: groupsOfTwo };
  const { findings, notes } = await verify(folder, { definition: together });
  assertEquals([findings.map(({ check }) => check), notes.map(({ check }) => check)], [["checksums"], [
    "near-duplicates",
  ]]);
});

Deno.test("verifyDataset() does not hold a selection against the whole published data set", async () => {
  using folder = await publishedFolder(12);
  for (const id of [3, 4]) for (const kind of ["images", "masks"] as const) Deno.removeSync(folder.path(kind, id));
  await writeDrawing(folder.path("images", 20), 20);
  await writeSquare(folder.path("masks", 20), 9);
  assertEquals((await verify(folder)).passed, false);
  const { passed, notes, findings } = await verify(folder, { selection: true });
  assertEquals([passed, findings], [true, []]);
  assertEquals(notes.map(({ check }) => check), ["count", ...Array(6).fill("checksums")]);
  Deno.truncateSync(folder.path("images", 20), 60);
  assertEquals((await verify(folder, { selection: true })).findings.map(({ check }) => check), ["decodable"]);
});

Deno.test("verifyDataset() finds that a data set is too small to split", async () => {
  using folder = await publishedFolder(2);
  const { findings } = await verify(folder);
  assertEquals([...new Set(findings.map(({ check }) => check))], ["splits"]);
});

const NOTES = { "kvasir-seg": 4, "cvc-clinicdb": 50 };
for (const definition of REAL_DATASETS) {
  const { name } = definition, expected = NOTES[name as keyof typeof NOTES];
  const claim = `the whole of ${name} has no findings, and ${expected} notes on pairs that look alike`;
  Deno.test(realDataTest(name, claim, async (directory) => {
    const { findings, notes, passed } = await verifyDataset({ definition, directory });
    assertEquals([findings, passed, notes.length], [[], true, expected]);
    assert(notes.every(({ check }) => check === "near-duplicates"));
    assertEquals(notes.filter(({ message }) => message.includes("both sides")), []);
  }));
}
