/**
 * The first import of every notebook: `import "../lib/notebook/prelude.ts";`.
 *
 * `deno jupyter` (2.8 to 2.9.8 at least) has two faults that cost a notebook its results without a word:
 *
 * 1. It may tell the front end that a cell is idle before the cell's outputs have left. Runners such as nbclient then lose
 *    them and JupyterLab puts them under the next cell. They come a few milliseconds late, so the cure is to wait.
 * 2. A promise that rejects with nobody awaiting it, an error thrown in a timer and an error in a Worker leave no trace in
 *    the notebook. The cure is to listen for them and to send each as an error output of the cell that runs then.
 *
 * Both cures hang on one private function of Deno, `Deno[Deno.internal].jupyter.broadcastResult`, which the kernel calls
 * after each cell that did not throw. Where it is absent (another Deno, a script, a browser) nothing is done. This file
 * and `show.ts` are the only ones that know of the kernel.
 *
 * An error output does not turn the kernel's reply into a failure. Whoever runs a notebook must look for error outputs,
 * and must run one more (empty) cell at the end, because an error that comes after the last cell is told by the next one.
 *
 * @module
 */

/** The part of the kernel's private object that is replaced. */
export interface KernelHook {
  /** Sends the value of a cell to the front end; errors of its display method become error outputs. */
  broadcastResult(executionCount: number, result: unknown): Promise<void>;
}

/** Sends one message to the front end, as `Deno.jupyter.broadcast` does. */
type Broadcast = (messageType: string, content: Record<string, unknown>) => unknown;

/** How long the repaired kernel waits, in milliseconds. */
interface RepairOptions {
  /** After each cell, for outputs under way and for rejections to come up. The latest ones measured were "a few ms". */
  settle?: number;
  /** For the display method of a cell's value, before it counts as hanging. */
  displayLimit?: number;
}

/** Marks a hook that has been replaced already, so that a second import changes nothing. */
const REPAIRED = Symbol.for("polydice.notebook.prelude");

/**
 * Replaces `hook.broadcastResult` by one that sends the result, waits until late outputs are out, and then sends every
 * error that nobody has handled since the last cell as an error output.
 *
 * @param events where unhandled rejections and errors are announced: `globalThis`
 * @returns whether the hook has been replaced; false where it already was
 */
export function repairKernel(
  hook: KernelHook,
  broadcast: Broadcast,
  events: EventTarget,
  { settle = 20, displayLimit = 60_000 }: RepairOptions = {},
): boolean {
  if (REPAIRED in hook) return false;
  const send = hook.broadcastResult.bind(hook);
  const unhandled: unknown[] = [];
  events.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    unhandled.push((event as PromiseRejectionEvent).reason);
  });
  events.addEventListener("error", (event) => {
    event.preventDefault();
    unhandled.push((event as ErrorEvent).error ?? (event as ErrorEvent).message);
  });
  hook.broadcastResult = async (executionCount, result) => {
    try {
      if (!isModule(result)) await withinLimit(send(executionCount, result), displayLimit);
    } catch (error) {
      broadcast("error", errorContent(error, "Cannot show the value of this cell"));
    }
    await wait(settle);
    if (unhandled.length === 0) return;
    for (const error of unhandled.splice(0)) {
      broadcast("error", errorContent(error, "Not awaited or handled, in this cell or an earlier one"));
    }
    await wait(settle);
  };
  Object.defineProperty(hook, REPAIRED, { value: true });
  return true;
}

/**
 * The content of a Jupyter error message for anything that was thrown.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(errorContent("no more", "Not awaited").evalue, "Not awaited: no more");
 * ```
 */
export function errorContent(thrown: unknown, circumstance: string) {
  const isError = thrown instanceof Error;
  const message = isError ? thrown.message : String(thrown);
  const evalue = `${circumstance}: ${message}`;
  const ename = isError ? thrown.name : "Error";
  const frames = (isError ? thrown.stack ?? "" : "").split("\n").filter((line) => /^\s+at /.test(line));
  return { ename, evalue, traceback: [`${ename}: ${evalue}`, ...frames] };
}

/** Whether a cell's value is only the module object that a bare `import "…"` leaves behind: nothing to show. */
function isModule(value: unknown): boolean {
  return Object.prototype.toString.call(value) === "[object Module]";
}

/** Settles as `work` does, or rejects after `limit` milliseconds. */
async function withinLimit(work: Promise<void>, limit: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`its display method has not finished after ${limit / 1000} s`)), limit);
  });
  try {
    await Promise.race([work, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** The kernel's private object, where this code runs in a `deno jupyter` that has it. */
function kernelHook(): KernelHook | undefined {
  try {
    if (!Deno.jupyter) return undefined; // outside the kernel the getter throws
    const internal = (Deno as unknown as { internal: symbol }).internal;
    const hook = (Deno as unknown as Record<symbol, { jupyter?: KernelHook }>)[internal]?.jupyter;
    return typeof hook?.broadcastResult === "function" ? hook : undefined;
  } catch {
    return undefined;
  }
}

const hook = kernelHook();
if (hook) {
  const broadcast: Broadcast = (messageType, content) =>
    Deno.jupyter.broadcast(messageType as "error", content as never);
  repairKernel(hook, broadcast, globalThis);
}
