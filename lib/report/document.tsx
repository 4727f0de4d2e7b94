/** @jsxImportSource preact */
/**
 * The shell of a page that works alone, opened from the disk: head, style, scripts, theme switch, landmarks. Style sheet,
 * scripts and Vega's own builds are written into it, so that it needs nothing from outside.
 *
 * Text becomes HTML by Preact's components, which escape whatever they are given. Behind that stands a content security
 * policy that lets only the page's own scripts run, known by their hashes, and lets nothing be fetched: should markup ever
 * get in with the data, it can neither run nor tell anybody.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { ComponentChildren, VNode } from "preact";
import { renderToString } from "preact-render-to-string";

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

/** What a page consists of. */
export interface PageContent {
  readonly title: string;
  /** One sentence for who finds the page. */
  readonly description: string;
  /** Links beside the theme switch. */
  readonly navigation: readonly PageLink[];
  /** What stands above the content: title and facts. */
  readonly header: VNode;
  readonly main: VNode;
  readonly footer: VNode;
  /** Whether the page has charts and needs Vega. */
  readonly charts: boolean;
}

/** A link of a page's navigation. */
export interface PageLink {
  readonly href: string;
  readonly text: string;
}

/** The whole page as an HTML document. */
export function htmlDocument(content: PageContent, assets: PageAssets): string {
  const theme = inlineScript(assets.themeScript);
  const scripts = content.charts ? [...assets.vega, assets.chartScript].map(inlineScript) : [];
  return "<!doctype html>\n" + renderToString(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta httpEquiv="Content-Security-Policy" content={securityPolicy([theme, ...scripts])} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="description" content={content.description} />
        <title>{content.title}</title>
        <link rel="icon" href="data:," />
        <Style text={assets.style} />
        <Script text={theme} />
      </head>
      <body>
        <a class="skip" href="#content">Skip to the content</a>
        <nav class="bar" aria-label="Sections">
          <ul>
            {content.navigation.map(({ href, text }) => (
              <li key={href}>
                <a href={href}>{text}</a>
              </li>
            ))}
          </ul>
          <ThemeSwitch />
        </nav>
        <header>{content.header}</header>
        <main id="content">{content.main}</main>
        <footer>{content.footer}</footer>
        {content.charts && (
          <noscript>
            <p class="notice">The charts need JavaScript; their tables do not.</p>
          </noscript>
        )}
        {scripts.map((text, index) => <Script key={index} text={text} />)}
      </body>
    </html>,
  );
}

/** A part of a page with a heading that the navigation leads to. */
export function Section({ id, title, children }: { id: string; title: string; children: ComponentChildren }): VNode {
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      {children}
    </section>
  );
}

function ThemeSwitch(): VNode {
  return (
    <fieldset class="theme">
      <legend class="hidden">Colours of the page</legend>
      {["auto", "light", "dark"].map((theme) => (
        <label key={theme}>
          <input type="radio" name="theme" value={theme} checked={theme === "auto"} /> <span>{theme}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Script({ text }: { text: string }): VNode {
  // deno-lint-ignore react-no-danger -- a script of the project or of Vega, never data; its text cannot end the element
  return <script dangerouslySetInnerHTML={{ __html: text }} />;
}

function Style({ text }: { text: string }): VNode {
  // deno-lint-ignore react-no-danger -- the project's own style sheet
  return <style dangerouslySetInnerHTML={{ __html: text }} />;
}

/** A script as it may stand inside a page: no text of it ends the element, line ends are those that the browser hashes. */
function inlineScript(source: string): string {
  return source.replaceAll(/\r\n?/g, "\n").replaceAll(/<(?=\/script|!--)/gi, "\\x3C");
}

function securityPolicy(scripts: readonly string[]): string {
  const hashes = scripts.map((text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`);
  return [
    "default-src 'none'",
    `script-src ${hashes.join(" ")}`,
    "style-src 'unsafe-inline'", // Vega sets styles on its elements
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}
