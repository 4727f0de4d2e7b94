/**
 * Markdown with formulas, as notebooks have it, as HTML.
 *
 * Formulas become MathML, which browsers draw themselves: no fonts, no script. Markup inside the Markdown is shown as the
 * text that it is, and links lead only where a page may send its reader.
 *
 * @module
 */
import { Marked, type Tokens } from "marked";
import markedKatex from "marked-katex-extension";
import { htmlAttribute, htmlText } from "../text/escape.ts";

// marked: the most used Markdown parser of npm, without dependencies. katex: the reference for TeX on the web.
const marked = new Marked(
  markedKatex({ output: "mathml", throwOnError: false, nonStandard: true }),
  {
    renderer: {
      html: ({ text }: Tokens.HTML | Tokens.Tag) => htmlText(text),
      image: ({ text }: Tokens.Image) => htmlText(text),
      link({ href, tokens }: Tokens.Link) {
        const words = this.parser.parseInline(tokens);
        const target = safeTarget(href);
        return target === undefined ? words : `<a href="${htmlAttribute(target)}">${words}</a>`;
      },
      table(token: Tokens.Table) {
        const cell = (of: Tokens.TableCell, kind: "th" | "td") =>
          `<${kind}${kind === "th" ? ' scope="col"' : ""}${of.align === "right" ? ' class="number"' : ""}>` +
          `${this.parser.parseInline(of.tokens)}</${kind}>`;
        const line = (cells: Tokens.TableCell[], kind: "th" | "td") =>
          `<tr>${cells.map((of) => cell(of, kind)).join("")}</tr>`;
        return `<div class="scroll" role="region" aria-label="Table" tabindex="0"><table>` +
          `<thead>${line(token.header, "th")}</thead>` +
          `<tbody>${token.rows.map((row) => line(row, "td")).join("")}</tbody></table></div>`;
      },
    },
  },
);

/**
 * Markdown as HTML that holds no markup but Markdown's own.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(markdownHtml("a *b* <i>c</i>"), "<p>a <em>b</em> &lt;i&gt;c&lt;/i&gt;</p>\n");
 * ```
 */
export function markdownHtml(markdown: string): string {
  return marked.parse(markdown, { async: false });
}

/** Where a link may lead: to the web, to a place on the page, or to another notebook's page. */
function safeTarget(href: string): string | undefined {
  if (/^(https:\/\/|#)/.test(href)) return href;
  const notebook = /^([\w.-]+)\.ipynb(#.*)?$/.exec(href);
  return notebook ? `${notebook[1]}.html${notebook[2] ?? ""}` : undefined;
}
