import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { resolve } from "@std/path";
import {
  checkFolders,
  HELP,
  notebookVariables,
  parseReproduceOptions,
  type ReproduceOptions,
} from "../../tasks/reproduce_options.ts";
import { TaskError } from "../../tasks/cli/task_error.ts";

const ROOT = resolve("/project");

function parse(line: string, env: Record<string, string> = {}): ReproduceOptions {
  return parseReproduceOptions(line.split(" ").filter((word) => word !== ""), ROOT, env)!;
}

Deno.test("parseReproduceOptions() has the quick profile and results/latest as defaults", () => {
  const options = parse("");
  assertEquals(options.profile, "quick");
  assertEquals(options.results, resolve(ROOT, "results/latest"));
  assertEquals(notebookVariables(options), { POLYDICE_PROFILE: "quick", POLYDICE_RESULTS: options.results });
});

Deno.test("parseReproduceOptions() reads every option", () => {
  const options = parse(
    "--profile smoke --dataset kvasir-seg --seed 7 --backend cpu --notebooks 3,1,3 --gpu --open --verbose",
  );
  assertEquals(options, {
    profile: "smoke",
    dataset: "kvasir-seg",
    data: undefined,
    seed: 7,
    backend: "cpu",
    results: resolve(ROOT, "results/latest"),
    processor: "gpu",
    notebooks: [1, 3],
    open: true,
    verbose: true,
  });
});

Deno.test("parseReproduceOptions() takes paths from the folder in which the command was typed", () => {
  const { data, results } = parse("--data ../images --results out", { INIT_CWD: "/somewhere/user/work" });
  assertEquals([data, results], [resolve("/somewhere/user/images"), resolve("/somewhere/user/work/out")]);
});

Deno.test("parseReproduceOptions() falls back to the variables, and passes every setting on", () => {
  const env = { POLYDICE_PROFILE: "small", POLYDICE_SEED: "3", POLYDICE_DATA: "/images", POLYDICE_BACKEND: "" };
  assertEquals(notebookVariables(parse("--profile smoke", env)), {
    POLYDICE_PROFILE: "smoke",
    POLYDICE_SEED: "3",
    POLYDICE_DATA: resolve("/images"),
    POLYDICE_RESULTS: resolve(ROOT, "results/latest"),
  });
});

Deno.test("parseReproduceOptions() leaves --help to the caller, whose text names every option", () => {
  assertEquals(parseReproduceOptions(["--help"], ROOT, {}), undefined);
  for (
    const name of [
      "profile",
      "data",
      "dataset",
      "seed",
      "backend",
      "results",
      "notebooks",
      "open",
      "cpu",
      "gpu",
      "verbose",
    ]
  ) {
    assertMatch(HELP, new RegExp(`--${name}\\b`));
  }
});

const wrong: [line: string, message: string][] = [
  ["--profile fast", 'Cannot read --profile "fast": expected one of smoke, quick, small, long, thesis.'],
  ["--dataset kvasir", 'Cannot read --dataset "kvasir": expected one of synthetic, kvasir-seg, cvc-clinicdb.'],
  ["--backend gpu", 'Cannot read --backend "gpu": expected one of tensorflow, cpu, webgpu.'],
  ["--seed 1.5", 'Cannot read --seed "1.5": expected a whole number from 0.'],
  ["--seed 99999999999999999999", "expected a whole number from 0."],
  ["--notebooks 1-3", 'Cannot read --notebooks "1-3": expected numbers with commas between, as in 1,3.'],
  ["--cpu --gpu", "Cannot use --cpu and --gpu together: choose one."],
  ["--epochs 3", "Unknown option '--epochs'"],
  ["--epochs 3", "Valid are --profile, --data,"],
  ["quick", "Unexpected argument 'quick'"],
  ["--data", "argument missing"],
];

for (const [line, message] of wrong) {
  Deno.test(`parseReproduceOptions() refuses "${line}": ${message}`, () => {
    assertEquals(assertThrows(() => parse(line), TaskError, message).status, 2);
  });
}

Deno.test("checkFolders() refuses a data folder that is missing and a results folder that is a file", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const file = resolve(folder, "file");
    await Deno.writeTextFile(file, "");
    await checkFolders(parse(`--data ${folder} --results ${folder}/new`));
    await assertRejects(() => checkFolders(parse(`--data ${folder}/none`)), TaskError, "there is no such folder");
    await assertRejects(() => checkFolders(parse(`--data ${file}`)), TaskError, "there is no such folder");
    await assertRejects(() => checkFolders(parse(`--results ${file}`)), TaskError, "it is a file, not a folder");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
