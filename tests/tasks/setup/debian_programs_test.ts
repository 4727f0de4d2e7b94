import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import type { CommandResult, RunCommand } from "../../../tasks/cli/child_process.ts";
import { DEBIAN_PROGRAMS, findChromium, installDebianProgram } from "../../../tasks/setup/debian_programs.ts";

/** Installs on a made-up machine, and tells what was run and said there. */
async function installed(
  machine: { there?: boolean; root?: boolean; install?: CommandResult; appears?: boolean },
): Promise<{ answer: boolean; commands: string[]; said: string[] }> {
  let there = machine.there ?? false;
  const commands: string[] = [];
  const said: string[] = [];
  const run: RunCommand = (words) => {
    commands.push(words.slice(0, 2).join(" "));
    if (words[1] === "install") there = machine.appears ?? false;
    return Promise.resolve(machine.install ?? { status: 0, lines: [] });
  };
  const find = () => there ? "/usr/bin/chromium" : undefined;
  const program = { ...DEBIAN_PROGRAMS.find(({ name }) => name === "Chromium")!, find };
  const progress = { say: (line: string) => said.push(line) };
  const answer = await installDebianProgram(program, progress, { run, root: machine.root ?? true });
  return { answer, commands, said };
}

Deno.test("installDebianProgram() installs a program as root, after asking for the newest list, where it is missing", async () => {
  assertEquals(await installed({ there: true }), { answer: true, commands: [], said: [] });
  const { answer, commands } = await installed({ appears: true });
  assertEquals([answer, commands], [true, ["apt-get update", "apt-get install"]]);
});

// [a machine where that can't be, what is told]
const IMPOSSIBLE: [machine: Parameters<typeof installed>[0], says: RegExp][] = [
  [{ root: false }, /tests in a real browser are skipped\. Install the package chromium/],
  [{ install: { status: 127, lines: [] } }, /Cannot install Chromium: apt-get ended with 127/],
  [{ install: { status: 100, lines: ["E: no network"] } }, /E: no network; its tests are skipped/],
  [{ appears: false }, /Cannot install Chromium/],
];

Deno.test("installDebianProgram() tells where it can't, and that the tests are skipped", async () => {
  for (const [machine, says] of IMPOSSIBLE) {
    const { answer, said } = await installed(machine);
    assertEquals(answer, false);
    assertMatch(said.at(-1) ?? "", says);
  }
});

Deno.test("findChromium() finds a file in the first folder that has one, and takes no folder for it", async () => {
  const root = await Deno.makeTempDir();
  const before = Deno.env.get("CHROMIUM");
  Deno.env.delete("CHROMIUM");
  try {
    const [first, second] = [join(root, "first"), join(root, "second")];
    await Deno.mkdir(join(first, "chromium"), { recursive: true });
    await Deno.mkdir(second);
    await Deno.writeTextFile(join(second, "chromium"), "");
    const separator = Deno.build.os === "windows" ? ";" : ":";
    assertEquals(findChromium([first, second].join(separator)), `${second}/chromium`);
    Deno.env.set("CHROMIUM", join(root, "missing"));
    assertEquals(findChromium(second), `${second}/chromium`);
  } finally {
    if (before === undefined) Deno.env.delete("CHROMIUM");
    else Deno.env.set("CHROMIUM", before);
    await Deno.remove(root, { recursive: true });
  }
});
