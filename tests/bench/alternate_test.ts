import { assertEquals } from "@std/assert";
import { alternate } from "../../bench/alternate.ts";
import type { Request } from "../../bench/messages.ts";
import type { WorkerProcess } from "../../bench/worker_process.ts";

/** A worker whose repetitions take made-up times. */
function madeWorker(name: string, milliseconds: number, log: string[]): WorkerProcess {
  return {
    ready: { framework: name, device: "none" },
    startMilliseconds: 0,
    ask<T>(request: Request): Promise<T> {
      if (request.operation !== "run") throw new Error(`asked for ${request.operation}`);
      log.push(`${name} ${request.count}`);
      return Promise.resolve({ milliseconds: Array(request.count).fill(milliseconds), value: 0 } as T);
    },
    usage: () => Promise.resolve({ processorSeconds: 0, peakBytes: 0 }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

Deno.test("alternate() lets the sides begin in turns and measures three rounds however late it is", async () => {
  const log: string[] = [];
  const plan = { rounds: 1000, seconds: 0, patience: 0 };
  const rounds = await alternate(madeWorker("ours", 300, log), madeWorker("peer", 400, log), plan);
  assertEquals(rounds.map(({ ours, peer }) => [ours, peer]), Array(3).fill([[300, 300], [400, 400]]));
  assertEquals(log, [
    ...["ours 2", "peer 2"], // estimates
    ...["ours 2", "peer 2", "peer 2", "ours 2", "ours 2", "peer 2"],
  ]);
});

Deno.test("alternate() leaves the first of many short repetitions out", async () => {
  const log: string[] = [];
  const plan = { rounds: 1000, seconds: 0, patience: 0 };
  const [round] = await alternate(madeWorker("ours", 50, log), madeWorker("peer", 60, log), plan);
  assertEquals([log[2], round.ours.length, round.peer.length], ["ours 11", 10, 10]);
});
