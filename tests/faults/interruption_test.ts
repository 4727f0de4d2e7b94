import { assert, assertEquals, assertMatch } from "@std/assert";
import { CHECKPOINT_FILES } from "../../lib/training/checkpoint_store.ts";
import { backend } from "../backend.ts";
import {
  fileNames,
  interruptAfter,
  runFolder,
  startTraining,
  storedNumbers,
  trainingCommand,
} from "./training_process.ts";

const CHANGES = { epochs: 25, epsilonControl: "adaptive" } as const;
const ignore = Deno.build.os === "windows" || backend.name !== "tensorflow";

Deno.test({
  name:
    "SIGINT, SIGTERM, SIGHUP and SIGQUIT end a training after the step under way and save it; it ends like another one, to the bit",
  ignore,
  async fn() {
    const [whole, directory] = [await Deno.makeTempDir(), await Deno.makeTempDir()];
    const undisturbed = startTraining({ directory: whole, changes: CHANGES }).output(); // meanwhile
    const folder = runFolder(directory, CHANGES);
    for (const [index, signal] of (["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const).entries()) {
      const training = startTraining({ directory, changes: CHANGES });
      const lines = await interruptAfter(1 + 2 * index, training, signal);
      assertEquals([(await training.status).code, await training.stderr.text()], [1, ""]);
      assertEquals(lines.at(-1), {
        kind: "failed",
        message: "The training was interrupted. It is saved, and goes on from there next time.",
      });
      assert(lines.every(({ kind }) => kind !== "finished" && kind !== "warning"));
      assertEquals(lines.some(({ kind }) => kind === "resumed"), index > 0, "it goes on from the one before");
      assert(
        fileNames(folder).every((name) => [...CHECKPOINT_FILES, "run.lock"].includes(name)),
        "nothing half-written",
      );
    }
    for (const ended of [startTraining({ directory, changes: CHANGES }).output(), undisturbed]) {
      const { code, stderr } = await ended;
      assertEquals({ code, stderr: new TextDecoder().decode(stderr) }, { code: 0, stderr: "" });
    }
    assertEquals(await storedNumbers(folder), await storedNumbers(runFolder(whole, CHANGES)));
    for (const each of [whole, directory]) await Deno.remove(each, { recursive: true });
  },
});

Deno.test({
  name: "SIGINT on a full disk: the training says that it could not be saved, and what is there",
  ignore,
  async fn() {
    const directory = await Deno.makeTempDir();
    const command = trainingCommand({ directory, changes: CHANGES });
    const args = ["-c", `trap '' XFSZ; ulimit -f 0; exec "$@"`, "bash", ...command];
    const training = new Deno.Command("bash", { args, stdin: "null", stdout: "piped", stderr: "piped" }).spawn();
    const { message } = (await interruptAfter(2, training)).at(-1)!;
    assertEquals([(await training.status).code, await training.stderr.text()], [1, ""]);
    assertMatch(message!, /^Cannot save the training that ends early: File too large.* There is no checkpoint yet\.$/);
    assertEquals(fileNames(runFolder(directory, CHANGES)), []);
    await Deno.remove(directory, { recursive: true });
  },
});
