import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { resolve } from "@std/path";
import { protocolPlan } from "../../lib/evaluation/protocol_plan.ts";
import { METHODS } from "../../lib/training/methods.ts";
import { ablationRuns, plannedRecordPath, protocolRuns } from "../../lib/training/planned_run.ts";
import { TaskError } from "../../tasks/cli/task_error.ts";
import { parseTrainOptions, TRAIN_HELP, trainArguments, type TrainOptions } from "../../tasks/train_options.ts";

const ROOT = resolve("/project");

function parse(line: string, env: Record<string, string> = {}): TrainOptions {
  return parseTrainOptions(line.split(" ").filter((word) => word !== ""), ROOT, env)!;
}

Deno.test("parseTrainOptions() takes the quick profile on synthetic images, split by group, seed 1", () => {
  assertEquals(parse("--method adaptive"), {
    planned: { profile: "quick", dataset: "synthetic", split: "grouped", method: "adaptive", seed: 1 },
    places: {
      results: resolve(ROOT, "runs/results"),
      data: undefined,
      runs: resolve(ROOT, "runs"),
      cache: resolve(ROOT, ".cache"),
      log: undefined,
      backend: undefined,
    },
  });
});

Deno.test("parseTrainOptions() reads every option", () => {
  const { planned, places } = parse(
    "--method tvmf --profile small --dataset kvasir-seg --split published --seed 7 --set slope=4 --set patience=10 " +
      "--name k4 --checkpoint-seconds 5 --data images --results out --runs weights --log log.jsonl --backend cpu",
    { INIT_CWD: "/home/user" },
  );
  assertEquals(planned, {
    profile: "small",
    dataset: "kvasir-seg",
    split: "published",
    method: "tvmf",
    seed: 7,
    ablation: { group: "tvmf", name: "k4", title: "slope=4, patience=10", changes: { slope: 4, patience: 10 } },
  });
  assertEquals(places, {
    results: resolve("/home/user/out"),
    data: resolve("/home/user/images"),
    runs: resolve("/home/user/weights"),
    cache: resolve(ROOT, ".cache"),
    log: resolve("/home/user/log.jsonl"),
    backend: "cpu",
    checkpointSeconds: 5,
  });
});

Deno.test("parseTrainOptions() names a run by its settings where --name does not", () => {
  const { ablation } = parse("--method adaptive --set slope=4 --set augmentation=false").planned;
  assertEquals(ablation?.name, "slope-4-augmentation-false");
});

Deno.test("parseTrainOptions() reads settings as profile and method have them", () => {
  const { planned } = parse("--method dice --profile smoke --set imageSize=36");
  assertEquals(planned.ablation?.changes, { imageSize: 36 }); // The thesis' depth 4 would not divide it, that of smoke does.
});

Deno.test("parseTrainOptions() falls back to the variables; an empty one counts as none", () => {
  const { data, backend } = parse("--method dice", { POLYDICE_DATA: "/images", POLYDICE_BACKEND: "cpu" }).places;
  assertEquals([data, backend], [resolve("/images"), "cpu"]);
  assertEquals(parse("--method dice", { POLYDICE_DATA: "", POLYDICE_BACKEND: "" }), parse("--method dice"));
});

Deno.test("parseTrainOptions() leaves --help to the caller, whose text names every option and every method", () => {
  assertEquals(parseTrainOptions(["--help"], ROOT, {}), undefined);
  const options =
    "method profile dataset split seed search-seed ablation set name checkpoint-seconds data results runs log backend help";
  for (const option of options.split(" ")) assertMatch(TRAIN_HELP, new RegExp(`^  --${option}\\b`, "m"));
  for (const method of ["dice", "adaptive", "dice-ce", "tvmf"]) assertStringIncludes(TRAIN_HELP, method);
});

Deno.test("trainArguments() name every run of the protocol and of the ablations", () => {
  const grid = { dataset: "kvasir-seg", split: "grouped", seeds: [1, 2] } as const;
  const plan = [...protocolRuns("small", protocolPlan("small")), ...ablationRuns("small", grid)];
  for (const planned of plan) {
    const read = parseTrainOptions(trainArguments(planned), ROOT, {})!.planned;
    assertEquals(plannedRecordPath(read), plannedRecordPath(planned));
    const { searchSeed: _, ...rest } = planned;
    assertEquals(read, METHODS[planned.method].searchesEpsilon ? planned : rest);
  }
});

// [words, what the message tells]
const wrong: [string, string][] = [
  ["", "no --method is given. There are dice, focal,"],
  ["--method unet", '--method "unet": expected one of dice, focal'],
  ["--method dice --profile tiny", '--profile "tiny": expected one of smoke, quick, small, long, thesis'],
  ["--method dice --dataset kvasir", '--dataset "kvasir": expected one of synthetic'],
  ["--method dice --split video", '--split "video": expected one of random, grouped, published'],
  ["--method dice --seed -1", "Cannot read the options"],
  ["--method dice --seed 1.5", '--seed "1.5": expected a whole number from 0'],
  ["--method dice --backend cuda", '--backend "cuda": expected one of'],
  ["--method dice --set slope --name a", '--set "slope": expected key=value'],
  ["--method dice --set speed=4 --name a", 'there is no setting "speed". There are dataset, imageCount'],
  ["--method dice --set epochs=many --name a", "epochs must be"],
  ["--method dice --set patience=-1 --name a", "patience must be an integer, 0 or more"],
  ["--method dice --set augmentation=maybe --name a", "expected true or false"],
  ["--method dice --name a", "--name is for runs with other settings"],
  ["--method adaptive --set loss=dice", 'adaptive ε needs the loss "polydice1"'],
  [
    "--method polydice1-fixed --set epsilon=0.1",
    "polydice1-fixed searches ε; --set epsilon=… is for --method polydice1",
  ],
  ["--method dice --set seed=7", "has an option of its own, --seed 7"],
  ["--method dice --set slope=4 --name ../a", '--name "../a": expected a–z'],
  ["--method adaptive --ablation slope", '--ablation "slope": expected one of reference/reference, interval/tau-1'],
  ["--method dice --ablation slope/k-4", "--ablation is of --method adaptive"],
  ["--method adaptive --ablation slope/k-4 --set slope=4 --name a", "stands without --set"],
  ["--method dice --search-seed 1", "--search-seed is for methods that search ε, and dice does not"],
  ["--method dice --epochs 4", "Valid are --method, --profile"],
  ["--method dice adaptive", "Cannot read the options"],
];
for (const [line, message] of wrong) {
  Deno.test(`parseTrainOptions() refuses "${line}" with status 2`, () => {
    const error = assertThrows(() => parse(line), TaskError, message);
    assertEquals(error.status, 2);
  });
}
