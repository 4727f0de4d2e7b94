/**
 * Signals that end a program as an abort signal: Ctrl-C in a terminal, "Interrupt" in JupyterLab, a cluster that takes its
 * node back, a machine that shuts down. A training then ends without losing any of it.
 *
 * @module
 */

/** Signals that ask a program to end, with the exit status of a program that did. */
export const ENDING_SIGNALS: readonly (readonly [signal: Deno.Signal, status: number])[] = Deno.build.os === "windows"
  ? [["SIGINT", 130]]
  : [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129], ["SIGQUIT", 131]];

/** Why a training ended early. */
export class Interrupted extends DOMException {
  /** @param status Exit status of a program that this signal ended. */
  constructor(readonly status: number) {
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
  const listeners = ENDING_SIGNALS.map(([signal, status]) => {
    const listener = () => controller.abort(new Interrupted(status));
    Deno.addSignalListener(signal, listener);
    return () => Deno.removeSignalListener(signal, listener);
  });
  return { signal: controller.signal, [Symbol.dispose]: () => listeners.forEach((remove) => remove()) };
}
