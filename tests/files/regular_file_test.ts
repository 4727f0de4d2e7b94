import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { readRegularFile } from "../../lib/files/regular_file.ts";

const { InvalidData, NotFound } = Deno.errors;

async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("readRegularFile() gives a file's bytes, also through a link", () =>
  withFolder(async (folder) => {
    const bytes = Uint8Array.from({ length: 3000 }, (_, index) => index);
    await Deno.writeFile(join(folder, "a"), bytes);
    await Deno.writeFile(join(folder, "empty"), new Uint8Array());
    await Deno.symlink("a", join(folder, "link"));
    assertEquals(await readRegularFile(join(folder, "a")), bytes);
    assertEquals(await readRegularFile(join(folder, "link"), { mostBytes: 3000 }), bytes);
    assertEquals(await readRegularFile(join(folder, "empty"), { mostBytes: 0 }), new Uint8Array());
  }));

Deno.test("readRegularFile() refuses a file that is larger than it may be, also one that grows meanwhile", () =>
  withFolder(async (folder) => {
    const path = join(folder, "a");
    await Deno.writeFile(path, new Uint8Array(3000));
    await assertRejects(
      () => readRegularFile(path, { mostBytes: 2999 }),
      InvalidData,
      "at most 2999 bytes, found 3000",
    );
    const { stat } = Deno.FsFile.prototype;
    Deno.FsFile.prototype.stat = async function () {
      return { ...await stat.call(this), size: 0 };
    };
    try {
      assertEquals((await readRegularFile(path)).length, 3000);
      await assertRejects(() => readRegularFile(path, { mostBytes: 2999 }), InvalidData, "found more");
    } finally {
      Deno.FsFile.prototype.stat = stat;
    }
  }));

Deno.test("readRegularFile() refuses at once what is no file: nothing waits, nothing is read without end", {
  ignore: Deno.build.os === "windows",
}, () =>
  withFolder(async (folder) => {
    await new Deno.Command("mkfifo", { args: [join(folder, "fifo")] }).output();
    await Deno.symlink("fifo", join(folder, "to_fifo"));
    await Deno.symlink("/dev/zero", join(folder, "to_device"));
    await Deno.symlink("circle", join(folder, "circle"));
    await Deno.symlink("nothing", join(folder, "dangling"));
    const cases = {
      fifo: "a FIFO",
      to_fifo: "a FIFO",
      to_device: "a device",
      circle: "a link that leads in a circle",
      dangling: "a link that leads nowhere",
      ".": "a folder",
    };
    for (const [name, found] of Object.entries(cases)) {
      await assertRejects(
        () => readRegularFile(join(folder, name)),
        InvalidData,
        `expected a regular file, found ${found}.`,
      );
    }
    await assertRejects(() => readRegularFile(join(folder, "nothing")), NotFound);
  }));
