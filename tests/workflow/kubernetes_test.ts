import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { findRsync } from "../../tasks/setup/debian_programs.ts";
import { trainingFolders } from "../tasks/run_task.ts";
import { startKubernetes } from "./kubernetes_cluster.ts";
import { recordsIn, startWorkflow, trainedEpochs, until, whyNoSnakemake, writeStudy } from "./workflow_process.ts";

const missing = await whyNoSnakemake() ??
  (findRsync() ? undefined : "rsync is not installed; as root on Debian `deno task test` installs it");
const RESOURCES = ["mem_mb=500", "disk_mb=1000", "gpu=1", "gpu_manufacturer='nvidia'", "scale=0"];

Deno.test({
  name:
    "on Kubernetes, neither a lost pod nor a killed driver loses a finished run, and all records are there at the " +
    "end, made by pods that share a volume only" + (missing ? ` (skipped: ${missing})` : ""),
  ignore: missing !== undefined,
  async fn() {
    await using folders = await trainingFolders();
    const runs = [{ data: [{ dataset: "synthetic" }], methods: ["better"], seeds: [1, 2] }];
    await writeStudy(folders, { runs });
    await using cluster = await startKubernetes();
    const snakemake = [
      ...["--container-image", "polydice:test", "--kubernetes-persistent-volumes", `polydice:${folders.root}`],
      ...["--seconds-between-status-checks", "1", "--default-resources", ...RESOURCES],
    ];
    const words = ["--executor", "kubernetes", "--threads", "1", "--", ...snakemake];
    const start = () => startWorkflow(folders, words, cluster.env);

    await using first = start();
    await until("a pod", () => cluster.running().length > 0, first);
    await cluster.lose(cluster.running()[0]);
    await until("a record", async () => (await recordsIn(folders)).size >= 1, first);
    await first.kill();
    const before = await recordsIn(folders);
    await until("the end of the first driver's pods", () => cluster.running().length === 0);

    const { code, text } = await start().output();
    assertEquals(code, 0, text);
    assertStringIncludes(text, "All 3 runs have their records");
    const after = await recordsIn(folders);
    assertEquals([after.size, after.has("polydice1-seed1"), after.has("polydice1-0.5-seed1")], [3, true, true]);
    // Not its time: Snakemake stores a record anew whose pod ended after the driver.
    for (const [name, { text }] of before) assertEquals(after.get(name)?.text, text, `${name} was made again`);
    for (const name of before.keys()) assertEquals(await trainedEpochs(folders, name), 2, name);

    assert(cluster.submitted.length >= 4, "the lost pod had no other in its place");
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
