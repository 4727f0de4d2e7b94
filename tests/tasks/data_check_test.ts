import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { Command } from "@commander-js/extra-typings";
import { ownSplit } from "../../lib/data/image_source.ts";
import { chosenData } from "../../tasks/training/options.ts";
import { checkTask } from "../../tasks/data/check.ts";
import { TaskError } from "../../tasks/cli/task_error.ts";
import { drawnFolder } from "../data/drawings.ts";

/** Runs the task with its page and JSON in the folder itself. */
async function run(folder: string, more = {}) {
  const said: string[] = [];
  const line = { show: () => {}, say: (text: string) => said.push(text), clear: () => {} };
  const files = { json: join(folder, "out", "check.json"), page: join(folder, "out", "check.html") };
  const refusal = await checkTask({ images: folder, ...files, ...more }, line).catch((error) => error);
  if (refusal !== undefined && !(refusal instanceof TaskError)) throw refusal;
  return {
    refusal: refusal && [refusal.status, refusal.message],
    text: said.join("\n"),
    json: JSON.parse(Deno.readTextFileSync(files.json)),
    page: Deno.readTextFileSync(files.page),
  };
}

Deno.test("data check of a right folder says what was understood, and writes both files", async () => {
  using folder = await drawnFolder(6);
  const { refusal, text, json, page } = await run(folder.path);
  assertEquals([refusal, json.pairs, json.groups, json.nearDuplicates, json.findings], [undefined, 6, 6, 0, []]);
  assertEquals(Object.keys(json.lesionShare), ["mean", "min", "max"]);
  for (const part of ["Lesion is 255, background 0.", "Nothing is wrong", "check.html"]) {
    assertStringIncludes(text, part);
  }
  assertEquals(page.match(/<img /g)?.length, 6);
});

/** A list of a folder's images in which each has the part that a function says; "" for none. */
function partList(folder: string, count: number, part: (number: number) => string): string {
  const rows = Array.from({ length: count }, (_, number) => {
    return `images/case${number}.png,masks/case${number}.png,${part(number)}`;
  });
  const path = join(folder, "list.csv");
  Deno.writeTextFileSync(path, ["image,mask,split", ...rows].join("\n"));
  return path;
}

Deno.test("images that come with parts are split by them, unless another split is named or some have none", async () => {
  using folder = await drawnFolder(20);
  const images = partList(folder.path, 20, (number) => number < 15 ? "train" : "test");
  assertEquals(ownSplit(images), "manifest");
  const own = await run(folder.path, { images });
  const { kind, train, validation, test } = own.json.split;
  assertEquals([kind, train + validation, test], ["manifest", 15, 5]);
  assertStringIncludes(own.text, "The images come with parts: 15 for training, 0 for validation, 5 for test.");
  assertEquals((await run(folder.path, { images, split: "grouped" })).json.split.kind, "grouped");
  const options = { dataset: images };
  assertEquals(chosenData(options, new Command()).split, "manifest");
  assertEquals(chosenData({ ...options, split: "random" }, new Command()).split, "random");
  const groups = join(folder.path, "patients.csv"); // one of them in training and in test
  const rows = Array.from({ length: 20 }, (_, number) => `case${number},${number % 15}`);
  Deno.writeTextFileSync(groups, ["image,group", ...rows].join("\n"));
  assertEquals([ownSplit(images, groups), chosenData({ ...options, groups }, new Command()).split], [
    undefined,
    undefined,
  ]);
  const patients = await run(folder.path, { images, groups });
  assertEquals(patients.json.split.kind, "grouped");
  assertStringIncludes(
    patients.text,
    'Groups that stand in several parts, so that scores by "manifest" may be of what was trained on: 5, ',
  );
  assertStringIncludes(patients.text, `--groups ${groups}`);
  for (const part of [(number: number) => number > 0 ? "test" : "", () => "train"]) {
    assertEquals(ownSplit(partList(folder.path, 20, part)), undefined);
  }
  Deno.writeTextFileSync(images, "no list");
  assertEquals([ownSplit(images), ownSplit(folder.path), ownSplit(join(folder.path, "none"))], [
    undefined,
    undefined,
    undefined,
  ]);
});

Deno.test("data check ends with status 1 on findings, each with its file", async () => {
  using folder = await drawnFolder(6);
  Deno.truncateSync(join(folder.path, "images/case1.png"), 60);
  Deno.removeSync(join(folder.path, "masks/case2.png"));
  const { refusal, json } = await run(folder.path);
  assertEquals(refusal, [1, "Training would refuse these images: 2 findings."]);
  assertEquals(json.pairs, 4);
  const names = json.findings.map(({ file }: { file: string }) => file.split("/").at(-1));
  assertEquals(names.sort(), ["case1.png", "case2.png"]);
});

Deno.test("the page of data check goes where git ignores it and no other task writes, unless told otherwise", async () => {
  using folder = await drawnFolder(6);
  const said: string[] = [];
  const line = { show: () => {}, say: (text: string) => said.push(text), clear: () => {} };
  await checkTask({ images: folder.path }, line);
  const [, page] = /^Pictures to look at: (.+)$/m.exec(said.join("\n"))!;
  const { success } = await new Deno.Command("git", { args: ["check-ignore", page] }).output();
  await Deno.remove(page);
  assertEquals([success, page.includes(join("results", "checks"))], [true, true]);
});
