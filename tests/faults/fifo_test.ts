import "../backend.ts";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { openSource } from "../../lib/data/acquisition/open_source.ts";
import { cachedDataset } from "../../lib/data/image_cache.ts";
import { ownSource } from "../../lib/data/image_source.ts";
import { listInputs, readInput } from "../../lib/data/input_images.ts";
import type { SegmentationDataset } from "../../lib/data/segmentation_dataset.ts";
import { examineFile } from "../../lib/data/verification/examine_pair.ts";
import type { Finding } from "../../lib/data/verification/checks.ts";
import { packRecords, readRecords } from "../../lib/results/record_store.ts";
import { CHECKPOINT_FILES, findCheckpoint } from "../../lib/training/checkpoint_store.ts";
import { findRuns, loadWeights } from "../../lib/training/run_store.ts";
import { makeResults } from "../../tasks/results.ts";
import { findNetwork } from "../../tasks/training/network.ts";
import { readStudy } from "../../tasks/training/study_file.ts";
import { madeRecord, madeRecords, madeStudy } from "../results/made_records.ts";
import { encodeRecord } from "../../lib/results/record_encoding.ts";
import { DATA, smallExperiment } from "../training/small_run.ts";
import { storeMadeRun } from "../training/stored_run.ts";

const OWNER = { experiment: smallExperiment(), data: DATA.fingerprint, backend: "tensorflow" };

/** Who opens the FIFO waits so long for somebody to write; then the test fails. */
const RESCUE_S = 5;

/** A test of what happens with a FIFO of this name in a new folder. */
function withFifo(title: string, name: string, test: (path: string, folder: string) => Promise<void>): void {
  Deno.test(`a FIFO as ${title} keeps nobody waiting`, { ignore: Deno.build.os === "windows" }, async () => {
    const folder = await Deno.makeTempDir();
    const path = join(folder, name);
    const run = await storeMadeRun(folder, { seed: 7 });
    await Deno.mkdir(join(path, ".."), { recursive: true });
    await new Deno.Command("mkfifo", { args: [path.replace("RUN", run.hash)] }).output();
    const rescue = new Deno.Command("bash", { args: ["-c", `sleep ${RESCUE_S}; : > "$0"`, path] }).spawn();
    const start = performance.now();
    try {
      await test(path, folder);
      assert(performance.now() - start < 1000 * RESCUE_S, "it waited for the FIFO");
    } finally {
      rescue.kill("SIGKILL");
      await rescue.status;
      await Deno.remove(folder, { recursive: true });
    }
  });
}

const FIFO = "found a FIFO";

withFifo("the run.json of a run", "0123456789ab/run.json", async (_, runs) => {
  const { runs: found, damaged } = await findRuns(runs);
  assertEquals([found.length, damaged.length], [1, 1]);
  assert(damaged[0].includes(FIFO));
  await assertRejects(() => findNetwork("0123", { runs, task: "evaluate" }), Error, FIFO);
  await assertRejects(() => loadWeights(runs, "0123456789ab", "best"), Error, FIFO);
});

withFifo("a checkpoint", CHECKPOINT_FILES[0], async (_, folder) => {
  const { checkpoint, warning } = await findCheckpoint(folder, OWNER);
  assertEquals(checkpoint, undefined);
  assert(warning?.includes(FIFO));
});

withFifo("a record", "records/a.json", async (_, folder) => {
  await Deno.writeTextFile(join(folder, "records.jsonl"), `${encodeRecord(madeRecord({ seed: 1 }))}\n`);
  const { records, damaged } = await readRecords(folder);
  assertEquals([records.length, damaged.map(({ place }) => place)], [1, ["records/a.json"]]);
});

withFifo("records.jsonl", "records.jsonl", async (_, folder) => {
  await assertRejects(() => readRecords(folder), Error, FIFO);
  assertEquals(await packRecords(folder), 0);
});

withFifo("a study", "study.json", async (path) => {
  await assertRejects(() => readStudy(path), Error, FIFO);
});

withFifo("weights", "network.safetensors", async (path, runs) => {
  await assertRejects(() => findNetwork(path, { runs, task: "predict" }), Error, FIFO);
});

withFifo("a list of images or of groups", "images.csv", async (path, folder) => {
  await assertRejects(() => ownSource("own", path), Error, "Cannot open");
  await Deno.mkdir(join(folder, "own", "images"), { recursive: true });
  await Deno.mkdir(join(folder, "own", "masks"));
  for (const part of ["images", "masks"]) await Deno.writeFile(join(folder, "own", part, "a.png"), Uint8Array.of(1));
  await assertRejects(() => ownSource("own", join(folder, "own"), path), Error, "no regular file");
});

withFifo("an image to predict", "a.png", async (path) => {
  await assertRejects(async () => await readInput(listInputs([path]).files[0]).next());
});

withFifo("an image to verify", "a.png", async (path) => {
  const findings: Finding[] = [];
  await examineFile(path, findings);
  assert(findings[0].message.includes(FIFO));
});

withFifo("an archive", "polyps.zip", async (path) => {
  await assertRejects(() => openSource(path), Error, FIFO);
});

withFifo("a cache of images", "polyps.images", async (path) => {
  const made = { name: "made", size: 1, ids: [], images: new Uint8Array(), masks: new Uint8Array() };
  const dataset = await cachedDataset({ file: path, source: 1 }, () => Promise.resolve(made as never));
  assertEquals((dataset as SegmentationDataset).name, "made");
});

withFifo("a table of results", `${madeStudy().name}/README.md`, async (path, results) => {
  const lines = madeRecords(madeStudy()).map((record) => `${encodeRecord(record)}\n`).join("");
  await Deno.writeTextFile(join(path, "..", "records.jsonl"), lines);
  await assertRejects(() => makeResults(madeStudy(), { results }), Error, FIFO);
});
