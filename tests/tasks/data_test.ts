import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join, resolve } from "@std/path";
import { readReleases } from "../../lib/data/acquisition/published_release.ts";
import { CVC_CLINICDB } from "../../lib/data/cvc_clinicdb.ts";
import { dataCommand } from "../../tasks/data.ts";
import { verify } from "../../tasks/data/verify.ts";
import { TaskError } from "../../tasks/cli/task_error.ts";
import { realDataTest } from "../real_data.ts";
import { drawnFolder } from "../data/drawings.ts";
import { writeDrawing, writeSquare } from "../data/verification/published_folder.ts";
import { tree } from "../data/acquisition/published.ts";

const ROOT = fromFileUrl(new URL("../..", import.meta.url));
const CONFIGURATION = JSON.parse(Deno.readTextFileSync(join(ROOT, "deno.json")));

/** Runs the task as deno.json has it, away from a terminal. */
async function data(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  const [program, ...words] = CONFIGURATION.tasks.data.command.split(" ");
  assertEquals(program, "deno");
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...words, ...args],
    cwd: ROOT,
    stdin: "null",
    env: { NO_COLOR: "1", POLYDICE_DATA: "" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { status: code, stdout: text(stdout), stderr: text(stderr) };
}

/** A folder with twelve pairs under names of Kvasir-SEG's layout. */
async function ownSelection(): Promise<{ directory: string } & Disposable> {
  const directory = Deno.makeTempDirSync();
  for (const kind of ["images", "masks"]) Deno.mkdirSync(join(directory, kind));
  for (let id = 1; id <= 12; id++) {
    await writeDrawing(join(directory, "images", `${id}.jpg`), id);
    await writeSquare(join(directory, "masks", `${id}.jpg`), 8 + id % 3, id);
  }
  return { directory, [Symbol.dispose]: () => Deno.removeSync(directory, { recursive: true }) };
}

/** What the command line makes of words: the action and what it is given, and the error of a wrong use. */
async function read(line: string): Promise<unknown[]> {
  const seen: unknown[] = [];
  const note = (action: string) => (...given: unknown[]) => Promise.resolve(void seen.push(action, ...given));
  const command = dataCommand({
    list: note("list"),
    fetch: note("fetch"),
    verify: ({ ...options }) => note("verify")(options),
    check: note("check"),
  });
  await command.configureOutput({ writeOut: () => {} }).parseAsync(line.split(" "), { from: "user" });
  return seen;
}

const from = (path: string) => resolve(Deno.env.get("INIT_CWD") ?? Deno.cwd(), path);
const lines: [line: string, seen: unknown[]][] = [
  ["--data /images", ["list", { data: resolve("/images") }]],
  ["kvasir-seg cvc-clinicdb kvasir-seg --data /images --accept-terms", ["fetch", ["kvasir-seg", "cvc-clinicdb"], {
    data: resolve("/images"),
    acceptTerms: true,
  }]],
  ["fetch kvasir-seg --from set.zip --data a", ["fetch", ["kvasir-seg"], { from: from("set.zip"), data: from("a") }]],
  ["verify --data a --dataset kvasir-seg --json b --selection", ["verify", {
    data: from("a"),
    dataset: "kvasir-seg",
    json: from("b"),
    selection: true,
  }]],
  ["check a --mask-value 1,#FF0000 --split fold-2-of-5 --fit pad", ["check", {
    images: from("a"),
    maskValues: "1,ff0000",
    split: "fold-2-of-5",
    fit: "pad",
  }]],
];
Deno.test("deno task data reads its command line", async () => {
  for (const [line, seen] of lines) assertEquals(await read(line), seen);
});

const wrong: [line: string, message: string][] = [
  ["verfy", "Expected one of check, verify, kvasir-seg, cvc-clinicdb. (Did you mean verify?)"],
  ["synthetic", "Expected one of check, verify, kvasir-seg, cvc-clinicdb."],
  ["--from set.zip", "Cannot tell which data set to get: name kvasir-seg or cvc-clinicdb."],
  ["--accept-terms", "Cannot tell which data set to get"],
  ["check", "missing required argument 'path'"],
  ["check a --mask-value red", "Expected values as in 1 or 1,2 or 1-5, or a colour as in ff0000."],
  ["verify --from set.zip", "unknown option '--from'"],
  ["verify --dataset kvasir", "Allowed choices are kvasir-seg, cvc-clinicdb."],
  ["kvasir-seg --json out.json", "unknown option '--json'"],
  ["kvasir-seg --form set.zip", "unknown option '--form' (Did you mean --from?)"],
];
Deno.test("deno task data refuses a wrong command line", async () => {
  for (const [line, message] of wrong) {
    assertEquals((await assertRejects(() => read(line), TaskError, message)).status, 2, line);
  }
});

Deno.test("deno task data explains itself and lists what is there", async () => {
  using folder = await ownSelection();
  const { status, stdout } = await data("--data", folder.directory);
  assertEquals(status, 0);
  assertStringIncludes(stdout, "deno task data verify");
  assertStringIncludes(stdout, `kvasir-seg    12 of 1000 images in ${join(folder.directory, "images")}`);
  assertStringIncludes(stdout, "cvc-clinicdb  not there");
});

