import { assertEquals, assertRejects } from "@std/assert";
import { join, resolve } from "@std/path";
import { bench, benchCommand, type BenchOptions } from "../../tasks/bench.ts";
import { progressLine } from "../../tasks/cli/progress_line.ts";
import { projectFolder } from "../../tasks/setup/project_folder.ts";

async function parse(line: string): Promise<BenchOptions> {
  let found: BenchOptions | undefined;
  const command = benchCommand((options) => {
    found = options;
  });
  await command.parseAsync(line.split(" ").filter((word) => word !== ""), { from: "user" });
  return found!;
}

Deno.test("deno task bench measures everything by default", async () => {
  const { plan, results, json, pytorch, resume } = await parse("");
  assertEquals(plan.sizes.map(({ baseWidth }) => baseWidth), [8, 16, 32, 64]);
  assertEquals([plan.works, plan.precisions], [["train", "mc"], ["float32", "bfloat16"]]);
  assertEquals(plan.nativePrecisionsOnly, true);
  assertEquals([plan.compile, plan.growth, plan.profile, resume], [true, true, false, undefined]);
  assertEquals([plan.rounds, plan.seconds, plan.patience], [7, 20, 20]);
  assertEquals([results, json, pytorch], [join(projectFolder().root, "runs", "bench"), undefined, undefined]);
});

Deno.test("deno task bench reads every option", async () => {
  const { plan, results, pytorch, resume } = await parse(
    "--sizes 8/64/16,16/96/8,8/64/16 --work mc --precision bfloat16 --growth --profile --no-compile --rounds 3 --seconds 5 " +
      "--patience 0 --results /home/out --pytorch python3.12 --resume",
  );
  assertEquals(plan, {
    sizes: [{ baseWidth: 8, imageSize: 64, batch: 16 }, { baseWidth: 16, imageSize: 96, batch: 8 }],
    works: ["mc"],
    precisions: ["bfloat16"],
    nativePrecisionsOnly: false,
    compile: false,
    growth: true,
    profile: true,
    rounds: 3,
    seconds: 5,
    patience: 0,
  });
  assertEquals([results, pytorch, resume], [resolve("/home/out"), "python3.12", true]);
  const scripts = await parse("--sizes 16/96/8 --precision float32 --json /home/out.json");
  assertEquals([scripts.plan.growth, scripts.plan.nativePrecisionsOnly, scripts.json], [
    ...[false, false, resolve("/home/out.json")],
  ]);
  const whole = await parse("--work epoch --images /home/images");
  assertEquals([whole.plan.works, whole.epochs, whole.images], [[], true, resolve("/home/images")]);
  await assertRejects(() => parse("--images /home/images"), Error, "it is what --work epoch trains on");
  assertEquals((await parse("--no-growth")).plan.growth, false);
  assertEquals((await parse("--pytorch /opt/../usr/python")).pytorch, resolve("/usr/python"));
});

Deno.test("deno task bench measures nothing where the folder for its results is another's, and leaves it", async () => {
  const results = await Deno.makeTempDir({ prefix: "polydice_bench_" });
  try {
    await Deno.writeTextFile(join(results, "bench.md"), "mine");
    const { plan } = await parse("");
    const measured = bench({ plan, results }, projectFolder(), progressLine());
    await assertRejects(() => measured, Error, "it holds files that `bench` did not make");
    assertEquals(await Deno.readTextFile(join(results, "bench.md")), "mine");
  } finally {
    await Deno.remove(results, { recursive: true });
  }
});

Deno.test("results/bench is deno task bench's own, so that it can be measured anew", async () => {
  const folder = join(projectFolder().root, "results", "bench");
  const { task, files } = JSON.parse(await Deno.readTextFile(join(folder, ".polydice.json")));
  const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).filter((name) => name[0] !== ".");
  assertEquals([task, Object.keys(files).sort()], ["bench", names.sort()]);
  for (const name of names) {
    const hash = await crypto.subtle.digest("SHA-256", await Deno.readFile(join(folder, name)));
    assertEquals(files[name], new Uint8Array(hash).toHex(), name);
  }
});
