/**
 * What the user sees while notebooks run: how far it is, what it does, how long it still takes.
 *
 * @module
 */
import type { NotebookEvent } from "../notebooks/run_notebook.ts";
import { duration, type ProgressLine } from "../cli/progress_line.ts";
import { type KnownSeconds, timeLeft } from "../notebooks/time_left.ts";

/** What a notebook prints that is shown without `--verbose`, once: which device computes is never silent. */
const ALWAYS_SHOWN = /^Computing with /;
const REDRAW_MS = 1000;
/** Said of a time while nothing is known of this machine's pace. */
const ELSEWHERE = " on the machine that was measured";

/** The progress of a run of these notebooks, shown on a line. */
export function reproduceProgress(
  { names, known, line, verbose = false, now = () => performance.now() }: {
    readonly names: readonly string[];
    /** Seconds of earlier runs. */
    readonly known: KnownSeconds;
    readonly line: ProgressLine;
    /** Whether to print what the notebooks print. */
    readonly verbose?: boolean;
    /** Milliseconds since any moment. */
    readonly now?: () => number;
  },
) {
  const finished: number[] = [];
  const shown = new Set<string>();
  let current = 0, cell = 0, cells = 0, doing = "", began = 0, partBegan = 0;
  let seconds: number[] = [];
  let timer: ReturnType<typeof setInterval> | undefined;

  const since = (moment: number) => (now() - moment) / 1000;
  const left = () => timeLeft(known, { names, current, finished, parts: seconds, inPart: since(partBegan) });
  const draw = () => {
    const { notebook, all, elsewhere } = left();
    const times = [
      ...(notebook === undefined ? [] : [`${duration(notebook)} left here`]),
      ...(all === undefined ? [] : [`${duration(all)} in all`]),
    ];
    line.show([
      `[${current + 1}/${names.length}] ${names[current]}`,
      ...(cells ? [`cell ${cell}/${cells}`] : ["starting the kernel"]),
      duration(since(began)),
      ...(times.length ? [times.join(", ") + (elsewhere ? ELSEWHERE : "")] : []),
      ...(doing ? [doing] : []),
    ].join(" · "));
  };

  return {
    /** A notebook begins. */
    begin(index: number) {
      [current, cell, cells, doing, began, partBegan, seconds] = [index, 0, 0, "", now(), now(), []];
      const { all, elsewhere } = left();
      line.say(
        `[${index + 1}/${names.length}] ${names[index]}` +
          (all === undefined ? "" : ` (about ${duration(all)} left in all${elsewhere ? ELSEWHERE : ""})`),
      );
      timer = setInterval(draw, REDRAW_MS);
    },
    /** Something happens in it. */
    follow(event: NotebookEvent) {
      if (event.event === "kernel") {
        cells = event.cells;
        seconds.push(since(began));
        partBegan = now();
      }
      if (event.event === "cell_started") [cell, partBegan, doing] = [event.cell, now(), ""];
      if (event.event === "cell_finished") {
        seconds.push(event.seconds);
        partBegan = now();
      }
      if (event.event === "progress") doing = event.text;
      if (event.event === "stream") {
        for (const text of event.text.split("\n").filter((text) => text !== "")) {
          if (!verbose && (!ALWAYS_SHOWN.test(text) || shown.has(text))) continue;
          shown.add(text);
          line.say(`  ${text}`);
        }
      }
      draw();
    },
    /** It has run to its end; returns the seconds of its parts. */
    finish() {
      clearInterval(timer);
      line.clear();
      finished[current] = seconds.reduce((total, second) => total + second, 0);
      line.say(`      ${cells} cells, ${duration(since(began))}`);
      return seconds;
    },
    /** It has not. */
    stop() {
      clearInterval(timer);
      line.clear();
    },
  };
}
