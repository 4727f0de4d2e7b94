/**
 * SIGINT as an abort signal: Ctrl-C in a terminal, or "Interrupt" in JupyterLab, ends a training without losing any of it.
 *
 * @module
 */

/** Listens until it is disposed of; only so long does the signal not end the process. */
export interface Interruption {
  /** Aborted when SIGINT comes. */
  readonly signal: AbortSignal;
  [Symbol.dispose](): void;
}

/** Starts to listen for SIGINT. */
export function listenForInterruption(): Interruption {
  const controller = new AbortController();
  const interrupt = () =>
    controller.abort(
      new DOMException("The training was interrupted. It is saved, and goes on from there next time.", "AbortError"),
    );
  Deno.addSignalListener("SIGINT", interrupt);
  return { signal: controller.signal, [Symbol.dispose]: () => Deno.removeSignalListener("SIGINT", interrupt) };
}
