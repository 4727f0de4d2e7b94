import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { findRsync } from "../../tasks/setup/debian_programs.ts";
import { trainingFolders } from "../tasks/training_tasks.ts";
import { startKubernetes } from "./kubernetes_cluster.ts";
import { recordsIn, startWorkflow, trainedEpochs, until, whyNoSnakemake } from "./workflow_process.ts";

const missing = await whyNoSnakemake() ??
  (findRsync() ? undefined : "rsync is not installed; as root on Debian `deno task test` installs it");
const RUNS = ["--methods", "polydice1,polydice1-fixed", "--profile", "smoke", "--seeds", "1"];
const RECORDS = ["polydice1-fixed-seed1.json", "polydice1-seed1.json"];
const RESOURCES = ["mem_mb=500", "disk_mb=1000", "gpu=1", "gpu_manufacturer='nvidia'", "scale=0"];

Deno.test({
  name:
    "on Kubernetes, neither a lost pod nor a killed driver loses a finished run, and all records are there at the " +
    "end, made by pods that share a volume only" + (missing ? ` (skipped: ${missing})` : ""),
  ignore: missing !== undefined,
  async fn() {
    await using folders = await trainingFolders();
    await using cluster = await startKubernetes();
    const snakemake = [
      ...["--container-image", "polydice:test", "--kubernetes-persistent-volumes", `polydice:${folders.root}`],
      ...["--seconds-between-status-checks", "1", "--default-resources", ...RESOURCES],
    ];
    const words = [...RUNS, "--executor", "kubernetes", "--threads", "1", "--", ...snakemake];
    const start = () => startWorkflow(folders, words, cluster.env);

    const first = start();
    await until("a pod", () => cluster.running().length > 0, first);
    await cluster.lose(cluster.running()[0]);
    await until("a record", async () => (await recordsIn(folders)).size >= 1, first);
    await first.kill();
    const before = await recordsIn(folders);
    assertEquals([...before.keys()], RECORDS.slice(1), "the run that waits for this one came first");
    await until("the end of the first driver's pods", () => cluster.running().length === 0);

    const { code, text } = await start().output();
    assertEquals(code, 0, text);
    assertStringIncludes(text, "All 2 runs have their records");
    const after = await recordsIn(folders);
    assertEquals([...after.keys()].sort(), RECORDS);
    // Not its time: Snakemake stores a record anew whose pod ended after the driver.
    for (const [name, { text }] of before) assertEquals(after.get(name)?.text, text, `${name} was made again`);
    assertEquals(await trainedEpochs(folders, RECORDS[1]), 2);

    assert(cluster.submitted.length >= 3, "the lost pod had no other in its place");
    for (const { spec } of cluster.submitted) {
      const [{ image, resources, volumeMounts }] = spec.template.spec.containers;
      assertEquals(image, "polydice:test");
      assertEquals(resources.requests, {
        cpu: "950m",
        memory: "500M",
        "ephemeral-storage": "1000M",
        "nvidia.com/gpu": "1",
      });
      assertEquals(resources.limits?.["nvidia.com/gpu"], "1");
      assert(volumeMounts.some(({ name, mountPath }) => name === "polydice" && mountPath === folders.root));
    }
  },
});
