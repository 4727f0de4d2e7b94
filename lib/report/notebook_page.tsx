/** @jsxImportSource preact */
/**
 * An executed notebook as a page: text, code and what the cells showed, with live charts.
 *
 * Formulas become MathML, which browsers draw themselves: no fonts, no script. Markup inside the Markdown is shown as the
 * text that it is, and links lead only where a page may send its reader.
 *
 * @module
 */
import hljs from "highlight.js/lib/core";
import typescript from "highlight.js/lib/languages/typescript";
import { Marked, type Tokens } from "marked";
import markedKatex from "marked-katex-extension";
import type { VNode } from "preact";
import { type Chart, VEGA_LITE_MEDIA_TYPE } from "../notebook/vega_lite.ts";
import { htmlAttribute, htmlText } from "../text/escape.ts";
import { ChartFigure } from "./chart_figure.tsx";
import { htmlDocument, type PageAssets, type PageLink } from "./document.tsx";

/** A notebook file, as nbformat 4 has it. Text may come as one string or as a list of lines. */
export interface Notebook {
  readonly cells: readonly NotebookCell[];
}

type Text = string | readonly string[];

/** One cell. */
export interface NotebookCell {
  readonly cell_type: string;
  readonly source: Text;
  readonly execution_count?: number | null;
  readonly outputs?: readonly NotebookOutput[];
}

/** One output of a cell. */
export interface NotebookOutput {
  readonly output_type: string;
  readonly text?: Text;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly ename?: string;
  readonly evalue?: string;
}

// highlight.js: without dependencies, and it colours here, not in the browser
hljs.registerLanguage("typescript", typescript);

/** Title and question of a notebook, from its first cell. */
export function notebookHead({ cells }: Notebook): { title?: string; question?: string } {
  const head = cells.find(({ cell_type }) => cell_type === "markdown");
  const text = head ? joined(head.source) : "";
  return {
    title: /^# +(.+)$/m.exec(text)?.[1].trim(),
    question: /(?:^|\n)\*\*Question\.\*\*\s+([^]*?)(?:\n\n|$)/.exec(text)?.[1].replaceAll(/\s+/g, " ").trim(),
  };
}

/** What a notebook's page is made of beside the notebook. */
export interface NotebookPageOptions {
  /** The title where the notebook has none. */
  readonly name: string;
  /** The page that this one belongs to. */
  readonly report: PageLink;
  /** All notebooks' pages, this one among them. */
  readonly notebooks: readonly PageLink[];
}

/** The notebook as a complete HTML document that needs no other file. */
export function notebookPage(notebook: Notebook, options: NotebookPageOptions, assets: PageAssets): string {
  const { title = options.name } = notebookHead(notebook);
  return htmlDocument({
    title,
    description: `The notebook “${title}” as it was run.`,
    navigation: [options.report, ...options.notebooks],
    header: <p class="facts">An executed notebook of the report.</p>,
    main: <>{notebook.cells.map((cell, index) => <Cell key={index} cell={cell} index={index} />)}</>,
    footer: <p>Research software, not a medical device.</p>,
    charts: notebook.cells.some(({ outputs = [] }) => outputs.some(({ data }) => data && VEGA_LITE_MEDIA_TYPE in data)),
  }, assets);
}

function Cell({ cell, index }: { cell: NotebookCell; index: number }): VNode | null {
  const source = joined(cell.source);
  if (cell.cell_type === "markdown") return <Html html={markdownHtml(source)} />;
  if (cell.cell_type !== "code" || source.trim() === "") return null;
  const count = cell.execution_count ?? undefined;
  const name = count === undefined ? `Cell ${index + 1}, not run` : `Cell ${count}`;
  return (
    <div class="cell">
      <p class="count">{name}</p>
      <pre tabIndex={0} role="region" aria-label={`Code of ${name.toLowerCase()}`}><Code source={source} /></pre>
      {(cell.outputs ?? []).map((output, place) => (
        <Output key={place} output={output} id={`output-${index}-${place}`} name={name} />
      ))}
    </div>
  );
}

/** One output: of its media types the one that says most on a page. */
function Output({ output, id, name }: { output: NotebookOutput; id: string; name: string }): VNode | null {
  const { output_type, data = {}, metadata = {} } = output;
  if (output_type === "stream") return <Words text={joined(output.text)} />;
  if (output_type === "error") {
    return (
      <div class="output error">
        <pre>{output.ename}: {output.evalue}</pre>
      </div>
    );
  }
  const words = joined(data["text/plain"] as Text | undefined);
  const chart = data[VEGA_LITE_MEDIA_TYPE];
  if (typeof chart === "object" && chart !== null) {
    return (
      <div class="output">
        <ChartFigure id={id} chart={chart as Chart} title="p" />
      </div>
    );
  }
  if (typeof data["image/png"] === "string" || Array.isArray(data["image/png"])) {
    const size = (metadata["image/png"] ?? {}) as { width?: number; height?: number };
    const base64 = joined(data["image/png"] as Text).replaceAll(/[^A-Za-z0-9+/=]/g, "");
    return (
      <div class="output">
        <img
          src={`data:image/png;base64,${base64}`}
          width={size.width}
          height={size.height}
          alt={words || `Picture that ${name.toLowerCase()} shows`}
        />
      </div>
    );
  }
  const markdown = joined(data["text/markdown"] as Text | undefined);
  if (markdown !== "") {
    return (
      <div class="output">
        <Html html={markdownHtml(markdown)} />
      </div>
    );
  }
  return words === "" ? null : <Words text={words} />;
}

function Words({ text }: { text: string }): VNode | null {
  return text.trim() === "" ? null : (
    <div class="output text">
      <pre>{text.trimEnd()}</pre>
    </div>
  );
}

function Code({ source }: { source: string }): VNode {
  const { value } = hljs.highlight(source, { language: "typescript" });
  // deno-lint-ignore react-no-danger -- highlight.js escapes what it colours
  return <code dangerouslySetInnerHTML={{ __html: value }} />;
}

function Html({ html }: { html: string }): VNode {
  // deno-lint-ignore react-no-danger -- markdownHtml() lets no markup through
  return <div dangerouslySetInnerHTML={{ __html: html }} />;
}

function joined(text: Text | undefined): string {
  return typeof text === "string" ? text : (text ?? []).join("");
}

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
