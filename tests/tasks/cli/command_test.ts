import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { fromFileUrl, resolve } from "@std/path";
import { Option } from "@commander-js/extra-typings";
import { taskCommand } from "../../../tasks/cli/command.ts";
import { listOf, pathOption, wholeNumber, wholeNumbers } from "../../../tasks/cli/values.ts";
import { TaskError } from "../../../tasks/cli/task_error.ts";

const PROCESS = fromFileUrl(new URL("command_process.ts", import.meta.url));

/** A command with an option of each kind; `read` gives the options that its action sees. */
async function read(...args: string[]): Promise<Record<string, unknown>> {
  let seen = {};
  const command = taskCommand("deno task try", "Tries things.")
    .addOption(new Option("--split <kind>", "which").choices(["random", "grouped"]).default("grouped"))
    .option("--runs <number>", "how many", wholeNumber)
    .option("--seeds <list>", "which", wholeNumbers)
    .option("--methods <list>", "which", listOf(["dice", "focal"]))
    .addOption(pathOption("--data <folder>", "where", "TRY_DATA"))
    .action((options) => {
      seen = options;
    });
  command.command("verify").action(() => {});
  await command.parseAsync(args, { from: "user" });
  return seen;
}

Deno.test("a task's command reads choices, defaults, whole numbers and lists", async () => {
  assertEquals(await read(), { split: "grouped" });
  const words = ["--split=random", "--runs", "3", "--seeds", "5,1-3,2", "--methods", "focal,dice"];
  assertEquals(await read(...words), { split: "random", runs: 3, seeds: [5, 1, 2, 3], methods: ["focal", "dice"] });
});

const WRONG: [line: string, message: string][] = [
  [
    "--splt random",
    "Cannot run deno task try: unknown option '--splt' (Did you mean --split?) `deno task try --help` tells",
  ],
  ["--split grupped", "Allowed choices are random, grouped. (Did you mean grouped?) `deno task try --help` tells"],
  ["--split", "option '--split <kind>' argument missing. `deno task try --help` tells"],
  ["--runs 1.5", "Expected a whole number from 0. `deno task try --help` tells"],
  ["--runs 99999999999999999", "Expected a whole number from 0."],
  ["--seeds 3-1", "Expected whole numbers, as in 1,2 or 1-5."],
  ["--seeds 1-999999", "Expected whole numbers"],
  ["--methods dice,focl", '"focl" is none of dice, focal. (Did you mean focal?)'],
  ["verfy", "too many arguments"],
];

Deno.test("a task's command refuses a wrong use with status 2 and says what is meant", async () => {
  for (const [line, message] of WRONG) {
    const error = await assertRejects(() => read(...line.split(" ")), TaskError);
    assertEquals([error.message.includes(message), error.status], [true, 2], error.message);
  }
});

Deno.test("a task takes paths from the folder in which it was typed, or from its variable unless that is empty", async () => {
  const data = async (args: string[], variable?: string) => {
    Deno.env.set("INIT_CWD", resolve("/home/user"));
    if (variable !== undefined) Deno.env.set("TRY_DATA", variable);
    return (await read(...args)).data;
  };
  const before = Deno.env.get("INIT_CWD");
  try {
    assertEquals(await data(["--data", "images"]), resolve("/home/user/images"));
    assertEquals(await data([], "images"), resolve("/home/user/images"));
    assertEquals(await data(["--data", "mine"], "images"), resolve("/home/user/mine"));
    assertEquals(await data([], ""), undefined);
  } finally {
    Deno.env.delete("TRY_DATA");
    before === undefined ? Deno.env.delete("INIT_CWD") : Deno.env.set("INIT_CWD", before);
  }
});

/** Runs a task as a process that may read two variables. */
async function run(...args: string[]) {
  const permissions = ["--no-prompt", "--allow-read", "--allow-env=INIT_CWD,TRY_DATA"];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-check", ...permissions, PROCESS, ...args],
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

Deno.test("a task ends with status 0 after its action and after its help, which names its variable", async () => {
  assertEquals(await run("one", "two"), { code: 0, stdout: '{"words":["one","two"]}\n', stderr: "" });
  const { code, stdout, stderr } = await run("--help");
  assertEquals([code, stderr], [0, ""]);
  assertStringIncludes(stdout, "Usage: deno task try");
  assertStringIncludes(stdout, "(env: TRY_DATA)");
});

Deno.test("a task ends with 2 and one line for a wrong use, 1 and one line for a failure, 1 and a stack for a fault of its own", async () => {
  const wrong = await run("--dta", "x");
  assertEquals([wrong.code, wrong.stdout, wrong.stderr.trim().split("\n").length], [2, "", 1]);
  const failed = await run("fail", "plainly");
  assertEquals([failed.code, failed.stderr], [1, "Cannot go on: it was asked to fail\n"]);
  const { code, stderr } = await run("fail", "badly");
  assertEquals(code, 1);
  assertMatch(stderr, /a fault[\s\S]+command_process\.ts/);
});
