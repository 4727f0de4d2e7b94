import config from "../../deno.json" with { type: "json" };
import { Option } from "@commander-js/extra-typings";
import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join, resolve } from "@std/path";
import { taskCommand } from "../../tasks/cli/command.ts";
import { duration, progressLine } from "../../tasks/cli/progress_line.ts";
import { placeError, plainError, TaskError } from "../../tasks/cli/task_error.ts";
import { listOf, pathOption, wholeNumber, wholeNumbers } from "../../tasks/cli/values.ts";

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

Deno.test("progressLine() draws one line again and again on a terminal, no wider than it is", () => {
  const written: string[] = [];
  const line = progressLine({ write: (text) => written.push(text), terminal: true, columns: () => 8 });
  line.show("epoch 1 of 3");
  line.show("two");
  line.say("kept");
  line.clear();
  assertEquals(written, ["\r\x1b[Kepoch 1", "\r\x1b[Ktwo", "\r\x1b[Kkept\ntwo", "\r\x1b[K"]);
});

Deno.test("progressLine() prints plain lines away from a terminal, a live one only after a silence", () => {
  const written: string[] = [];
  let time = 0;
  const options = { write: (text: string) => written.push(text), terminal: false, now: () => time, quietMs: 100 };
  const line = progressLine(options);
  line.show("a");
  time = 120;
  line.show("b");
  line.show("c");
  line.say("kept");
  time = 200;
  line.show("d");
  line.clear();
  assertEquals(written, ["b\n", "kept\n"]);
});

Deno.test("duration() rounds to seconds, minutes or hours, and is never negative", () => {
  const seconds = [0.4, -3, 59.4, 59.6, 65, 3600, 7384];
  assertEquals(seconds.map(duration), ["0 s", "0 s", "59 s", "1:00 min", "1:05 min", "1:00 h", "2:03 h"]);
});

const MODULE = fromFileUrl(new URL("../../tasks/cli/task_error.ts", import.meta.url));

// [code, the system's words, what is told]
const FAULTS: [code: string, message: string, told: string][] = [
  ["EACCES", "Permission denied: mkdir '/p/.cache'", "permission is denied. The project installs into its"],
  ["EACCES", "Permission denied: mkdir '/p/.cache/explorer/site'", "by --build DIR"],
  ["EACCES", "Permission denied: open '/p/results/a.csv'", "/p/results/a.csv: permission is denied. Choose an"],
  ["EROFS", "Read-only file system: open '/p/runs/log'", "read-only. Choose another folder by --runs DIR"],
  ["ENOTDIR", "Not a directory (os error 20): stat '/q/file/x'", "Cannot use /q/file/x: a part of the path is a file"],
  ["EEXIST", "File exists (os error 17): mkdir '/q/link'", "Cannot use /q/link: a file, or a link that leads nowhere"],
  ["ENAMETOOLONG", "File name too long (os error 36): open '/q/nn'", "Cannot use /q/nn: the name is too long."],
  ["ENOSPC", "No space left on device (os error 28)", "Cannot use a file: the disk is full. Free some space."],
  ["EDQUOT", "Disk quota exceeded: write '/q/a'", "Cannot use /q/a: the quota of disk space is used up."],
  ["EPERM", "Operation not permitted (os error 1): open '/q/a'", "Choose another place"],
];

Deno.test("placeError() tells a place that can't be written as one sentence with the way out", () => {
  for (const [code, message, told] of FAULTS) {
    const { message: text = "", status } = placeError(Object.assign(new Error(message), { code })) ?? {};
    assertEquals([text.includes(told), text.split("\n").length, status], [true, 1, 1], text);
  }
});

Deno.test("placeError() leaves all other errors as they are", () => {
  assertEquals(placeError(Object.assign(new Error("Broken pipe"), { code: "EPIPE" })), undefined);
  assertEquals(placeError(new TypeError("x is undefined")), undefined);
  assertEquals(placeError("text"), undefined);
});

Deno.test("plainError() takes the stack from what the library says in full, and from nothing else", () => {
  assert(plainError(new Error("Cannot read the mask: it is missing")) instanceof TaskError);
  assert(!(plainError(new TypeError("x is undefined")) instanceof TaskError));
});

Deno.test("a task that does what it may not ends with status 1 and one sentence", async () => {
  const tries = ['Deno.writeTextFile("/place/of/others", "")', 'new Deno.Command("/bin/other").output()'];
  const script = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(
    script,
    `import { placeError, runTask } from "${MODULE}";
     for (const action of [${tries.map((action) => `async () => await ${action}`).join()}]) {
       await action().catch((error) => console.error(placeError(error).message));
     }
     await runTask(async () => Number(Deno.env.get("OTHER")));`,
  );
  const args = ["run", "-q", "--no-prompt", script];
  const { code, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  await Deno.remove(script);
  const told = new TextDecoder().decode(stderr).trim().split("\n");
  assertEquals([code, told.length], [1, 3], told.join("\n"));
  for (const [index, place] of ["/place/of/others", "/bin/other", "OTHER"].entries()) {
    assertMatch(told[index], new RegExp(`^Cannot use ${place}: this task has no permission`));
  }
});

const CHECK = fromFileUrl(new URL("../../tasks/cli/deno_version.ts", import.meta.url));

/** Starts a module that no Deno can read, under a Deno that says to be of a version. */
async function started(version: string): Promise<{ code: number; told: string }> {
  const folder = await Deno.makeTempDir({ prefix: "polydice_version_" });
  try {
    const [pretence, broken] = [join(folder, "pretence.ts"), join(folder, "broken.ts")];
    const other = `{ value: { ...Deno.version, deno: ${JSON.stringify(version)} } }`;
    await Deno.writeTextFile(pretence, `Object.defineProperty(Deno, "version", ${other});`);
    await Deno.writeTextFile(broken, "const = 1;");
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", `--preload=${pretence}`, `--preload=${CHECK}`, broken],
      env: { NO_COLOR: "1" },
    }).output();
    return { code, told: new TextDecoder().decode(stderr).trim() };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a Deno that is too old is told so before it reads what it can't, with the version that is needed", async () => {
  for (const version of ["1.46.3", "2.5.6", "2.8.3"]) {
    const { code, told } = await started(version);
    assertEquals([code, told.split("\n").length], [1, 1], told);
    assertMatch(
      told,
      new RegExp(`^Cannot start: expected Deno 2\\.9\\.0 or newer, found ${RegExp.escape(version)}\\.`),
    );
  }
});

Deno.test("a Deno that is new enough goes on", async () => {
  for (const version of ["2.9.0", "2.9.6", "2.10.0", "3.0.0-rc.1"]) {
    assertMatch((await started(version)).told, /SyntaxError/);
  }
});

Deno.test("every task checks Deno's version first", () => {
  const commands = Object.values(config.tasks).map(({ command }) => command);
  const unchecked = commands.filter((line) => line.startsWith("deno run")).filter((line) =>
    !line.includes(" --preload=tasks/cli/deno_version.ts ")
  );
  assertEquals(unchecked, []);
});

Deno.test("the terminal obeys no text that is shown: names of files and notes from elsewhere are only read", () => {
  const written: string[] = [];
  const line = progressLine({ write: (text) => written.push(text), terminal: true, columns: () => 80, now: () => 0 });
  line.show("a\x1b[31mb\rc");
  line.clear();
  line.say("d\x1b]0;title\x07\ne\u202e");
  assertEquals(written.join("").replaceAll("\r\x1b[K", ""), "a␛[31mb␍cd␛]0;title␇\ne\\u{202e}\n");
});
