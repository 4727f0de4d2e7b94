import "../backend.ts";
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { disposeTree } from "../../lib/backend/tensor_tree.ts";
import {
  CHECKPOINT_FILES,
  findCheckpoint,
  removeCheckpoints,
  saveCheckpoint,
} from "../../lib/training/checkpoint_store.ts";
import { owner, smallCheckpoint } from "./small_checkpoint.ts";
import { smallExperiment } from "./small_run.ts";

const [NEWEST, PREVIOUS] = CHECKPOINT_FILES;

Deno.test("findCheckpoint() finds nothing in an empty folder, and says nothing", async () => {
  assertEquals(await found(await Deno.makeTempDir()), { value: undefined, warning: undefined });
});

Deno.test("saveCheckpoint() keeps the newest and the one before, and findCheckpoint() takes the newest", async () => {
  const folder = await folderWith(0.1, 0.2, 0.3);
  assertEquals(fileNames(folder), [...CHECKPOINT_FILES].sort());
  assertEquals(await found(folder), { value: 0.3, warning: undefined });
  await Deno.remove(join(folder, NEWEST));
  assertEquals(await found(folder), { value: 0.2, warning: undefined }, "a kill between the two renames");
});

Deno.test("findCheckpoint() falls back to the one before where the newest is damaged, and says so", async () => {
  const folder = await folderWith(0.1, 0.2);
  await damage(join(folder, NEWEST));
  const { value, warning } = await found(folder);
  assertEquals(value, 0.1);
  assertStringIncludes(warning!, NEWEST);
  assertStringIncludes(warning!, "The run goes on from the checkpoint before it.");
});

Deno.test("a damaged newest checkpoint never takes the place of the one before", async () => {
  const folder = await folderWith(0.1, 0.2);
  await damage(join(folder, NEWEST));
  await found(folder);
  await save(folder, 0.3);
  await damage(join(folder, NEWEST)); // the save that follows the fall-back is damaged as well
  assertEquals((await found(folder)).value, 0.1);
});

Deno.test("findCheckpoint() says that the run starts anew where both generations are damaged", async () => {
  const folder = await folderWith(0.1, 0.2);
  for (const name of CHECKPOINT_FILES) await damage(join(folder, name));
  const { value, warning } = await found(folder);
  assertEquals(value, undefined);
  assertStringIncludes(warning!, "The run starts from the beginning.");
});

Deno.test("findCheckpoint() refuses a checkpoint of another run, names the file and leaves it where it is", async () => {
  const folder = await folderWith(0.1);
  const other = { ...owner, experiment: smallExperiment({ seed: 9 }) };
  const error = await assertRejects(() => findCheckpoint(folder, other), Error, "seed: 1 → 9");
  assertStringIncludes((error as Error).message, `The file is ${join(folder, NEWEST)}; delete it`);
  assertEquals(fileNames(folder), [NEWEST]);
});

Deno.test("removeCheckpoints() removes both generations and a damaged one", async () => {
  const folder = await folderWith(0.1, 0.2);
  await damage(join(folder, PREVIOUS));
  await Deno.remove(join(folder, NEWEST));
  await found(folder);
  await save(folder, 0.3);
  await removeCheckpoints(folder);
  assertEquals(fileNames(folder), []);
});

async function folderWith(...values: number[]): Promise<string> {
  const folder = await Deno.makeTempDir();
  for (const value of values) await save(folder, value);
  return folder;
}

async function save(folder: string, value: number): Promise<void> {
  const checkpoint = smallCheckpoint(value);
  await saveCheckpoint(folder, checkpoint, owner);
  disposeTree([checkpoint.state, checkpoint.bestWeights]);
}

async function found(folder: string) {
  const { checkpoint, warning } = await findCheckpoint(folder, owner);
  if (checkpoint) disposeTree([checkpoint.state, checkpoint.bestWeights]);
  return { value: checkpoint?.progress.epsilonState.epsilon[0], warning };
}

async function damage(file: string): Promise<void> {
  const bytes = await Deno.readFile(file);
  bytes[bytes.length - 3] ^= 16;
  await Deno.writeFile(file, bytes);
}

function fileNames(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}
