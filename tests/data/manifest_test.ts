import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { masksOf } from "../../lib/data/image_pairs.ts";
import { readManifest, withGroups } from "../../lib/data/manifest.ts";

/** A temporary folder with `list.csv` and empty files. */
function listFolder(text: string, files: string[] = ["a.png", "b.png", "m/a.png", "m/b.png", "m/b2.png"]) {
  const path = Deno.makeTempDirSync();
  for (const file of files) {
    Deno.mkdirSync(join(path, file, ".."), { recursive: true });
    Deno.writeTextFileSync(join(path, file), "");
  }
  const list = join(path, "list.csv");
  Deno.writeTextFileSync(list, text);
  return { path, list, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

Deno.test("readManifest() pairs images and masks by paths from its own folder, and unites masks of several lines", () => {
  using folder = listFolder("image,mask\nb.png,m/b.png\na.png,m/a.png\nb.png,m/b2.png\n");
  const { pairs, findings } = readManifest(folder.list);
  assertEquals(findings, []);
  assertEquals(
    pairs.map((pair) => [pair.id, ...masksOf(pair).map((file) => file.slice(folder.path.length + 1))]),
    [["a", "m/a.png"], ["b", "m/b.png", "m/b2.png"]],
  );
});

// [what people's programs write, text]
const forms: [string, string][] = [
  ["semicolons", "image;mask;group;split\na.png;m/a.png;p1;train\nb.png;m/b.png;p2;test\n"],
  [
    "tabs, a byte order mark and Windows' line ends",
    "\uFEFFImage\tMask\tGroup\tSplit\r\na.png\tm/a.png\tp1\tTraining\r\n" +
    "b.png\tm/b.png\tp2\ttesting\r\n",
  ],
  [
    "another order, quotes and empty lines",
    'split,group,mask,image\ntrain,p1,"m/a.png",a.png\n\ntest,p2,m/b.png,b.png\n\n',
  ],
];
Deno.test("readManifest() reads what people's programs write", () => {
  for (const [what, text] of forms) {
    using folder = listFolder(text);
    const { pairs, findings } = readManifest(folder.list);
    assertEquals(findings, []);
    assertEquals(
      pairs.map(({ id, group, part }) => [id, group, part]),
      [["a", "p1", "train"], ["b", "p2", "test"]],
      what,
    );
  }
});

Deno.test("readManifest() takes paths for ids where names stand twice", () => {
  using folder = listFolder("image,mask\n1/a.png,m/a.png\n2/a.png,m/b.png\n", [
    "1/a.png",
    "2/a.png",
    "m/a.png",
    "m/b.png",
  ]);
  assertEquals(readManifest(folder.list).pairs.map(({ id }) => id), ["1/a", "2/a"]);
});

Deno.test("readManifest() notes columns that it does not use", () => {
  using folder = listFolder("image,mask,age\na.png,m/a.png,40\n");
  assertStringIncludes(readManifest(folder.list).notes.join(), "that are not used: age");
});

// [what, text, part of the finding]
const wrong: [string, string, string][] = [
  ["an image that is not there", "image,mask\nc.png,m/a.png\n", "line 2: expected the image file"],
  ["a mask that is not there", "image,mask\na.png,m/a.png\nb.png,m/c.png\n", "line 3: expected the mask file"],
  ["a line without mask", "image,mask\na.png,\n", "line 2: expected a mask file, found none"],
  ["an address in place of a path", "image,mask\nhttps://host.example/a.png,m/a.png\n", "found no file there"],
  [
    "another word for a part",
    "image,mask,split\na.png,m/a.png,holdout\n",
    'train, validation or test, found "holdout"',
  ],
  ["two groups of one image", "image,mask,group\nb.png,m/b.png,1\nb.png,m/b2.png,2\n", "different entries for group"],
];
Deno.test("readManifest() tells every wrong line, with its number", () => {
  for (const [what, text, message] of wrong) {
    using folder = listFolder(text);
    const { findings } = readManifest(folder.list);
    assertStringIncludes(findings.map(({ message }) => message).join("\n"), message, what);
    assertEquals(findings[0].file, folder.list);
  }
});

Deno.test("readManifest() refuses a table without its columns and says which it found", () => {
  using folder = listFolder("path,label\na.png,m/a.png\n");
  assertThrows(() => readManifest(folder.list), Error, 'the columns "image" and "mask", found "path", "label"');
});

Deno.test("withGroups() names images by id, file name or path, and tells the ones without a group", () => {
  using folder = listFolder("image,mask\na.png,m/a.png\nb.png,m/b.png\n");
  const groups = join(folder.path, "groups.csv");
  const grouped = (text: string) => {
    Deno.writeTextFileSync(groups, text);
    const { pairs, findings } = withGroups(readManifest(folder.list), groups);
    return [pairs.map(({ group }) => group), findings.map(({ message }) => message.split('" ')[1])];
  };
  assertEquals(grouped("id,group\na,p\nb,p\n"), [["p", "p"], []]);
  assertEquals(grouped("image,patient\na.png,7\nb.png,8\n"), [["7", "8"], []]);
  assertEquals(grouped("image,group\na.png,7\n"), [["7", "b"], ["names no group for 1 images: b"]]);
});

Deno.test("withGroups() takes paths from the list's folder, with Windows' separator too", () => {
  using folder = listFolder("image,mask\nimages/a.png,m/a.png\nimages/b.png,m/b.png\n", [
    ...["images/a.png", "images/b.png", "m/a.png", "m/b.png", "lists/groups.csv"],
  ]);
  const groups = join(folder.path, "lists", "groups.csv");
  Deno.writeTextFileSync(groups, "image,group\n../images/a.png,p\n..\\images\\b,q\n");
  const { pairs, findings } = withGroups(readManifest(folder.list), groups);
  assertEquals([pairs.map(({ group }) => group), findings], [["p", "q"], []]);
});

Deno.test("withGroups() tells images for which a name stands with several groups, where no path says which", () => {
  using folder = listFolder("image,mask\n1/a.png,m/a.png\n2/a.png,m/b.png\n3/b.png,m/b.png\n", [
    ...["1/a.png", "2/a.png", "3/b.png", "m/a.png", "m/b.png"],
  ]);
  const groups = join(folder.path, "groups.csv");
  const grouped = (text: string) => {
    Deno.writeTextFileSync(groups, `image,group\n${text}`);
    const { pairs, findings } = withGroups(readManifest(folder.list), groups);
    return [pairs.map(({ group }) => group), findings.map(({ message }) => message.split('" ')[1])];
  };
  const message = "names several groups for 2 images: 1/a (p, q), 2/a (p, q); name each by its path";
  assertEquals(grouped("a.png,p\na.png,q\nb.png,r\n"), [["1/a", "2/a", "r"], [message]]);
  assertEquals(grouped("1/a.png,p\n2/a.png,q\nb.png,r\n"), [["p", "q", "r"], []]);
  assertEquals(grouped("a.png,p\na.png,p\nb.jpg,x\nb.png,r\n"), [["p", "p", "r"], []]);
});

Deno.test("readManifest() finds files whose names differ in Unicode's form alone, and by Windows' separator", () => {
  const decomposed = "a\u0308", composed = "\u00e4";
  using folder = listFolder(`image,mask\n${composed}/${composed}.png,m\\a.png\n.\\b.png,m\\b.png\n`, [
    ...[`${decomposed}/${decomposed}.png`, "b.png", "m/a.png", "m/b.png"],
  ]);
  const { pairs, findings } = readManifest(folder.list);
  assertEquals(findings, []);
  assertEquals(
    pairs.map(({ id, image, mask }) => [id, ...[image, mask].map((file) => file.slice(folder.path.length + 1))]),
    [[composed, `${decomposed}/${decomposed}.png`, "m/a.png"], ["b", "b.png", "m/b.png"]],
  );
});

Deno.test("readManifest() knows an image that is written in two ways for one", () => {
  using folder = listFolder("image,mask\nsub/a.png,m/a.png\nsub\\a.png,m/b.png\n", ["sub/a.png", "m/a.png", "m/b.png"]);
  const { pairs, findings } = readManifest(folder.list);
  assertEquals([pairs.map(({ id, moreMasks }) => [id, moreMasks?.length]), findings], [[["a", 1]], []]);
});
