import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { placeError, plainError, TaskError } from "../../../tasks/cli/task_error.ts";

const MODULE = fromFileUrl(new URL("../../../tasks/cli/task_error.ts", import.meta.url));

// [code, the system's words, what is told]
const FAULTS: [code: string, message: string, told: string][] = [
  ["EACCES", "Permission denied: mkdir '/p/.cache'", "permission is denied. The project installs into its"],
  ["EACCES", "Permission denied: mkdir '/p/.cache/explorer/site'", "by --build DIR"],
  ["EACCES", "Permission denied: open '/p/results/a.csv'", "/p/results/a.csv: permission is denied. Choose an"],
  ["EROFS", "Read-only file system: open '/p/runs/log'", "read-only. Choose another folder by --runs DIR"],
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
  assertEquals(placeError(Object.assign(new Error("File exists"), { code: "EEXIST" })), undefined);
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
