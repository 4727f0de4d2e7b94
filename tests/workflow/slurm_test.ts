import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { findSlurm } from "../../tasks/setup/debian_programs.ts";
import { trainingFolders } from "../tasks/training_tasks.ts";
import { startSlurm } from "./slurm_cluster.ts";
import { recordsIn, startWorkflow, trainedEpochs, until, whyNoSnakemake } from "./workflow_process.ts";

const missing = await whyNoSnakemake() ??
  (findSlurm() ? undefined : "Slurm is not installed; as root on Debian `deno task test` installs it");
const RUNS = [
  "--methods",
  "dice,focal",
  "--profile",
  "smoke",
  "--seeds",
  "1-2",
  "--executor",
  "slurm",
  "--threads",
  "1",
];
const RECORDS = ["dice-seed1", "dice-seed2", "focal-seed1", "focal-seed2"].map((run) => `${run}.json`);
const SNAKEMAKE = [
  ...["--slurm-no-account", "--slurm-status-command", "squeue", "--slurm-init-seconds-before-status-checks", "1"],
  ...["--jobs", "2", "--default-resources", "mem_mb=500", "runtime=10"],
];

Deno.test({
  name:
    "on Slurm, neither a killed driver nor a cancelled job loses a finished run, and all records are there at the end" +
    (missing ? ` (skipped: ${missing})` : ""),
  ignore: missing !== undefined,
  async fn() {
    await using folders = await trainingFolders();
    await using slurm = await startSlurm();
    const start = () => startWorkflow(folders, [...RUNS, "--", ...SNAKEMAKE], slurm.env);
    const first = start();
    await until("a record", async () => (await recordsIn(folders)).size >= 1, first);
    await first.kill();
    const before = await recordsIn(folders);
    assert(before.size < RECORDS.length, "it was killed too late to show anything");
    // Slurm's jobs do not end with the driver.
    await until("the end of the first driver's jobs", async () => (await slurm.jobs("PD,R,CG")).length === 0);
    const left = await recordsIn(folders);

    const second = start();
    await until("a job", async () => (await slurm.jobs("R")).length > 0, second);
    const [job] = await slurm.jobs("R");
    await slurm.cancel(job);
    const { code, text } = await second.output();
    assertEquals(code, 0, text);
    assertStringIncludes(text, `SLURM-job '${job}' failed, SLURM status is: 'CANCELLED'`);
    assertStringIncludes(text, "All 4 runs have their records");
    const after = await recordsIn(folders);
    assertEquals([...after.keys()].sort(), RECORDS);
    for (const [name, record] of left) assertEquals(after.get(name), record, `${name} was made again`);
    for (const name of before.keys()) assertEquals(await trainedEpochs(folders, name), 2, name);
  },
});
