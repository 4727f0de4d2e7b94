import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { resolve } from "@std/path";
import { type DataCommand, HELP, parseDataOptions } from "../../tasks/data_options.ts";
import { TaskError } from "../../tasks/cli/task_error.ts";

const ROOT = resolve("/project");

function parse(line: string, env: Record<string, string> = {}): DataCommand {
  return parseDataOptions(line.split(" ").filter((word) => word !== ""), ROOT, env);
}

// [words, command]
const commands: [string, DataCommand][] = [
  ["", { kind: "list", directory: undefined }],
  ["--help", { kind: "help" }],
  ["verify --help", { kind: "help" }],
  ["kvasir-seg", {
    kind: "acquire",
    datasets: ["kvasir-seg"],
    directory: undefined,
    from: undefined,
    acceptTerms: false,
  }],
  ["kvasir-seg cvc-clinicdb kvasir-seg --data /images --accept-terms", {
    kind: "acquire",
    datasets: ["kvasir-seg", "cvc-clinicdb"],
    directory: resolve("/images"),
    from: undefined,
    acceptTerms: true,
  }],
  ["--dataset cvc-clinicdb --from set.rar", {
    kind: "acquire",
    datasets: ["cvc-clinicdb"],
    directory: undefined,
    from: resolve(ROOT, "set.rar"),
    acceptTerms: false,
  }],
  ["verify", { kind: "verify", dataset: undefined, directory: undefined, json: undefined, selection: false }],
  ["verify --data /images --dataset kvasir-seg --json out.json --selection", {
    kind: "verify",
    dataset: "kvasir-seg",
    directory: resolve("/images"),
    json: resolve(ROOT, "out.json"),
    selection: true,
  }],
];
for (const [line, command] of commands) {
  Deno.test(`parseDataOptions() reads "${line}"`, () => assertEquals(parse(line), command));
}

Deno.test("parseDataOptions() takes paths from the folder in which the command was typed, and --data from the variable", () => {
  const env = { INIT_CWD: "/home/user", POLYDICE_DATA: "images" };
  assertEquals(parse("verify", env), {
    kind: "verify",
    dataset: undefined,
    directory: resolve("/home/user/images"),
    json: undefined,
    selection: false,
  });
});

Deno.test("the help names every option", () => {
  for (const name of ["from", "data", "dataset", "json", "selection", "accept-terms"]) {
    assertMatch(HELP, new RegExp(`--${name}\\b`));
  }
});

const wrong: [line: string, message: string][] = [
  ["kvasir", 'Cannot read "kvasir": expected verify, kvasir-seg or cvc-clinicdb.'],
  ["verify synthetic", "rendered where it is needed"],
  ["--from set.zip", "Cannot tell which data set to get: name kvasir-seg or cvc-clinicdb."],
  ["--accept-terms", "Cannot tell which data set to get"],
  ["verify --from set.zip", "Cannot use --from for deno task data verify."],
  ["kvasir-seg --json out.json", "Cannot use --json for getting a data set"],
  ["--selection", "Cannot use --selection for getting a data set"],
  ["verify kvasir-seg cvc-clinicdb", "Cannot check two data sets at once"],
  ["--force", "Unknown option '--force'"],
  ["--from", "argument missing"],
];
for (const [line, message] of wrong) {
  Deno.test(`parseDataOptions() refuses "${line}": ${message}`, () => {
    assertEquals(assertThrows(() => parse(line), TaskError, message).status, 2);
  });
}
