/**
 * Trains the methods of a session.
 *
 * @module
 */
import { runHash } from "../experiment/experiment.ts";
import { listenForInterruption } from "./interruption.ts";
import type { Run } from "./run.ts";
import { loadRun } from "./run_store.ts";
import type { Session, SessionListener, SessionRun } from "./session.ts";
import { trainInProcesses } from "./train_in_processes.ts";
import { type RunEvent, trainOrLoad } from "./train_or_load.ts";

/**
 * Trains or loads the runs of methods, in the order given. A signal that ends the program (Ctrl-C) ends a training and
 * saves it.
 *
 * @param options `sideBySide`: whether small networks are trained several at once on TensorFlow and a CPU, each in a
 *   process with as many cores and threads as it can keep busy; their numbers are those of a run with so many threads, and
 *   events of several runs come in turns, steps at most five a second. By default one after another, with all cores, and
 *   training waits for `onEvent`.
 */
export async function trainMethods(
  session: Session,
  methods: readonly string[],
  { onEvent, signal, sideBySide = false }: {
    readonly onEvent?: SessionListener;
    readonly signal?: AbortSignal;
    readonly sideBySide?: boolean;
  } = {},
): Promise<Run[]> {
  const { data, runs, backend } = session;
  using interruption = listenForInterruption();
  const ended = signal ? AbortSignal.any([signal, interruption.signal]) : interruption.signal;
  const wanted = methods.map((method, index): SessionRun => {
    const experiment = session.experiment(method);
    return { method, experiment, runNumber: index + 1, runCount: methods.length };
  });
  const stored = sideBySide
    ? await trainInProcesses(session, await missingRuns(session, wanted), { onEvent, signal: ended })
    : undefined;
  const trained: Run[] = [];
  for (const run of wanted) {
    let wasThere = false;
    const listen = (event: RunEvent) => {
      wasThere ||= event.kind === "loaded";
      if (event.kind !== "loaded" || !stored?.has(run)) return onEvent?.({ ...run, event });
    };
    const one = await trainOrLoad(run.experiment, data, { runs, backend, signal: ended, onEvent: listen });
    if (!wasThere) await onEvent?.({ ...run, event: { kind: "ended" } });
    trained.push(one);
  }
  return trained;
}

/** Those of the runs that are not stored, each experiment once. */
async function missingRuns({ data, runs, backend }: Session, wanted: readonly SessionRun[]): Promise<SessionRun[]> {
  const hashes = wanted.map(({ experiment }) => runHash(experiment, data.fingerprint, backend.name));
  const there = await Promise.all(hashes.map((hash) => loadRun(runs, hash)));
  return wanted.filter((_, index) => !there[index] && hashes.indexOf(hashes[index]) === index);
}
