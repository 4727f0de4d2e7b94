import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { resolve } from "@std/path";
import { EVALUATE_HELP, type EvaluateOptions, parseEvaluateOptions } from "../../tasks/evaluate_options.ts";
import { TaskError } from "../../tasks/cli/task_error.ts";

const ROOT = resolve("/project");

function parse(line: string, env: Record<string, string> = {}): EvaluateOptions {
  const command = parseEvaluateOptions(line.split(" ").filter((word) => word !== ""), ROOT, env);
  if (command.kind !== "evaluate") throw new Error(command.kind);
  return command.options;
}

Deno.test("parseEvaluateOptions() evaluates a run's best weights on its own test images", () => {
  assertEquals(parse("01ab"), {
    network: { run: "01ab", weights: ["best"] },
    dataset: undefined,
    split: undefined,
    splitSeed: undefined,
    part: "test",
    size: undefined,
    count: undefined,
    passes: undefined,
    json: undefined,
    csv: undefined,
    runs: resolve(ROOT, "runs"),
    data: undefined,
    cache: resolve(ROOT, ".cache"),
    backend: undefined,
  });
});

Deno.test("parseEvaluateOptions() reads every option", () => {
  const line = "01ab --weights last,best --dataset cvc-clinicdb --split random --split-seed 4 --part all --size 96 " +
    "--count 20 --uncertainty --passes 5 --json e.json --csv e.csv --runs weights --data images --backend cpu";
  assertEquals(parse(line, { INIT_CWD: "/home/user" }), {
    network: { run: "01ab", weights: ["last", "best"] },
    dataset: "cvc-clinicdb",
    split: "random",
    splitSeed: 4,
    part: "all",
    size: 96,
    count: 20,
    passes: 5,
    json: resolve("/home/user/e.json"),
    csv: resolve("/home/user/e.csv"),
    runs: resolve("/home/user/weights"),
    data: resolve("/home/user/images"),
    cache: resolve(ROOT, ".cache"),
    backend: "cpu",
  });
  assertEquals(parse("01ab --uncertainty").passes, 0);
});

Deno.test("parseEvaluateOptions() takes a file of weights, and a folder of images from the variable", () => {
  const { network, data } = parse("net.safetensors --size 96 --dataset kvasir-seg", { POLYDICE_DATA: "/images" });
  assertEquals([network, data], [{ file: resolve(ROOT, "net.safetensors") }, resolve("/images")]);
});

Deno.test("parseEvaluateOptions() lists runs without a network, and has a help that names every option", () => {
  assertEquals(parseEvaluateOptions(["--runs", "/runs"], ROOT, {}), { kind: "list", runs: resolve("/runs") });
  assertEquals(parseEvaluateOptions(["--help"], ROOT, {}), { kind: "help" });
  const options = "weights dataset split split-seed part size count uncertainty passes json csv data runs backend help";
  for (const option of options.split(" ")) assertMatch(EVALUATE_HELP, new RegExp(`^  --${option}\\b`, "m"));
});

// [words, what the message tells]
const wrong: [string, string][] = [
  ["--dataset synthetic", "Cannot use --dataset without a network"],
  ["01ab 02cd", 'two networks at once: found "01ab" and "02cd"'],
  ["01ab --weights worst", '--weights "worst": expected one of best, last'],
  ["01ab --dataset kvasir", '--dataset "kvasir": expected one of'],
  ["01ab --split video", '--split "video": expected one of'],
  ["01ab --split-seed x", '--split-seed "x": expected a whole number'],
  ["01ab --part half", '--part "half": expected one of test, validation, train, all'],
  ["01ab --size 0", '--size "0": expected a whole number from 1'],
  ["01ab --count 0", '--count "0"'],
  ["01ab --uncertainty --passes 0", '--passes "0"'],
  ["01ab --passes 5", "Cannot use --passes without --uncertainty"],
  ["01ab --backend cuda", '--backend "cuda": expected one of'],
  ["01ab --seed 4", "Valid are --weights, --dataset"],
  ["a.safetensors --size 96", "give --size and --dataset"],
  ["a.safetensors --dataset synthetic", "give --size and --dataset"],
  ["a.safetensors --size 96 --dataset synthetic --weights last", "Cannot use --weights with a file"],
];
for (const [line, message] of wrong) {
  Deno.test(`parseEvaluateOptions() refuses "${line}" with status 2`, () => {
    const error = assertThrows(() => parse(line), TaskError, message);
    assertEquals(error.status, 2);
  });
}
