import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { findSlurm } from "../../tasks/setup/debian_programs.ts";
import { trainingFolders } from "../tasks/run_task.ts";
import { startSlurm } from "./slurm_cluster.ts";
import { recordsIn, startWorkflow, trainedEpochs, until, whyNoSnakemake, writeStudy } from "./workflow_process.ts";

const missing = await whyNoSnakemake() ??
  (findSlurm() ? undefined : "Slurm is not installed; as root on Debian `deno task test` installs it");
const RUNS = ["dice-seed1", "dice-seed2", "focal-seed1", "focal-seed2"];
const SNAKEMAKE = [
  ...["--slurm-no-account", "--slurm-status-command", "squeue", "--slurm-init-seconds-before-status-checks", "1"],
  ...["--jobs", "2", "--default-resources", "mem_mb=500", "runtime=10"],
];

Deno.test({
  name:
    "on Slurm, neither a killed driver nor a cancelled job loses a finished run, all records are there at the end, and a " +
    "driver that is asked to end takes its jobs with it" +
    (missing ? ` (skipped: ${missing})` : ""),
  ignore: missing !== undefined,
  async fn() {
    await using folders = await trainingFolders();
    const runs = [{ data: [{ dataset: "synthetic" }], methods: ["dice", "focal"], seeds: [1, 2] }];
    await writeStudy(folders, { runs, choices: {} });
    await using slurm = await startSlurm();
    const words = ["--executor", "slurm", "--threads", "1", "--", ...SNAKEMAKE];
    const start = () => startWorkflow(folders, words, slurm.env);
    await using first = start();
    await until("a record", async () => (await recordsIn(folders)).size >= 1, first);
    await first.kill();
    const before = await recordsIn(folders);
    assert(before.size < RUNS.length, "it was killed too late to show anything");
    // Slurm's jobs do not end with the driver.
    await until("the end of the first driver's jobs", async () => (await slurm.jobs("PD,R,CG")).length === 0);
    const left = await recordsIn(folders);

    await using interrupted = start();
    await until("a job", async () => (await slurm.jobs("R")).length > 0, interrupted);
    Deno.kill(interrupted.pid, "SIGTERM");
    assertEquals((await interrupted.output()).code, 143);
    await until("the end of its jobs", async () => (await slurm.jobs("PD,R,CG")).length === 0);
    assert((await recordsIn(folders)).size < RUNS.length, "it was interrupted too late to show anything");

    await using second = start();
    await until("a job", async () => (await slurm.jobs("R")).length > 0, second);
    const [job] = await slurm.jobs("R");
    await slurm.cancel(job);
    const { code, text } = await second.output();
    assertEquals(code, 0, text);
    assertStringIncludes(text, `SLURM-job '${job}' failed, SLURM status is: 'CANCELLED'`);
    assertStringIncludes(text, "All 4 runs have their records");
    const after = await recordsIn(folders);
    assertEquals([...after.keys()].sort(), RUNS);
    for (const [name, record] of left) assertEquals(after.get(name), record, `${name} was made again`);
    for (const name of before.keys()) assertEquals(await trainedEpochs(folders, name), 2, name);
  },
});
