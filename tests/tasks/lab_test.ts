import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { textLines } from "../../tasks/text_lines.ts";

Deno.test("deno task lab serves JupyterLab with the project's kernel on the loopback, and ends on SIGINT", async () => {
  const script = fromFileUrl(new URL("../../tasks/lab.ts", import.meta.url));
  const root = Deno.build.os !== "windows" && Deno.uid() === 0 ? ["--allow-root"] : [];
  const lab = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-P=tasks", script, "--no-browser", "--port=0", ...root],
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let address: URL | undefined;
  const words: string[] = [];
  for await (const line of textLines(lab.stderr)) {
    words.push(line);
    const match = /http:\/\/127\.0\.0\.1:\d+\/lab\?token=\w+/.exec(line);
    if (!match) continue;
    address = new URL(match[0]);
    const answer = await fetch(new URL(`/api/kernelspecs${address.search}`, address));
    const { default: _, kernelspecs } = await answer.json();
    assertEquals(kernelspecs.deno.spec.argv[0], Deno.execPath());
    const stranger = await fetch(new URL("/api/kernelspecs", address));
    assertEquals(stranger.status, 403);
    await stranger.body?.cancel();
    lab.kill("SIGINT");
    break;
  }
  assertEquals([(await lab.status).code, address === undefined ? words : []], [130, []]);
});
