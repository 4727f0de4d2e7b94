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
