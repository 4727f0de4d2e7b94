import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parse } from "@std/csv";
import { clinicdbGroups, CVC_CLINICDB } from "../../lib/data/cvc_clinicdb.ts";
import { listImagePairs } from "../../lib/data/image_pairs.ts";
import { KVASIR_SEG, kvasirGroups } from "../../lib/data/kvasir_seg.ts";
import { findDatasets } from "../../lib/data/load_dataset.ts";
import { PROTOCOL_SPLIT_SEED, protocolSplitLists, publishedDataset } from "../../lib/data/split_lists.ts";
import { readSplitFile } from "../../lib/data/real_dataset.ts";
import { runsOf } from "../../lib/experiment/study_runs.ts";
import { readStudy } from "../../tasks/training/study_file.ts";
import { realDataTest } from "../real_data.ts";

const lists = protocolSplitLists();
const rowsOf = (name: string) => parse(readSplitFile(name), { skipFirstRow: true });

for (const [name, text] of Object.entries(lists)) {
  Deno.test(`data/splits/${name} is what the library splits`, () => {
    assert(readSplitFile(name) === text, "run `deno run -P=tasks tasks/write_splits.ts` where the split is to change");
  });
}

Deno.test("there is a list of every split of the protocol, and of its seed", async () => {
  const runs = runsOf(await readStudy("protocol"));
  const wanted = runs.map(({ data }) => `${data.dataset}_${data.split}_seed${PROTOCOL_SPLIT_SEED}.csv`);
  assertEquals(Object.keys(lists).sort(), [...new Set(wanted)].sort());
  assertEquals([...new Set(runs.map(({ experiment }) => experiment.splitSeed))], [PROTOCOL_SPLIT_SEED]);
});

// [list, numbers of training, validation and test images]
const sizes: [string, number[]][] = [
  ["kvasir-seg_grouped_seed0.csv", [800, 100, 100]],
  ["kvasir-seg_published_seed0.csv", [792, 88, 120]],
  ["cvc-clinicdb_random_seed0.csv", [490, 61, 61]],
];
for (const [name, expected] of sizes) {
  Deno.test(`data/splits/${name} has ${expected.join("/")} images, each once`, () => {
    const rows = rowsOf(name);
    assertEquals(
      ["train", "validation", "test"].map((part) => rows.filter((row) => row.part === part).length),
      expected,
    );
    assertEquals(new Set(rows.map(({ id }) => id)).size, rows.length);
  });
}

Deno.test("ClinicDB's test frames are of the video sequences that the notes on its results say", () => {
  const sequences = (name: string, test: boolean) => {
    const rows = rowsOf(name).filter(({ part }) => (part === "test") === test);
    return new Set(clinicdbGroups(rows.map(({ id }) => id)));
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

Deno.test("the lists by group have near-duplicates and video sequences on one side", () => {
  for (const [name, groupsOf] of [["kvasir-seg", kvasirGroups], ["cvc-clinicdb", clinicdbGroups]] as const) {
    const rows = rowsOf(`${name}_grouped_seed0.csv`);
    const groups = groupsOf(rows.map(({ id }) => id!));
    const sides = Map.groupBy(rows.keys(), (index) => groups[index]);
    assert(sides.size < rows.length);
    for (const [group, indices] of sides) {
      assertEquals(new Set(indices.map((index) => rows[index].part)).size, 1, group);
    }
  }
});

Deno.test("Kvasir-SEG's published list tests on the 120 published images", () => {
  const test = rowsOf("kvasir-seg_published_seed0.csv").filter(({ part }) => part === "test").map(({ id }) => id!);
  assertEquals(test.sort(), readSplitFile("kvasir_120_val.txt").trim().split("\n").sort());
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
