import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import config from "../deno.json" with { type: "json" };

const ROOT = new URL("..", import.meta.url);
/** Written in two parts, so that this file holds neither. */
const EVERYTHING = ["-" + "A", "--allow-" + "all"];

Deno.test("no task, test, workflow or script of the project starts a program with all permissions", async () => {
  const { stdout } = await new Deno.Command("git", {
    args: ["grep", "--untracked", "-nwIE", "-e", EVERYTHING.join("|"), "--", ":!*.md", ":!*.ipynb", ":!*_test.ts.snap"],
    cwd: fromFileUrl(ROOT),
  }).output();
  const lines = new TextDecoder().decode(stdout).trim().split("\n").filter((line) => line !== "");
  assertEquals(lines.filter((line) => !line.includes(".includes(")), []);
});

Deno.test("every task that runs a program of the project names the set of its permissions", () => {
  const sets = Object.keys(config.permissions);
  const commands = Object.values(config.tasks).map(({ command }) => command).filter((line) =>
    line.startsWith("deno run")
  );
  const unnamed = commands.filter((line) => !sets.includes(/ -P=(\w+) /.exec(line)?.[1] ?? ""));
  assertEquals(unnamed, []);
});

/** What a set of permissions allows, as Deno reads deno.json. */
async function allowed(set: string, questions: readonly Deno.PermissionDescriptor[]): Promise<string[]> {
  const code = `for (const question of ${JSON.stringify(questions)}) {
    console.log(Deno.permissions.querySync(question).state === "granted" ? "granted" : "denied");
  }`;
  const script = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(script, code);
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-prompt", `--config=${fromFileUrl(new URL("deno.json", ROOT))}`, `-P=${set}`, script],
  }).output();
  await Deno.remove(script);
  return new TextDecoder().decode(stdout).trim().split("\n");
}

const sh = { name: "run", command: "sh" } as const;
const deno = { name: "run", command: Deno.execPath() } as const;
const net = { name: "net", host: "example.org" } as const;
const ffi = { name: "ffi" } as const;

for (const set of ["explorer", "export", "data", "results"]) {
  Deno.test(`the tasks of the set "${set}" start neither shell nor Deno, and ask no host of their choice`, async () => {
    assertEquals(new Set(await allowed(set, [sh, deno, net])), new Set(["denied"]));
  });
}

Deno.test("explorer, export and set-up load no native library, and only trainings and data do", async () => {
  for (const set of ["explorer", "export", "results", "setup", "tasks"]) {
    assertEquals(await allowed(set, [ffi]), ["denied"]);
  }
});

Deno.test("the set-up writes into the project's folders for what it installs, and nowhere else", async () => {
  const path = (name: string) => ({ name: "write", path: fromFileUrl(new URL(name, ROOT)) }) as const;
  const questions = [".venv/a", ".cache/a", ".jupyter/a", "results/a", "README.md", "../a"].map(path);
  assertEquals(await allowed("setup", questions), ["granted", "granted", "granted", "denied", "denied", "denied"]);
});
