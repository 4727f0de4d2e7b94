import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { fromFileUrl, join, resolve } from "@std/path";
import { benchCommand, type BenchOptions } from "../../tasks/bench.ts";
import { TaskError } from "../../tasks/cli/task_error.ts";

const ROOT = fromFileUrl(new URL("../..", import.meta.url));

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
  assertEquals([results, json, pytorch], [resolve(ROOT, "results/bench"), undefined, undefined]);
});

Deno.test("deno task bench reads the line that scripts use", async () => {
  const { plan, json } = await parse("--sizes 16/96/8 --precision float32 --json /home/user/out.json");
  assertEquals(plan.sizes, [{ baseWidth: 16, imageSize: 96, batch: 8 }]);
  assertEquals(plan.precisions, ["float32"]);
  assertEquals([plan.growth, plan.nativePrecisionsOnly], [false, false]);
  assertEquals(json, resolve("/home/user/out.json"));
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
  assertEquals((await parse("--no-growth")).plan.growth, false);
  assertEquals((await parse("--pytorch /opt/../usr/python")).pytorch, resolve("/usr/python"));
});

const wrong: [line: string, message: string][] = [
  ["--sizes 16/96", 'expected base width/image size/batch as in 16/96/8, found "16/96".'],
  ["--sizes 16/96/8,", 'found "".'],
  ["--sizes 16/100/8", 'expected an image size that is a multiple of 16, found 100 in "16/100/8".'],
  ["--sizes 7/96/8", 'expected an even base width, found 7 in "7/96/8".'],
  ["--sizes 0/96/8", "expected base width/image size/batch"],
  ["--work training", '"training" is none of train, mc.'],
  ["--precision float16", "is none of float32, bfloat16."],
  ["--rounds 0", "Expected a whole number from 1."],
  ["--seconds 1.5", "Expected a whole number from 0."],
  ["--patience x", "Expected a whole number from 0."],
  ["--size 16/96/8", "unknown option '--size' (Did you mean --sizes?)"],
  ["16/96/8", "too many arguments"],
];

for (const [line, message] of wrong) {
  Deno.test(`deno task bench refuses "${line}" with status 2: ${message}`, async () => {
    assertEquals((await assertRejects(() => parse(line), TaskError, message)).status, 2);
  });
}

Deno.test("deno task bench measures nothing where the folder for its results is another's, and leaves it", async () => {
  const folder = await Deno.makeTempDir({ prefix: "polydice_bench_" });
  try {
    await Deno.writeTextFile(join(folder, "bench.md"), "mine");
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", "--no-prompt", "-P=tasks", "tasks/bench.ts", "--results", folder],
      cwd: ROOT,
    }).output();
    assertEquals(code, 1);
    assertMatch(
      new TextDecoder().decode(stderr),
      /^Cannot write into .*: it holds files that `bench` did not make.*\n$/,
    );
    assertEquals(await Deno.readTextFile(join(folder, "bench.md")), "mine");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("results/bench is deno task bench's own, so that it can be measured anew", async () => {
  const folder = join(ROOT, "results", "bench");
  const { task, files } = JSON.parse(await Deno.readTextFile(join(folder, ".polydice.json")));
  const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).filter((name) => name[0] !== ".");
  assertEquals([task, Object.keys(files).sort()], ["bench", names.sort()]);
  for (const name of names) {
    const hash = await crypto.subtle.digest("SHA-256", await Deno.readFile(join(folder, name)));
    assertEquals(files[name], new Uint8Array(hash).toHex(), name);
  }
});
