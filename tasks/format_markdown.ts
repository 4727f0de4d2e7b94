/**
 * Markdown as `deno fmt` leaves it, without starting it: by the plugin that Deno has built in.
 *
 * @module
 */
import { createFromBuffer, type Formatter } from "@dprint/formatter";
import { getPath } from "@dprint/markdown";

let formatter: Formatter | undefined;

/** The text with lines of at most 120 columns and aligned tables, so that it passes the project's own check. */
export function formatMarkdown(text: string): string {
  if (formatter === undefined) {
    formatter = createFromBuffer(Deno.readFileSync(getPath()));
    formatter.setConfig({ lineWidth: 120 }, { textWrap: "always" });
  }
  return formatter.formatText({ filePath: "page.md", fileText: text });
}
