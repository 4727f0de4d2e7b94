/**
 * What is written into every page so that it needs nothing from outside: style sheet, scripts, and Vega's own builds.
 *
 * @module
 */

/** The text of a page's style sheet and scripts. */
export interface PageAssets {
  readonly style: string;
  /** Chooses the theme before anything is drawn. */
  readonly themeScript: string;
  /** Draws the charts. */
  readonly chartScript: string;
  /** Vega, Vega-Lite and Vega-Embed, in the order in which they are to run. */
  readonly vega: readonly string[];
}

/** Builds for browsers that lie beside the modules of their packages. */
const VEGA_BUILDS = [["vega", "vega.min.js"], ["vega-lite", "vega-lite.min.js"], ["vega-embed", "vega-embed.min.js"]];

/** Reads the files; all of them lie on the disk once the packages are installed. */
export async function readPageAssets(): Promise<PageAssets> {
  const read = (name: string, base: string = import.meta.url) => Deno.readTextFile(new URL(name, base));
  const [style, themeScript, chartScript, ...vega] = await Promise.all([
    read("style.css"),
    read("theme.js"),
    read("charts.js"),
    // A package's source map is another file, which a page that stands alone does not have.
    ...VEGA_BUILDS.map(async ([name, file]) =>
      (await read(file, import.meta.resolve(name))).replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n")
    ),
  ]);
  return { style, themeScript, chartScript, vega };
}
