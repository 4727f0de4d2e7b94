import { assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import config from "../../../deno.json" with { type: "json" };

const CHECK = fromFileUrl(new URL("../../../tasks/cli/deno_version.ts", import.meta.url));

/** Starts a module that no Deno can read, under a Deno that says to be of a version. */
async function started(version: string): Promise<{ code: number; told: string }> {
  const folder = await Deno.makeTempDir({ prefix: "polydice_version_" });
  try {
    const [pretence, broken] = [join(folder, "pretence.ts"), join(folder, "broken.ts")];
    const other = `{ value: { ...Deno.version, deno: ${JSON.stringify(version)} } }`;
    await Deno.writeTextFile(pretence, `Object.defineProperty(Deno, "version", ${other});`);
    await Deno.writeTextFile(broken, "const = 1;");
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", `--preload=${pretence}`, `--preload=${CHECK}`, broken],
      env: { NO_COLOR: "1" },
    }).output();
    return { code, told: new TextDecoder().decode(stderr).trim() };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a Deno that is too old is told so before it reads what it can't, with the version that is needed", async () => {
  for (const version of ["1.46.3", "2.5.6", "2.8.3"]) {
    const { code, told } = await started(version);
    assertEquals([code, told.split("\n").length], [1, 1], told);
    assertMatch(
      told,
      new RegExp(`^Cannot start: expected Deno 2\\.9\\.0 or newer, found ${RegExp.escape(version)}\\.`),
    );
  }
});

Deno.test("a Deno that is new enough goes on", async () => {
  for (const version of ["2.9.0", "2.9.6", "2.10.0", "3.0.0-rc.1"]) {
    assertMatch((await started(version)).told, /SyntaxError/);
  }
});

Deno.test("every task checks Deno's version first", () => {
  const commands = Object.values(config.tasks).map(({ command }) => command);
  const unchecked = commands.filter((line) => line.startsWith("deno run")).filter((line) =>
    !line.includes(" --preload=tasks/cli/deno_version.ts ")
  );
  assertEquals(unchecked, []);
});
