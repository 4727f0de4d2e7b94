import { assertEquals, assertThrows } from "@std/assert";
import { HELP, parseExportOptions } from "../../tasks/export_options.ts";
import { TaskError } from "../../tasks/cli/task_error.ts";

const parse = (line: string) => parseExportOptions(line.split(" ").filter(Boolean), "/project", "/home");

Deno.test("parseExportOptions() gives defaults and makes paths absolute", () => {
  assertEquals(parse("00ff --to out"), {
    kind: "export",
    run: "00ff",
    runs: "/project/runs",
    to: "/home/out",
    format: "both",
    weights: "best",
    names: "named",
    force: false,
  });
  assertEquals(parse(""), { kind: "list", runs: "/project/runs" });
  assertEquals(parse("--runs my"), { kind: "list", runs: "/home/my" });
  assertEquals(parse("--help"), { kind: "help" });
});

const WRONG: [line: string, message: string][] = [
  ["00ff", "Cannot export run 00ff: say where to with --to DIR."],
  ["--to out", "Cannot use --to without a run"],
  ["00ff 11ee --to out", 'Cannot export two runs at once: found "00ff" and "11ee".'],
  ["00ff --to out --format onnx", 'Cannot read --format "onnx": expected one of safetensors, layers-model, both.'],
  ["00ff --to out --weights first", 'Cannot read --weights "first": expected one of best, last.'],
  ["00ff --to out --names other", 'Cannot read --names "other": expected one of named, sequential.'],
  ["00ff --into out", "Valid are --to, --format"],
];

for (const [line, message] of WRONG) {
  Deno.test(`parseExportOptions() refuses "${line}"`, () => {
    assertEquals(assertThrows(() => parse(line), TaskError, message).status, 2);
  });
}

Deno.test("the help of deno task export names every option", () => {
  for (const name of ["to", "format", "weights", "names", "runs", "force", "help"]) {
    assertEquals(HELP.includes(`--${name} `), true, name);
  }
});
