/**
 * A process that trains one method of a session and tells how it goes: see train_in_processes.ts.
 *
 * Its argument is a {@linkcode MethodOrder} as JSON; it writes a {@linkcode MethodReport} a line. When its input closes it
 * saves what it has trained, and ends.
 *
 * @module
 */
import { writeToStdout } from "../text/text_lines.ts";
import { Interrupted } from "./interruption.ts";
import { openSession } from "./session.ts";
import type { MethodOrder, MethodReport } from "./train_in_processes.ts";
import { trainMethods } from "./train_methods.ts";

/** Milliseconds between two steps that are told. */
const STEP_MS = 200;

async function work({ options, method }: MethodOrder): Promise<void> {
  const leash = new AbortController();
  (async () => {
    for await (const _ of Deno.stdin.readable);
    leash.abort(new Interrupted(143));
  })();
  const session = await openSession(options);
  let told = -Infinity;
  await trainMethods(session, [method], {
    signal: leash.signal,
    onEvent({ event }) {
      if (
        event.kind === "loaded" || event.kind === "ended" ||
        (event.kind === "step" && performance.now() - told < STEP_MS)
      ) return;
      if (event.kind === "step") told = performance.now();
      const report: MethodReport = { event };
      const text = JSON.stringify(report, (name, value) => name === "checkpoint" ? undefined : value);
      writeToStdout(`${text}\n`);
    },
  });
}

await work(JSON.parse(Deno.args[0]));
Deno.exit(0); // it may still read its input
