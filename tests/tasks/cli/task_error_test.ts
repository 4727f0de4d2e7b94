import { assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { placeError } from "../../../tasks/cli/task_error.ts";

const MODULE = fromFileUrl(new URL("../../../tasks/cli/task_error.ts", import.meta.url));

const faults: [code: string | undefined, message: string, told: string][] = [
  [
    "EACCES",
    "Permission denied (os error 13): mkdir '/p/.cache'",
    "permission is denied. The project installs into its",
  ],
  ["EACCES", "Permission denied (os error 13): mkdir '/p/.cache/explorer/site'", "by --build DIR"],
  [
    "EACCES",
    "Permission denied (os error 13): open '/p/results/a.csv'",
    "/p/results/a.csv: permission is denied. Choose an",
  ],
  [
    "EROFS",
    "Read-only file system (os error 30): open '/p/runs/log'",
    "read-only. Choose another folder by --runs DIR",
  ],
  ["ENOSPC", "No space left on device (os error 28)", "Cannot use a file: the disk is full. Free some space."],
  [
    "EDQUOT",
    "Disk quota exceeded (os error 122): write '/q/a'",
    "Cannot use /q/a: the quota of disk space is used up.",
  ],
  ["ENOTDIR", "Not a directory (os error 20): stat '/q/file/x'", "Cannot use /q/file/x: a part of the path is a file"],
  ["EEXIST", "File exists (os error 17): mkdir '/q/link'", "Cannot use /q/link: a file, or a link that leads nowhere"],
  ["ENAMETOOLONG", "File name too long (os error 36): open '/q/nn'", "Cannot use /q/nn: the name is too long."],
  ["EPERM", "Operation not permitted (os error 1): open '/q/a'", "Choose another place"],
];

for (const [code, message, told] of faults) {
  Deno.test(`placeError() tells "${message}" as one sentence with the way out`, () => {
    const { message: text = "", status } = placeError(Object.assign(new Error(message), { code })) ?? {};
    assertEquals([text.includes(told), text.split("\n").length, status], [true, 1, 1], text);
  });
}

Deno.test("placeError() leaves all other errors as they are", () => {
  assertEquals(placeError(Object.assign(new Error("Broken pipe"), { code: "EPIPE" })), undefined);
  assertEquals(placeError(new TypeError("x is undefined")), undefined);
  assertEquals(placeError("text"), undefined);
});

for (
  const [operation, place] of [
    ['Deno.writeTextFile("/place/of/others", "")', "/place/of/others"],
    ['new Deno.Command("/bin/other").output()', "/bin/other"],
    ['Deno.env.get("OTHER")', "OTHER"],
  ]
) {
  Deno.test(`a task that may not do ${operation} ends with status 1 and one sentence`, async () => {
    const script = await Deno.makeTempFile({ suffix: ".ts" });
    const text = `import { runTask } from "${MODULE}"; await runTask(async () => { await ${operation}; return 0; });`;
    await Deno.writeTextFile(script, text);
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", "--no-prompt", script],
    }).output();
    await Deno.remove(script);
    const told = new TextDecoder().decode(stderr).trim();
    assertEquals([code, told.split("\n").length], [1, 1], told);
    assertMatch(told, /^Cannot use \S+: this task has no permission/);
    assertEquals(told.includes(place), true);
  });
}
