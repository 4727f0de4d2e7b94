import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgumentError } from "@commander-js/extra-typings";
import { PROFILES } from "../../../lib/experiment/profiles.ts";
import { THESIS_EXPERIMENT } from "../../../lib/experiment/experiment.ts";
import { coreNumbers, fittingJobs, jobsWord, sharingWorkers, thisMachine } from "../../../tasks/training/shares.ts";

const cores = (count: number) => [...Array(count).keys()];

// [profile, cores, memory in GiB, gpu, jobs]
const CASES = [
  ["smoke", 2, 8, false, 2],
  ["quick", 2, 8, false, 2],
  ["quick", 16, 8, false, 8],
  ["quick", 2, 0.5, false, 1],
  ["quick", 16, 64, true, 1],
  ["small", 2, 8, false, 1],
  ["small", 16, 64, false, 8],
  ["thesis", 16, 64, false, 1],
] as const;
for (const [profile, count, gigabytes, gpu, jobs] of CASES) {
  const name = `${profile} on ${gpu ? "a GPU" : `${count} cores with ${gigabytes} GiB`}`;
  Deno.test(`fittingJobs() is ${jobs} for ${name}`, () => {
    const experiment = { ...THESIS_EXPERIMENT, ...PROFILES[profile].set };
    assertEquals(fittingJobs([experiment], { cores: cores(count), memory: gigabytes * 2 ** 30, gpu }), jobs);
  });
}

Deno.test("fittingJobs() goes by the largest network", () => {
  const experiments = [{ baseWidth: 2, imageSize: 32 }, { baseWidth: 64, imageSize: 256 }];
  assertEquals(fittingJobs(experiments, { cores: cores(16), memory: 2 ** 36 }), 1);
});

Deno.test("coreNumbers() reads Linux's list of cores", () => {
  assertEquals(coreNumbers("0-2,5,7-8"), [0, 1, 2, 5, 7, 8]);
});

Deno.test("sharingWorkers() binds each process to its cores, with as many threads", async () => {
  const workers = await sharingWorkers(["sh", "-c", "grep Cpus_allowed_list /proc/self/status"], 2);
  const { cores } = await thisMachine();
  const first = cores.slice(0, Math.max(1, Math.floor(cores.length / 2)));
  assertEquals(workers[0].env.TF_NUM_INTRAOP_THREADS, `${first.length}`);
  if (workers[0].command[0] !== "taskset") return; // not on this system
  const [program, ...args] = workers[0].command;
  const { stdout } = await new Deno.Command(program, { args }).output();
  assertEquals(coreNumbers(new TextDecoder().decode(stdout).split(/\s+/)[1]), first);
});

Deno.test("jobsWord() takes a number from 1, or auto", () => {
  assertEquals([jobsWord("3"), jobsWord("auto")], [3, "auto"]);
  for (const word of ["0", "-1", "all", ""]) assertThrows(() => jobsWord(word), InvalidArgumentError, "or auto");
});
