/**
 * Signals that end a program: Ctrl-C in a terminal, "Interrupt" in JupyterLab, a cluster that takes its node back, a machine
 * that shuts down. A training then ends without losing any of it. Imports no package.
 *
 * @module
 */

/** Signals that ask a program to end, with the exit status of a program that did. */
const ENDING_SIGNALS = [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129], ["SIGQUIT", 131]] as const;

/** Exit status of a program that a signal ended. */
export type SignalStatus = typeof ENDING_SIGNALS[number][1];

/**
 * Calls `handle` with the exit status when a signal asks this process to end, in place of its end.
 *
 * @returns gives the signals back
 */
export function onEndingSignal(handle: (status: SignalStatus) => void): () => void {
  const hangupIsIgnored = ignoresHangup(); // asked before the first listener, with which Deno hears all signals
  const removals = ENDING_SIGNALS.flatMap(([signal, status]) => {
    if (signal === "SIGQUIT" && Deno.build.os === "windows") return [];
    // Under nohup a listener that does nothing: Deno ends at a signal that it hears and has no listener for.
    const isIgnored = signal === "SIGHUP" && hangupIsIgnored;
    const listener = () => isIgnored ? undefined : handle(status);
    Deno.addSignalListener(signal, listener);
    return [() => Deno.removeSignalListener(signal, listener)];
  });
  return () => removals.forEach((remove) => remove());
}

let isIgnored: boolean | undefined;

/** Finds out now whether this process was started with SIGHUP ignored: by a program, which may be forbidden later. */
export function noteHangup(): void {
  ignoresHangup();
}

/**
 * Whether this process was started with SIGHUP ignored, as by nohup. A child is asked, which inherits that: Linux' own
 * account under /proc is closed to a program that has not every permission.
 */
function ignoresHangup(): boolean {
  return isIgnored ??= Deno.build.os !== "windows" &&
    Deno.permissions.querySync({ name: "run", command: "sh" }).state === "granted" &&
    new Deno.Command("sh", { args: ["-c", "kill -HUP $$"] }).outputSync().success;
}

/** Why a training ended early. */
export class Interrupted extends DOMException {
  /** @param status Exit status of a program that this signal ended. */
  constructor(readonly status: SignalStatus) {
    super("The training was interrupted. It is saved, and goes on from there next time.", "AbortError");
  }
}

/** Listens until it is disposed of; only so long do the signals not end the process. */
export interface Interruption {
  /** Aborted with {@linkcode Interrupted} when one of the signals comes. */
  readonly signal: AbortSignal;
  [Symbol.dispose](): void;
}

/** Starts to listen. */
export function listenForInterruption(): Interruption {
  const controller = new AbortController();
  const release = onEndingSignal((status) => controller.abort(new Interrupted(status)));
  return { signal: controller.signal, [Symbol.dispose]: release };
}
