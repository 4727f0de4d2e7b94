import { assertEquals, assertRejects } from "@std/assert";
import { TaskError } from "../../tasks/cli/task_error.ts";
import { command } from "../../tasks/reproduce.ts";

// [words, what the message tells]
const WRONG: [string, string][] = [
  ["--profile fast", "Allowed choices are smoke, quick, small, long, thesis"],
  ["--profile smke", "(Did you mean smoke?)"],
  ["--dataset kvasir", "there is no such folder or manifest"],
  ["--backend gpu", "Allowed choices are tensorflow, cpu, webgpu"],
  ["--seed 1.5", "whole number"],
  ["--seed 99999999999999999999", "whole number"],
  ["--notebooks 1-3", "Expected numbers with commas between, as in 1,3."],
  ["--notebooks 9", "Cannot run notebook 9: there are"],
  ["--data /none", 'Cannot read --data "/none": there is no such folder'],
  ["--cpu --gpu", "Cannot use --cpu and --gpu together"],
  ["--epochs 3", "unknown option '--epochs'"],
  ["quick", "too many arguments"],
  ["--data", "argument missing"],
];
for (const [line, message] of WRONG) {
  Deno.test(`deno task reproduce refuses "${line}" with status 2`, async () => {
    const error = await assertRejects(() => command.parseAsync(line.split(" "), { from: "user" }), TaskError, message);
    assertEquals(error.status, 2);
  });
}
