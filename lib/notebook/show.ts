/**
 * What a notebook's cell calls to show something: charts, pictures, tables, text and progress.
 *
 * In the kernel an output goes to the front end as one bundle of media types. Outside a kernel, where the cells run as a
 * plain module, its words are printed, so that notebooks can be checked and run as scripts.
 *
 * Besides `prelude.ts` this is the only file that talks to the kernel.
 *
 * @module
 */
import { checkedSize, type MimeBundle, type Picture, pictureBundle } from "./mime_bundle.ts";
import { type Progress, type ProgressOptions, throttledProgress } from "./progress.ts";
import { type Table, tableBundle } from "./tables.ts";
import { type Chart, chartBundle } from "./vega_lite.ts";

/** Text in Markdown, with formulas between dollar signs. */
export interface Markdown {
  readonly markdown: string;
}

/** What can be shown. */
export type Showable = Chart | Picture | Table | Markdown;

/** Least time between two states of a progress, in milliseconds. */
const INTERVAL = { shown: 250, printed: 5000 } as const;

/**
 * Shows something under the cell that runs. Await it, as the last statement of a cell too.
 *
 * @throws {RangeError} where the output is larger than the kernel carries
 * @throws {Error} where a chart cannot be drawn
 */
export async function show(item: Showable): Promise<void> {
  publish(await bundleOf(item));
}

/**
 * Starts a display of progress that changes in place and whose last state stays in the saved notebook.
 *
 * @example Show the epochs of a training
 * ```ts
 * const progress = showProgress({ label: "Dice", total: 2 });
 * for (const epoch of [1, 2]) await progress.update({ done: epoch, values: { loss: 1 / epoch } });
 * await progress.finish();
 * ```
 */
export function showProgress(options: ProgressOptions): Progress {
  const display_id = crypto.randomUUID();
  let begun = false;
  const sink = (bundle: MimeBundle) => {
    publish(bundle, { display_id, update: begun });
    begun = true;
  };
  return throttledProgress(options, sink, { interval: kernel() ? INTERVAL.shown : INTERVAL.printed });
}

/** The output that {@link show} sends for an item. */
export async function bundleOf(item: Showable): Promise<MimeBundle> {
  if ("markdown" in item) return markdownBundle(item);
  if ("png" in item) return pictureBundle(item);
  if ("cells" in item) return tableBundle(item);
  return await chartBundle(item);
}

function markdownBundle({ markdown }: Markdown): MimeBundle {
  return { data: { "text/markdown": markdown, "text/plain": markdown }, metadata: {} };
}

/** Sends an output to the front end, or prints its words where there is none. */
function publish(
  bundle: MimeBundle,
  { display_id, update = false }: { display_id?: string; update?: boolean } = {},
): void {
  checkedSize(bundle);
  const jupyter = kernel();
  if (!jupyter) {
    console.log(bundle.data["text/plain"]);
    return;
  }
  jupyter.broadcast(update ? "update_display_data" : "display_data", {
    data: bundle.data,
    metadata: bundle.metadata,
    transient: display_id ? { display_id } : {},
  });
}

/** The kernel's interface, where this code runs in one; elsewhere asking for it throws. */
function kernel(): typeof Deno.jupyter | undefined {
  try {
    return Deno.jupyter;
  } catch {
    return undefined;
  }
}
