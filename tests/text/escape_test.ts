import { assert, assertEquals, assertMatch, assertNotMatch, assertThrows } from "@std/assert";
import { parse, stringify } from "@std/csv";
import * as fc from "fast-check";
import { marked } from "marked";
import {
  csvCell,
  htmlAttribute,
  htmlText,
  markdownCell,
  shellWord,
  terminalText,
  yamlString,
} from "../../lib/text/escape.ts";

/** Names that people or attackers give to files, runs and devices. */
const HOSTILE = [
  "plain",
  "ε = 0.25, t-vMF (κ = 2)",
  '<img src=x onerror="alert(1)">',
  "</td></tr><script>alert(1)</script>",
  "a & b &amp; &#x3c;",
  "a|b\\|c\\",
  "**bold** _em_ __strong__ ~~gone~~ ~x~ `code` ``x`` $x$",
  "[link](javascript:alert(1)) ![img](http://x.example/a.png) [ref][1] <http://x.example>",
  "http://x.example/a www.x.example a@x.example HTTPS://X.example",
  "line\nbreak\r\nand\ttab",
  "\x1b]0;title\x07\x1b[2J\x9b31m\x7f\0",
  "\u202egnp.exe\u202c \u2066x\u2069 \u200e \u2028",
  "'; DROP TABLE runs; --",
  "$(echo expanded) `id` ${HOME} !! * ? \\ \" '", // harmless where a guard is missing: the shell runs it then
  "=cmd|' /C calc'!A0",
  '"""\nimport os\n"""',
  "yes: no\n- x # comment",
  "\ud800 lone, 😀 pair",
  "-rf",
  "",
];

/** Any text, made of what is special somewhere. */
const anyText = fc.array(fc.constantFrom(..."\\`*_[]()<>&|~$!#-+=@:/.\"' \n\r\t\x1b\u009b\u202eaε😀w1".split(/(?:)/u)))
  .map((characters) => characters.join(""));

const forAll = (check: (text: string) => void) => {
  HOSTILE.forEach(check);
  fc.assert(fc.property(anyText, check), { numRuns: 500, seed: 18 });
};

Deno.test("markdownCell() is one cell of text: rendered, it has no markup and reads as it was", () => {
  forAll((text) => {
    const html = marked.parse(`| a | b |\n| --- | --- |\n| ${markdownCell(text)} | end |`, { async: false });
    const cells = [...html.matchAll(/<td>(.*?)<\/td>/gs)].map(([, cell]) => cell);
    assertEquals(cells.length, 2, html);
    assertEquals(cells[1], "end");
    assertNotMatch(cells[0], /</, text);
    const expected = text.toWellFormed().replaceAll(/\s+/g, " ").trim().replaceAll(/\p{Cc}/gu, "\ufffd");
    assertEquals(textOf(cells[0]).trim(), expected.trim());
  });
});

Deno.test("htmlText() and htmlAttribute() have no tag and no quote, and read as they were", () => {
  forAll((text) => {
    const expected = text.toWellFormed().replaceAll(/[^\P{Cc}\t\n\r]/gu, "\ufffd");
    for (const html of [htmlText(text), htmlAttribute(text)]) {
      assertNotMatch(html, /[<>"']|&(?!(amp|lt|gt|quot|#\d+);)/);
      assertEquals(textOf(html), expected);
    }
    assertNotMatch(htmlAttribute(text), /[\t\n\r]/);
  });
});

Deno.test("csvCell() begins no formula, holds no control, leaves numbers, and comes back from the file", () => {
  forAll((text) => {
    const cell = csvCell(text);
    assertNotMatch(cell, /^[=@\t\r\n＝＋－＠]/);
    if (/^[+-]/.test(cell)) assert(Number.isFinite(Number(cell)), cell);
    const shown = text.toWellFormed().replaceAll(/[^\P{Cc}\t\n\r]/gu, "\ufffd");
    assert(cell === shown || cell === `'${shown}`, cell);
    if (!/\r/.test(cell) && cell !== "") {
      assertEquals(parse(stringify([[cell, "b"]], { headers: false })), [[cell, "b"]]);
    }
  });
  for (const number of ["-0.5", "+1e-7", "-.5", "12", "-1E+3", "-3."]) assertEquals(csvCell(number), number);
  assertEquals(["-", "+", "-1+1", "--1", "＝1", "\n=1", "-1e"].map(csvCell), [
    "'-",
    "'+",
    "'-1+1",
    "'--1",
    "'＝1",
    "'\n=1",
    "'-1e",
  ]);
});

Deno.test("terminalText() has no control that the terminal would obey, and says where one was", () => {
  forAll((text) => {
    assertNotMatch(terminalText(text), /[\p{Cc}\u202a-\u202e\u2066-\u2069\u2028\ud800]/u);
    assertEquals(
      terminalText(text, { newlines: true }).split("\n").map((line) => terminalText(line)).join("␊"),
      terminalText(text),
    );
  });
  assertEquals(terminalText("\x1b]0;x\x07\r\b\x7f\x9b2J\u202e"), "␛]0;x␇␍␈␡\\u{9b}2J\\u{202e}");
  assertEquals(terminalText("a\nb\tc", { newlines: true }), "a\nb␉c");
});

Deno.test("yamlString() is one string on one line, and reads as it was", () => {
  forAll((text) => {
    const literal = yamlString(text);
    assertMatch(literal, /^"([^"\\\p{Cc}\u2028\u2029\u202a-\u202e]|\\["\\bfnrt]|\\u[0-9a-f]{4})*"$/u);
    assertEquals(JSON.parse(literal), text.toWellFormed());
  });
});

Deno.test("shellWord() is one word to the shell, as it was", { ignore: Deno.build.os === "windows" }, async () => {
  const words = [...HOSTILE, ...fc.sample(anyText, { numRuns: 200, seed: 18 })].map((word) =>
    word.toWellFormed().replaceAll("\0", "")
  );
  const command = `printf '%s\\0' ${words.map(shellWord).join(" ")}`;
  const { stdout } = await new Deno.Command("sh", { args: ["-c", command] }).output();
  assertEquals(new TextDecoder().decode(stdout).split("\0").slice(0, -1), words);
  assertEquals(["runs/a.json", "--set", "slope=4", "=x", "~", "a b"].map(shellWord), [
    "runs/a.json",
    "--set",
    "slope=4",
    "'=x'",
    "'~'",
    "'a b'",
  ]);
  assertThrows(() => shellWord("a\0b"), RangeError, "expected text without NUL");
});

/** What a browser shows of text in HTML. */
function textOf(html: string): string {
  const names: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };
  return html.replaceAll(
    /&(?:#(\d+)|(\w+));/g,
    (_, code, name) => name ? names[name] : String.fromCharCode(Number(code)),
  );
}