Deno.test("deno task data check needs no more than the permissions of its task", async () => {
  using folder = await drawnFolder(6);
  Deno.truncateSync(join(folder.path, "images/case1.png"), 60);
  const { status, stderr } = await data("check", folder.path, "--page", join(folder.path, "page.html"));
  assertEquals([status, stderr], [1, "Training would refuse these images: 1 finding.\n"]);
});

Deno.test("deno task data verify ends with status 1 and one sentence where something is wrong, and writes all of it", async () => {
  using folder = await ownSelection();
  const json = join(folder.directory, "report.json");
  const words = ["--data", folder.directory, "--dataset", "kvasir-seg", "--json", json];
  const { status, stdout, stderr } = await data("verify", ...words);
  assertEquals(status, 1);
  assertStringIncludes(stdout, "expected 1000 pairs as Kvasir-SEG has, found 12");
  assertMatch(stdout, /^ {2}not asked +polyp area /m);
  assertEquals(stderr.trim().split("\n").filter((line) => line.startsWith("Cannot accept")).length, 1);
  const report = JSON.parse(Deno.readTextFileSync(json));
  assertEquals([report.dataset, report.passed, report.counts.pairs], ["kvasir-seg", false, 12]);
  assertEquals([report.findings[0].check, report.findings[0].file], ["count", join(folder.directory, "images")]);
});

/** What verify() prints, and the error that it ends with. */
async function verified(directory: string, more: { json?: string; dataset?: string } = {}) {
  const said: string[] = [], line = { show: () => {}, say: (text: string) => said.push(text), clear: () => {} };
  const error = await verify({ directory, selection: true, ...more, line }).catch((error) => error);
  return { text: said.join("\n"), status: error?.status, message: error?.message };
}

Deno.test("verify() of a selection passes a sound folder, and tells a broken file", async () => {
  using folder = await ownSelection();
  const sound = await verified(folder.directory);
  assertEquals(sound.status, undefined);
  assertStringIncludes(sound.text, "Kvasir-SEG: nothing wrong");
  const broken = join(folder.directory, "masks", "7.jpg");
  Deno.truncateSync(broken, 30);
  const { status, text, message } = await verified(folder.directory);
  assertEquals(status, 1);
  assertStringIncludes(text, `Cannot decode "${broken}"`);
  assertStringIncludes(message, "1 finding in 1 file (1 × decodable)");
});

Deno.test("verify() says that its report can't be written before it reads an image", async () => {
  using folder = await ownSelection();
  const json = join(folder.directory, "masks");
  const { status, text, message } = await verified(folder.directory, { json });
  assertEquals(status, 1);
  assertEquals(text, "");
  assertStringIncludes(message, `Cannot write ${json}: it is a folder. Name another file by --json.`);
  assertEquals(tree(folder.directory).filter((path) => path.endsWith(".tmp")), []);
});

Deno.test("verify() says how to get a data set that is not there", async () => {
  const directory = Deno.makeTempDirSync();
  const { status, message } = await verified(directory, { dataset: "cvc-clinicdb" });
  assertEquals(status, 1);
  assertStringIncludes(message, "deno task data cvc-clinicdb");
  assertEquals((await verified(directory)).status, 2);
  Deno.removeSync(directory);
});

Deno.test("deno task data puts no image into the project outside of data/", async () => {
  const { status, stderr } = await data("kvasir-seg", "--accept-terms", "--data", join(ROOT, "lib"));
  assertEquals(status, 2);
  assertStringIncludes(stderr, "none of them belongs in this project's repository");
});

Deno.test("deno task data tells what it could not take, and leaves nothing", async () => {
  const directory = Deno.makeTempDirSync(), from = Deno.makeTempFileSync();
  const { status, stderr } = await data("kvasir-seg", "--accept-terms", "--data", directory, "--from", from);
  assertEquals(status, 1);
  assertStringIncludes(stderr, `Cannot accept "${from}" as Kvasir-SEG`);
  assertEquals(tree(directory), []);
  Deno.removeSync(directory, { recursive: true });
  Deno.removeSync(from);
});

Deno.test("the task may ask the data sets' servers and no others", () => {
  const { net, run } = CONFIGURATION.permissions.data;
  assertEquals([net, run], [["datasets.simula.no", "www.dropbox.com", "*.dropboxusercontent.com"], undefined]);
  assert(!CONFIGURATION.tasks.data.command.includes("-A"));
});

Deno.test("git leaves out all that lands in data/", () => {
  const rules = Deno.readTextFileSync(join(ROOT, "data", ".gitignore")).split("\n");
  assert(rules.includes("/*"));
  assertEquals(rules.filter((rule) => rule.startsWith("!")), [
    "!/.gitignore",
    "!/README.md",
    "!/checksums/",
    "!/splits/",
  ]);
});

Deno.test(realDataTest("cvc-clinicdb", "deno task data takes the whole of cvc-clinicdb from a folder", async (from) => {
  const directory = Deno.makeTempDirSync();
  const { status, stdout } = await data("cvc-clinicdb", "--accept-terms", "--data", directory, "--from", from);
  assertEquals(status, 0);
  assertStringIncludes(stdout, "files in " + join(directory, "CVC-ClinicDB") + ", all as published");
  const [release] = readReleases(CVC_CLINICDB).filter(({ format }) => stdout.includes(`1224 ${format} files`));
  const files = tree(directory).filter((path) => /(images|masks)\/./.test(path));
  assertEquals(files, [...release.files.keys()].map((path) => `CVC-ClinicDB/${path}`).sort());
  Deno.removeSync(directory, { recursive: true });
}));
