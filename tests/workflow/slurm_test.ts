import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { findSlurm, findSlurmProgram } from "../../tasks/setup/debian_programs.ts";
import { trainingFolders } from "../tasks/run_task.ts";
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

/**
 * Starts a Slurm of one node on this machine, with its own key, ports and folders, bound to the loopback, nothing in /etc:
 * munged, slurmctld and slurmd. Waits until the node takes jobs.
 *
 * @throws {Error} with what the servers said, where it does not come up
 */
async function startSlurm() {
  const folder = await Deno.makeTempDir({ prefix: "polydice_slurm_" });
  const host = Deno.hostname().split(".")[0];
  const env = await writeConfiguration(folder, host);
  const servers: Deno.ChildProcess[] = [];
  const output = (name: string, args: string[]) =>
    new Deno.Command(findSlurmProgram(name)!, { args, env, stdin: "null" }).output();
  const text = async (name: string, args: string[]) => new TextDecoder().decode((await output(name, args)).stdout);
  const start = (name: string, ...args: string[]) => {
    const options = { args, env, stdin: "null", stdout: "null", stderr: "null" } as const;
    servers.push(new Deno.Command(findSlurmProgram(name)!, options).spawn());
  };
  const stop = async () => {
    await output("scancel", ["--me"]);
    await until("the jobs' end", async () => (await text("squeue", ["-h"])).trim() === "", undefined, 20).catch(
      () => {},
    );
    for (const server of servers.reverse()) {
      try {
        server.kill("SIGTERM");
      } catch (error) {
        if (!(error instanceof TypeError)) throw error; // it has ended
      }
      await server.status;
    }
    await Deno.remove(folder, { recursive: true });
  };
  try {
    const munge = ["key-file=munge.key", "socket=munge.sock", "pid-file=munged.pid", "seed-file=munged.seed"];
    const files = [...munge, "log-file=munged.log"].map((word) => `--${word.replace("=", `=${folder}/`)}`);
    start("munged", "--foreground", "--force", ...files);
    await until("munged's socket", () => isThere(join(folder, "munge.sock")), undefined, 20);
    start("slurmctld", "-D", "-c");
    start("slurmd", "-D", "-N", "node");
    await until("an idle node", async () => /^idle/.test(await text("sinfo", ["-h", "-o", "%T"])), undefined, 20);
  } catch (error) {
    const logs = await Promise.all(
      ["munged", "slurmctld", "slurmd"].map((name) => Deno.readTextFile(join(folder, `${name}.log`)).catch(() => "")),
    );
    await stop();
    throw new Error(`Cannot start Slurm: ${(error as Error).message}\n${logs.join("\n")}`);
  }
  return {
    /** Variables for programs that use it. */
    env,
    /** Numbers of the jobs in a state, as in `"RUNNING"`, oldest first. */
    jobs: async (state: string) =>
      (await text("squeue", ["-h", "-S", "i", "-t", state, "-o", "%i"])).split("\n").filter((line) => line).map(Number),
    async cancel(job: number) {
      await output("scancel", [`${job}`]);
    },
    [Symbol.asyncDispose]: stop,
  };
}

/** Writes all files of the cluster; returns the variables that name them. */
async function writeConfiguration(folder: string, host: string): Promise<Record<string, string>> {
  const bin = join(folder, "bin");
  const config = join(folder, "slurm.conf");
  for (const name of ["state", "spool", "bin"]) await Deno.mkdir(join(folder, name));
  await Deno.chmod(folder, 0o711); // munged asks for a socket that everybody can reach
  await Deno.writeFile(join(folder, "munge.key"), crypto.getRandomValues(new Uint8Array(1024)), { mode: 0o400 });
  const user = Deno.uid();
  await Deno.writeTextFile(
    config,
    `ClusterName=test
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=${freePort()}
SlurmdPort=${freePort()}
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
AuthType=auth/munge
AuthInfo=socket=${folder}/munge.sock
CredType=cred/munge
SlurmUser=${user}
SlurmdUser=${user}
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
SlurmdParameters=config_overrides
NodeName=node NodeHostname=${host} NodeAddr=127.0.0.1 CPUs=2 RealMemory=64000
PartitionName=main Nodes=node Default=YES MaxTime=INFINITE
`,
  );
  await Deno.writeTextFile(join(folder, "cgroup.conf"), cgroupConfiguration());
  // The executor takes SLURM_CONF from the job's own srun; a cluster has its configuration where srun looks.
  const srun = `#!/bin/sh\nSLURM_CONF='${config}' exec ${findSlurmProgram("srun")} "$@"\n`;
  await Deno.writeTextFile(join(bin, "srun"), srun, { mode: 0o755 });
  return { SLURM_CONF: config, PATH: `${bin}:${Deno.env.get("PATH")}` };
}

/** Without systemd and without control groups, as in a container; Slurm before 23 has no word for the latter. */
function cgroupConfiguration(): string {
  const { stdout } = new Deno.Command(findSlurmProgram("slurmctld")!, { args: ["-V"] }).outputSync();
  const major = Number(/(\d+)\./.exec(new TextDecoder().decode(stdout))?.[1] ?? 0);
  return major < 24 ? "IgnoreSystemd=yes\n" : "CgroupPlugin=disabled\n";
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

function isThere(path: string): Promise<boolean> {
  return Deno.stat(path).then(() => true, () => false);
}
