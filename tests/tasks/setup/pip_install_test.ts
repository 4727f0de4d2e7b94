import { assertEquals, assertRejects } from "@std/assert";
import type { RunCommand } from "../../../tasks/cli/child_process.ts";
import { installRequirements, pipProgress, type PipState } from "../../../tasks/setup/pip_install.ts";
import { TaskError } from "../../../tasks/cli/task_error.ts";
import { keptProgress } from "../temporary_project.ts";

const LINES = [
  "Collecting tensorflow-cpu==2.21.0 (from -r tensorflow_cpu.txt (line 21))",
  "  Downloading tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl (273.4 MB)",
  "Collecting six==1.17.0 (from -r jupyter.txt (line 3))",
  "  Using cached six-1.17.0-py2.py3-none-any.whl (11 kB)",
];

Deno.test("pipProgress() counts packages and the bytes that are fetched", () => {
  const start: PipState = { packages: 0, downloaded: 0, doing: "" };
  assertEquals(LINES.reduce(pipProgress, start), { packages: 2, downloaded: 273_400_000, doing: "found six" });
  assertEquals(pipProgress(start, "Installing collected packages: six").doing, "unpacking");
});

Deno.test("installRequirements() tells at its end how much it took", async () => {
  const { progress, said } = keptProgress();
  const run: RunCommand = (_, { onLine } = {}) => {
    LINES.forEach((line) => onLine?.(line));
    return Promise.resolve({ status: 0, lines: LINES });
  };
  await installRequirements("python", "TensorFlow", "file.txt", [], {}, progress, run);
  assertEquals(said, ["  TensorFlow: 2 packages, 273 MB downloaded, 0 s\n"]);
});

const failures: [words: string, advice: string][] = [
  ["ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "The disk is full"],
  ["ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "not the one that was pinned"],
  ["ERROR: No matching distribution found for tensorflow-cpu==2.21.0", "has no wheel for"],
  ["ERROR: Connection reset", "start again"],
];

for (const [words, advice] of failures) {
  Deno.test(`installRequirements() explains "${words.slice(0, 60)}"`, async () => {
    const run: RunCommand = () => Promise.resolve({ status: 1, lines: ["before", words] });
    const install = () => installRequirements("python", "Jupyter", "file.txt", [], {}, keptProgress().progress, run);
    await assertRejects(install, TaskError, advice);
    await assertRejects(install, TaskError, words);
  });
}
