import { assert, assertEquals, assertThrows } from "@std/assert";
import { HELP, parseExploreOptions } from "../../tasks/explore_options.ts";
import { TaskError } from "../../tasks/cli/task_error.ts";

const parse = (line: string) => parseExploreOptions(line.split(" ").filter(Boolean), "/home");

Deno.test("parseExploreOptions() serves by default, and makes the folder absolute", () => {
  assertEquals(parse(""), { kind: "serve", port: 8100 });
  assertEquals(parse("--port 0"), { kind: "serve", port: 0 });
  assertEquals(parse("--build site"), { kind: "build", folder: "/home/site" });
  assertEquals(parse("--port 0 --help"), { kind: "help" });
});

const WRONG: [line: string, message: string][] = [
  ["--port high", 'Cannot read --port "high": expected a whole number from 0.'],
  ["--port 65536", "expected a number up to 65535"],
  ["--build=", "say where to with --build DIR"],
  ["--build site --port 80", "Cannot do two things at once"],
  ["--open", "Valid are --port, --build, --help."],
  ["now", "Cannot read the options"],
];

for (const [line, message] of WRONG) {
  Deno.test(`parseExploreOptions() refuses "${line}"`, () => {
    assertEquals(assertThrows(() => parse(line), TaskError, message).status, 2);
  });
}

Deno.test("the help of deno task explore names every option", () => {
  for (const name of ["port", "build", "help"]) assert(HELP.includes(`--${name}`), name);
});
