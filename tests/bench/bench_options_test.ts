import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { resolve } from "@std/path";
import { BENCH_HELP, type BenchOptions, parseBenchOptions } from "../../tasks/bench_options.ts";
import { TaskError } from "../../tasks/cli/task_error.ts";

const ROOT = resolve("/project");

function parse(line: string, env: Record<string, string> = {}): BenchOptions {
  return parseBenchOptions(line.split(" ").filter((word) => word !== ""), ROOT, env)!;
}

Deno.test("parseBenchOptions() measures everything by default", () => {
  const { plan, results, json, pytorch, resume } = parse("");
  assertEquals(plan.sizes.map(({ baseWidth }) => baseWidth), [8, 16, 32, 64]);
  assertEquals([plan.works, plan.precisions], [["train", "mc"], ["float32", "bfloat16"]]);
  assertEquals(plan.nativePrecisionsOnly, true);
  assertEquals([plan.compile, plan.growth, resume], [true, true, false]);
  assertEquals([results, json, pytorch], [resolve(ROOT, "results/bench"), undefined, undefined]);
});

Deno.test("parseBenchOptions() reads the line that scripts use", () => {
  const { plan, json } = parse("--sizes 16/96/8 --precision float32 --json out.json", { INIT_CWD: "/home/user" });
  assertEquals(plan.sizes, [{ baseWidth: 16, imageSize: 96, batch: 8 }]);
  assertEquals(plan.precisions, ["float32"]);
  assertEquals(plan.growth, false);
  assertEquals(json, resolve("/home/user/out.json"));
});

Deno.test("parseBenchOptions() reads every option", () => {
  const { plan, results, pytorch, resume } = parse(
    "--sizes 8/64/16,16/96/8,8/64/16 --work mc --precision bfloat16 --growth --profile --no-compile --rounds 3 --seconds 5 " +
      "--patience 0 --results out --pytorch python3.12 --resume",
    { INIT_CWD: "/home/user" },
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
  assertEquals([results, pytorch, resume], [resolve("/home/user/out"), "python3.12", true]);
});

Deno.test("parseBenchOptions() leaves --help to the caller, whose text names every option", () => {
  assertEquals(parseBenchOptions(["--help"], ROOT, {}), undefined);
  const names =
    "sizes work precision growth no-growth profile no-compile rounds seconds patience results json pytorch resume";
  for (const name of [...names.split(" "), "help"]) assertMatch(BENCH_HELP, new RegExp(`--${name}\\b`));
});

const wrong: [line: string, message: string][] = [
  ["--sizes 16/96", 'Cannot read --sizes "16/96": expected base width/image size/batch as in 16/96/8, found "16/96".'],
  ["--sizes 16/96/8,", 'found "".'],
  ["--sizes 16/100/8", 'expected an image size that is a multiple of 16, found 100 in "16/100/8".'],
  ["--sizes 7/96/8", 'expected an even base width, found 7 in "7/96/8".'],
  ["--sizes 0/96/8", "expected base width/image size/batch"],
  ["--work training", 'Cannot read --work "training": expected train or mc, found "training".'],
  ["--precision float16", 'Cannot read --precision "float16": expected float32 or bfloat16, found "float16".'],
  ["--rounds 0", 'Cannot read --rounds "0": expected a whole number from 1.'],
  ["--seconds 1.5", 'Cannot read --seconds "1.5": expected a whole number from 1.'],
  ["--patience x", 'Cannot read --patience "x": expected a whole number from 0.'],
  ["--growth --no-growth", "Cannot use --growth and --no-growth together: choose one."],
  ["--size 16/96/8", "Unknown option '--size'"],
  ["--size 16/96/8", "Valid are --sizes, --work,"],
  ["16/96/8", "Unexpected argument '16/96/8'"],
];

for (const [line, message] of wrong) {
  Deno.test(`parseBenchOptions() refuses "${line}": ${message}`, () => {
    assertEquals(assertThrows(() => parse(line), TaskError, message).status, 2);
  });
}
