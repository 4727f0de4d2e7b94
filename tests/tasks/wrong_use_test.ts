import { assertEquals } from "@std/assert";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { benchCommand } from "../../tasks/bench.ts";
import { exploreCommand } from "../../tasks/explore.ts";
import { command as exportCommand } from "../../tasks/export.ts";
import { command as reproduceCommand } from "../../tasks/reproduce.ts";
import { command as resultsCommand } from "../../tasks/results.ts";
import { command as sweepCommand } from "../../tasks/sweep.ts";
import { command as trainCommand } from "../../tasks/train.ts";
import { workflowCommand } from "../../tasks/workflow.ts";
import { runTask } from "./run_task.ts";

/** A study of synthetic images alone. */
const SYNTHETIC = await Deno.makeTempFile({ suffix: ".json" });
await Deno.writeTextFile(
  SYNTHETIC,
  JSON.stringify({
    title: "Drawn",
    profile: "smoke",
    runs: [{ data: [{ dataset: "synthetic" }], methods: ["dice"], seeds: [1] }],
  }),
);

/** What a task refuses with status 2: [words, what the message tells]. What every command refuses is in command_test.ts. */
const WRONG: Record<string, [command: () => CommandUnknownOpts, uses: [words: string, message: string][]]> = {
  bench: [() => benchCommand(() => {}), [
    ["--sizes 16/96", 'expected base width/image size/batch as in 16/96/8, found "16/96".'],
    ["--sizes 16/96/8,", 'found "".'],
    ["--sizes 16/100/8", 'expected an image size that is a multiple of 16, found 100 in "16/100/8".'],
    ["--sizes 7/96/8", 'expected an even base width, found 7 in "7/96/8".'],
    ["--sizes 0/96/8", "expected base width/image size/batch"],
    ["--work training", '"training" is none of train, mc, epoch.'],
    ["--precision float16", "is none of float32, bfloat16."],
    ["--work epoch --json rows.json", "Cannot use --json with --work epoch alone: it is for train and mc."],
    ["--work epoch --rounds 3", "Cannot use --rounds with --work epoch alone"],
    ["--rounds 0", "Expected a whole number from 1."],
  ]],
  explore: [exploreCommand, [
    ["--port 65536", "Expected a number up to 65535."],
    ["--build=", "Expected a path."],
    ["--build site --port 80", "'--build <folder>' cannot be used with option '--port <number>'"],
  ]],
  export: [() => exportCommand, [
    ["0123456789ab", "Cannot export run 0123456789ab: say where to with --to DIR."],
    ["--to out", "Cannot use --to without a run"],
    ["abc --to out --format onnx --names sequential", "Cannot use --names with --format onnx"],
  ]],
  reproduce: [() => reproduceCommand, [
    ["--profile smke", "(Did you mean smoke?)"],
    ["--dataset kvasir", "there is no such folder or manifest"],
    ["--seed 99999999999999999999", "whole number"],
    ["--notebooks 1-3", "Expected numbers with commas between, as in 1,3."],
    ["--notebooks 9", "Cannot run notebook 9: there are"],
    ["--data /none", 'Cannot read --data "/none": there is no such folder'],
    ["--cpu --gpu", "Cannot use --cpu and --gpu together"],
  ]],
  results: [() => resultsCommand, [["protocoll", 'Cannot read study "protocoll": there are ']]],
  sweep: [() => sweepCommand, [
    ["protocl", "(Did you mean protocol?)"],
    ["./none.json", 'Cannot read study "./none.json": there is no such file'],
    ["protocol --only dice,", "Expected words with commas between"],
    ["protocol --list --log x.jsonl", "option '--log <file>' cannot be used with option '--list'"],
    ["protocol --data /none --list", 'Cannot read --data "/none": there is no such folder'],
    [`${SYNTHETIC} --data / --list`, "Cannot use --data: it is for the published data sets"],
    ["protocol --list --runs x", "Cannot use --runs with --list"],
    ["protocol --json x.json", "Cannot use --json without --list"],
    ["protocol --jobs 0", "Expected a whole number from 1, or auto."],
    ["protocol --jobs 2 --list", "'--jobs <number>' cannot be used with option '--list'"],
    ["protocol --jobs 2 --run a.json", "cannot be used with option"],
    ["protocol --run dice.json", "Cannot train --run dice.json: the study protocol has no run of that record"],
  ]],
  train: [() => trainCommand, [
    ["", "required option '--method <name>' not specified"],
    ["--method dice --dataset kvasir", "there is no such folder or manifest, and the published data sets are called"],
    ["--method dice --split video", "Expected grouped, random, published, manifest or a fold"],
    ["--method dice --split published", "only kvasir-seg has a published split, found synthetic"],
    ["--method dice --split manifest", "it is for a manifest of your own images, found synthetic"],
    ["--method dice --fit pad", "Cannot use --fit: it is for your own images"],
    ["--method dice --groups groups.csv", "Cannot use --groups: it is for your own images"],
    ["--method dice --mask-value 1", "Cannot use --mask-value: it is for your own images"],
    ["--method dice --mask-value red", "Expected values as in 1 or 1,2 or 1-5"],
    ["--method dice --set slope", "Expected key=value"],
    ["--method dice --set speed=4", 'There is no setting "speed". There are imageCount'],
    ["--method dice --set augmentation=maybe", "Expected true or false"],
    ["--method dice --set epochs=many", "epochs must be"],
    ["--method adaptive --set loss=dice", 'adaptive ε needs a loss that reads ε (polydice1), found "dice"'],
    ["--method dice --set slope=4", "Cannot use --set slope: only the adaptive ε reads it"],
    ["--method adaptive --set focalGamma=3", 'Cannot use --set focalGamma: only the loss "focal" reads it'],
    ["--method focal --set epsilon=0.3", "Cannot use --set epsilon: only a loss that reads ε (polydice1) reads it"],
    ["--method dice --set seed=7", '"seed" has an option of its own, --seed 7'],
  ]],
  workflow: [() => workflowCommand([]), [
    ["protocol --executor slurm --cores 4", "say how many jobs at once after --"],
    ["protocol --cost --threads 3", "Cannot use --threads with --cost"],
    ["protocol --dry-run --tables", "Cannot use --tables with --dry-run"],
    ["protocol --data /none", "there is no such folder"],
    ["protocol --seconds-per-step 0", "Expected a number of seconds above 0"],
    ["protocol --executor kubernetes", "without --results, --runs, -- --container-image: pods share only a volume"],
    ["protocol --executor kubernetes --results /v/results --runs /v/runs", "without -- --container-image"],
  ]],
};

for (const [task, [command, uses]] of Object.entries(WRONG)) {
  Deno.test(`deno task ${task} refuses wrong uses with status 2`, async () => {
    for (const [words, message] of uses) {
      const { code, stderr } = await runTask(command(), words.split(" ").filter((word) => word !== ""));
      assertEquals([code, stderr.includes(message)], [2, true], `${words}: ${stderr}`);
    }
  });
}
