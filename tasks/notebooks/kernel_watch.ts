/**
 * What the notebook runner imports into the kernel before the first cell: it notes what a kernel keeps silent about, and
 * gives the runner a marker to wait for.
 *
 * `deno jupyter` reports neither a rejection that nobody awaits, nor an error in a timer, nor one in a Worker. Here they
 * are noted and handed over with the marker. Outputs reach the runner first in, first out: when the marker that was sent
 * last has come, every output of the cell has.
 *
 * The kernel also ends itself when the runner that started it is gone, killed without a chance to end it.
 *
 * @module
 */

/** An error that happened outside what a cell awaited. */
export interface SilentFault {
  /** The class of the error, `TypeError`. */
  name: string;
  /** What was not awaited, and the error's message. */
  message: string;
  traceback: string[];
}

const PARENT_CHECK_MS = 2000;
const faults: SilentFault[] = [];

function note(origin: string, error: unknown): void {
  const known = error instanceof Error;
  faults.push({
    name: known ? error.name : "Error",
    message: `${origin}: ${known ? error.message : String(error)}`,
    traceback: (known && error.stack ? error.stack : String(error)).split("\n"),
  });
}

addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  note("a promise that nobody awaits was rejected", event.reason);
});
addEventListener("error", (event) => {
  event.preventDefault();
  note("an error outside of any cell, as in a timer or a Worker", event.error ?? event.message);
});

const parent = Deno.ppid;
Deno.unrefTimer(setInterval(() => {
  if (Deno.ppid !== parent) Deno.exit(1);
}, PARENT_CHECK_MS));

/** Sends the marker `polydice_settled` with the faults that were noted since the last one. */
export async function settle(waitMs: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, waitMs));
  await Deno.jupyter.broadcast("polydice_settled", { faults: faults.splice(0) });
}

Object.assign(globalThis, { [Symbol.for("polydice.settle")]: settle });
