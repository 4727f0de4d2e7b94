import { assert, assertEquals } from "@std/assert";
import { type RandomStream, randomStream } from "../../lib/random/random_stream.ts";
import { textLines } from "../../lib/text/text_lines.ts";
import { backend } from "../backend.ts";
import { fileNames, runFolder, startTraining, storedNumbers, type TrainingRequest } from "./training_process.ts";

/** Kills in all; each finished run adds what is left over. */
const KILLS = 50;
const AT_ONCE = 2;

/** When a process is killed: a time after its start, a time after TensorFlow has started, or when it has written so often. */
type Death = { readonly kind: "starting" | "training"; readonly ms: number } | {
  readonly kind: "writing";
  /** Changes of temporary files. */
  readonly changes: number;
};

const STARTING_MS = 1000;
const TRAINING_MS = 1400;
const LARGEST_NUMBER_OF_CHANGES = 60;

function drawDeath(stream: RandomStream): Death {
  const kind = stream.uniform();
  if (kind < 0.1) return { kind: "starting", ms: STARTING_MS * stream.uniform() };
  if (kind < 0.5) return { kind: "training", ms: TRAINING_MS * stream.uniform() };
  return { kind: "writing", changes: stream.integer(1, LARGEST_NUMBER_OF_CHANGES) };
}

const CHANGES = { epochs: 12, epsilonControl: "adaptive" } as const;

/** A checkpoint after every step, so that much of the time is spent inside of saving. */
const request = (directory: string): TrainingRequest => ({ directory, changes: CHANGES, checkpointSeconds: 0 });

Deno.test({
  name: `trainings that are killed ${KILLS} times at random moments end like uninterrupted ones, to the bit`,
  ignore: backend.name !== "tensorflow",
  async fn() {
    const tally = { kills: 0, insideSaving: 0, runs: 0 };
    await using undisturbed = await temporaryFolder();
    await trainToTheEnd(request(undisturbed.path));
    const expected = await storedNumbers(runFolder(undisturbed.path, CHANGES));
    const runOne = async () => {
      await using killed = await temporaryFolder();
      const folder = runFolder(killed.path, CHANGES);
      await Deno.mkdir(folder);
      const stream = randomStream(++tally.runs, "kill");
      while (await trainAndKill(request(killed.path), folder, drawDeath(stream)) === "killed") {
        tally.kills++;
        if (fileNames(folder).some((name) => name.endsWith(".tmp"))) tally.insideSaving++;
      }
      assertEquals(await storedNumbers(folder), expected, "a run that was killed differs");
    };
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      while (tally.kills < KILLS) await runOne();
    }));
    console.log(`${tally.kills} kills, ${tally.insideSaving} of them inside of saving, of ${tally.runs} runs`);
    assert(tally.kills >= KILLS);
  },
});

async function temporaryFolder() {
  const path = await Deno.makeTempDir();
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

async function trainToTheEnd(training: TrainingRequest): Promise<void> {
  const { code, stderr } = await startTraining(training).output();
  assertEquals({ code, stderr: new TextDecoder().decode(stderr) }, { code: 0, stderr: "" });
}

/** Trains until death or the end, whichever comes first. No checkpoint may be damaged on the way. */
async function trainAndKill(training: TrainingRequest, folder: string, death: Death): Promise<"killed" | "finished"> {
  using watcher = Deno.watchFs(folder);
  const process = startTraining(training);
  let ended = false;
  const kill = () => ended || process.kill("SIGKILL");
  let timer: ReturnType<typeof setTimeout> | undefined;
  const startTimer = () => {
    if (death.kind !== "writing") timer ??= setTimeout(kill, death.ms);
  };
  if (death.kind === "starting") startTimer();
  const watching = death.kind === "writing" ? killWhileWriting(watcher, death.changes, kill) : undefined;
  const errors = process.stderr.text();
  const complaints: string[] = [];
  for await (const line of textLines(process.stdout)) {
    startTimer();
    if (line.includes('"kind":"warning"') || line.includes('"kind":"failed"')) complaints.push(line);
  }
  const { signal, code } = await process.status;
  ended = true;
  clearTimeout(timer);
  watcher.close();
  await watching;
  assertEquals(complaints, []);
  if (signal === "SIGKILL") return "killed";
  assertEquals({ code, errors: await errors }, { code: 0, errors: "" });
  return "finished";
}

async function killWhileWriting(watcher: Deno.FsWatcher, changes: number, kill: () => void): Promise<void> {
  let count = 0;
  for await (const { paths } of watcher) {
    if (paths.some((path) => path.endsWith(".tmp")) && ++count >= changes) return kill();
  }
}
