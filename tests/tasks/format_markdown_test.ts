import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { formatMarkdown } from "../../tasks/format_markdown.ts";

Deno.test("formatMarkdown() gives what deno fmt gives, for the project's pages and for what has to be changed", async () => {
  const page = await Deno.readTextFile(fromFileUrl(new URL("../../README.md", import.meta.url)));
  const rough = "*a*  b\n\n| x | longer |\n|---|:-:|\n| 1 | 2 |\n\n" + "many words ".repeat(40) + "\n* one\n* two\n";
  for (const text of [page, rough]) {
    const args = ["fmt", "--no-config", "--ext=md", "--line-width=120", "-"];
    const process = new Deno.Command(Deno.execPath(), { args, stdin: "piped", stdout: "piped" }).spawn();
    const writer = process.stdin.getWriter();
    await writer.write(new TextEncoder().encode(text));
    await writer.close();
    assertEquals(formatMarkdown(text), new TextDecoder().decode((await process.output()).stdout));
  }
});
