/**
 * Text from elsewhere (names of files, settings, titles and devices of records) as text and nothing else, wherever it is
 * put: it can't become markup, a formula, code or a command of the terminal.
 *
 * @module
 */

/** C0 and C1 controls and delete. */
const CONTROLS = /\p{Cc}/gu;
/** What reorders or breaks the line that a reader sees: bidirectional controls, line and paragraph separators. */
const DECEIVING = /[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
const REPLACEMENT = "\ufffd";

const HTML_ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** For HTML, SVG and XML, between tags. Controls, which XML forbids, become �; line breaks and tabs stay. */
export function htmlText(text: string): string {
  return withoutControls(text.toWellFormed().replaceAll(/[&<>"']/g, (character) => HTML_ENTITIES[character]));
}

/** For the value of an attribute of HTML, SVG or XML, within quotes of either kind; line breaks and tabs keep. */
export function htmlAttribute(text: string): string {
  return htmlText(text).replaceAll(/[\t\n\r]/g, (space) => `&#${space.charCodeAt(0)};`);
}

/**
 * For a cell of a Markdown table (GitHub's), on one line: no column, HTML, emphasis, link, code or formula comes of it.
 */
export function markdownCell(text: string): string {
  return text.toWellFormed().replaceAll(/\s+/g, " ").trim()
    .replaceAll(/[\\`*[\]|~$]/g, "\\$&")
    .replaceAll(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_") // within words it is no emphasis
    .replaceAll(/[&<>]/g, (character) => HTML_ENTITIES[character])
    // Bare addresses become links by themselves.
    .replaceAll(/:(?=\/\/)|(?<=\bwww)\.|@/gi, (character) => `&#${character.charCodeAt(0)};`)
    .replaceAll(CONTROLS, REPLACEMENT);
}

/**
 * For a paragraph that its author has written in Markdown: emphasis, links and code stay; HTML, other blocks and controls
 * do not come of it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(markdownText("*a* <b>\n# c"), "*a* &lt;b> # c");
 * ```
 */
export function markdownText(text: string): string {
  return text.toWellFormed().replaceAll(/\s+/g, " ").trim().replaceAll("<", "&lt;").replaceAll(CONTROLS, REPLACEMENT);
}

/**
 * For a cell of a CSV file, before it is quoted: spreadsheets compute what begins like a formula, so an apostrophe comes
 * before it (OWASP, "CSV Injection"). Numbers stay as they are.
 */
export function csvCell(text: string): string {
  const shown = withoutControls(text.toWellFormed());
  const isNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(shown);
  return !isNumber && /^[=+\-@\t\r\n＝＋－＠]/.test(shown) ? `'${shown}` : shown;
}

/**
 * For the terminal: controls are shown (escape as ␛, a line break as ␊) and not obeyed; what reorders text is named.
 *
 * @param options.newlines Whether line breaks stay. Default: no.
 */
export function terminalText(text: string, { newlines = false }: { readonly newlines?: boolean } = {}): string {
  const picture = (control: string) => {
    const code = control.charCodeAt(0);
    if (control === "\n" && newlines) return control;
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return control === "\x7f" ? "␡" : named(control);
  };
  return text.toWellFormed().replaceAll(CONTROLS, picture).replaceAll(DECEIVING, named);
}

/** A string of YAML, with its double quotes: JSON's, with what YAML does not show as its number. */
export function yamlString(text: string): string {
  const number = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(text.toWellFormed()).replaceAll(CONTROLS, number).replaceAll(DECEIVING, number);
}

/**
 * A word of a POSIX shell's command, in single quotes where it needs them.
 *
 * @throws {RangeError} if the text has a NUL, which no argument of a program can hold
 */
export function shellWord(text: string): string {
  if (text.includes("\0")) throw new RangeError("Cannot write a word of a command: expected text without NUL");
  if (/^[\w%+:,./-][\w@%+=:,./-]*$/.test(text)) return text;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function withoutControls(text: string): string {
  return text.replaceAll(CONTROLS, (control) => "\t\n\r".includes(control) ? control : REPLACEMENT);
}

function named(character: string): string {
  return `\\u{${character.charCodeAt(0).toString(16)}}`;
}
