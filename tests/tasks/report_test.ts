import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "@std/path";
import type { RunCommand } from "../../tasks/cli/child_process.ts";
import { projectFolder } from "../../tasks/setup/project_folder.ts";
import { makeReport, openPage } from "../../tasks/report.ts";
import { TaskError } from "../../tasks/cli/task_error.ts";

const project = projectFolder();

Deno.test("makeReport() tells a failure with its last words and keeps the results", async () => {
  const results = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(join(results, "results.md"), "the table");
    const run: RunCommand = () => Promise.resolve({ status: 1, lines: ["error: Cannot read run abc"] });
    const error = await assertRejects(() => makeReport(results, {}, project, run), TaskError, "Cannot make the report");
    assertMatch(error.message, /all other results are kept.*Cannot read run abc/s);
    assertEquals((await Array.fromAsync(Deno.readDir(results))).map(({ name }) => name), ["results.md"]);
  } finally {
    await Deno.remove(results, { recursive: true });
  }
});

const openers: [os: typeof Deno.build.os, command: string[]][] = [
  ["linux", ["xdg-open", "/r/report.html"]],
  ["darwin", ["open", "/r/report.html"]],
  ["windows", ["rundll32", "url.dll,FileProtocolHandler", "/r/report.html"]],
];

for (const [os, command] of openers) {
  Deno.test(`openPage() on ${os} calls ${command[0]}, and says where to go if that fails`, async () => {
    const called: string[][] = [];
    const ending = (status: number): RunCommand => (words) => {
      called.push([...words]);
      return Promise.resolve({ status, lines: [] });
    };
    assertEquals(await openPage("/r/report.html", { os, run: ending(0) }), undefined);
    assertEquals(called, [command]);
    assertMatch(
      await openPage("/r/report.html", { os, run: ending(127) }) ?? "",
      /Cannot open the report: there is no/,
    );
    assertMatch(await openPage("/r/report.html", { os, run: ending(3) }) ?? "", /ended with status 3; open the file/);
  });
}
