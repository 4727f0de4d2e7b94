import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parse } from "@std/csv";
import { CVC_CLINICDB } from "../../lib/data/cvc_clinicdb.ts";
import { listImagePairs } from "../../lib/data/image_pairs.ts";
import { KVASIR_SEG } from "../../lib/data/kvasir_seg.ts";
import { findDatasets } from "../../lib/data/load_dataset.ts";
import { PROTOCOL_SPLIT_SEED, protocolSplitLists, publishedDataset } from "../../tasks/write_splits.ts";
import { readSplitFile } from "../../lib/data/real_dataset.ts";
import { runsOf } from "../../lib/experiment/study_runs.ts";
import { readStudy } from "../../tasks/training/study_file.ts";
import { realDataTest } from "../real_data.ts";

const lists = protocolSplitLists();
const rowsOf = (name: string) => parse(readSplitFile(name), { skipFirstRow: true });

Deno.test("data/splits holds what the library splits", () => {
  for (const [name, text] of Object.entries(lists)) {
    assert(
      readSplitFile(name) === text,
      `${name}: run \`deno run -P=tasks tasks/write_splits.ts\` where it is to change`,
    );
  }
});

Deno.test("there is a list of every split of the protocol, and of its seed", async () => {
  const runs = runsOf(await readStudy("protocol"));
  const wanted = runs.map(({ data }) => `${data.dataset}_${data.split}_seed${PROTOCOL_SPLIT_SEED}.csv`);
  assertEquals(Object.keys(lists).sort(), [...new Set(wanted)].sort());
  assertEquals([...new Set(runs.map(({ experiment }) => experiment.splitSeed))], [PROTOCOL_SPLIT_SEED]);
});

Deno.test("ClinicDB's test frames are of the video sequences that the notes on its results say", () => {
  const sequences = (name: string, test: boolean) => {
    const rows = rowsOf(name).filter(({ part }) => (part === "test") === test);
    return new Set(CVC_CLINICDB.groupsOf(rows.map(({ id }) => id)).groups);
  };
  assertEquals(sequences("cvc-clinicdb_grouped_seed0.csv", true).size, 3);
  const elsewhere = sequences("cvc-clinicdb_random_seed0.csv", false);
  for (const group of sequences("cvc-clinicdb_random_seed0.csv", true)) assert(elsewhere.has(group), group);
  const notes = Deno.readTextFileSync(new URL("../../results/protocol/README.md", import.meta.url)).replaceAll(
    /\s+/g,
    " ",
  );
  assertStringIncludes(notes, "The test frames are of 3 video sequences");
  assertStringIncludes(notes, "Every test frame has frames of its own video sequence in training or validation");
});

for (const definition of [KVASIR_SEG, CVC_CLINICDB]) {
  Deno.test(realDataTest(
    definition.name,
    `the lists of ${definition.name} hold the images as they are read from the folder, in their order`,
    async (directory) => {
      const folders = findDatasets(directory).find(({ name }) => name === definition.name)!;
      const { pairs } = await listImagePairs(folders, definition.extensions);
      const ids = pairs.map(({ id }) => id);
      assertEquals(ids, publishedDataset(definition.name).ids);
      assertEquals(definition.groupsOf(ids).groups, publishedDataset(definition.name).groups);
      for (const name of Object.keys(lists).filter((list) => list.startsWith(definition.name))) {
        assertEquals(rowsOf(name).map((row) => row.id), ids);
      }
    },
  ));
}
