import { assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";

const ROOT = fromFileUrl(new URL("../..", import.meta.url));

Deno.test("after the set-up a training, an evaluation or a prediction starts no program", async () => {
  const script = await Deno.makeTempFile({ suffix: ".ts" });
  const module = new URL("../../tasks/cli/start_nothing_more.ts", import.meta.url).href;
  await Deno.writeTextFile(
    script,
    `import { startNothingMore } from ${JSON.stringify(module)};
     const start = async () => void await new Deno.Command(Deno.execPath(), { args: ["--version"] }).output();
     console.log(await start().then(() => "started", ({ name }) => name));
     await startNothingMore();
     console.log(await start().then(() => "started", ({ name }) => name));`,
  );
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-prompt", "--no-check", `--config=${join(ROOT, "deno.json")}`, "-P=training", script],
  }).output();
  await Deno.remove(script);
  assertEquals(new TextDecoder().decode(stdout).trim().split("\n"), ["started", "NotCapable"]);
});

Deno.test("train, sweep, evaluate and predict give the permission up when they are a process of their own", async () => {
  for (const task of ["train", "sweep", "evaluate", "predict"]) {
    const text = await Deno.readTextFile(join(ROOT, "tasks", `${task}.ts`));
    assertEquals(/import\.meta\.main\) await startNothingMore\(\);/.test(text), true, task);
  }
});
