/**
 * A worker that trains nothing and does what a run's record is called: it is started with a folder, where it leaves a file
 * for each run that it begins.
 *
 * @module
 */
import { join } from "@std/path";
import { orders, tell } from "../../tasks/training/sweep_worker.ts";

const [folder] = Deno.args;
const isThere = (name: string) => Deno.stat(join(folder, name)).then(() => true, () => false);

for await (const record of orders(tell, Deno.stdin.readable)) {
  await Deno.writeTextFile(join(folder, record), `${Deno.pid}`);
  tell({ event: "said", text: "Computing with nothing" });
  const [deed, other] = record.split(" ");
  if (deed === "recorded" || deed === "busy") {
    tell({ event: "passed", why: deed });
    continue;
  }
  if (deed === "fail") {
    console.error("Cannot train: its loss is infinite");
    Deno.exit(1);
  }
  if (deed === "killed") Deno.kill(Deno.pid, "SIGKILL");
  if (deed === "meet") {
    // Goes on only where another worker has the other run at the same time.
    for (let tries = 0; !await isThere(other) && tries < 600; tries++) await new Promise((go) => setTimeout(go, 50));
    if (!await isThere(other)) Deno.exit(3);
  }
  if (deed === "warned") tell({ event: "said", text: "the checkpoint is damaged", ofRun: true });
  tell({ event: "step", epoch: 1, epochs: 2, loss: 0.5, done: 0.5 });
  tell({ event: "trained", text: "test Dice 0.5" });
}
