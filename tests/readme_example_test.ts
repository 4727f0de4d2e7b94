import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import config from "../deno.json" with { type: "json" };
import { findTensorFlow } from "../lib/backend/tensorflow/library.ts";
import { drawnFolder } from "./data/drawings.ts";

const ROOT = fromFileUrl(new URL("..", import.meta.url));
const pages = ["README.md", "data/README.md", "bench/README.md"].map((page) => Deno.readTextFileSync(join(ROOT, page)));
const [readme] = pages;

function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(([, block]) => block);
}

async function deno(args: readonly string[], env: Record<string, string> = {}) {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    env: { NO_COLOR: "1", POLYDICE_TENSORFLOW: findTensorFlow(ROOT), ...env },
  }).output();
  const [out, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { success, out, errors };
}

Deno.test("README.md's TypeScript runs as written, and is type-checked", async () => {
  const [block, ...more] = blocks("ts");
  assertEquals(more, []);
  // In the project's folder, because the block imports from there.
  const file = await Deno.makeTempFile({ dir: ROOT, prefix: ".readme_example_", suffix: ".ts" });
  try {
    await Deno.writeTextFile(file, block);
    const { success, out, errors } = await deno(["run", "-P=training", "--check", file]);
    assert(success, errors);
    const printed = [...out.matchAll(/\[(\d\.\d+), (\d\.\d+)\]/g)].map(([, ...pair]) => pair.map(Number));
    assertMatch(out, /Tensor/);
    assertEquals(printed.length, 2, out);
    const [difficulties, losses] = printed;
    assert(difficulties.every((value) => value > 0 && value < Math.LN2), out); // I lies between 0 and ln 2
    assert(losses[1] > losses[0], out); // the same masks and much the same ŷ: the larger ε, the larger loss
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("README.md's four commands go from a folder of images and masks to masks for new images", async () => {
  const [, own, ...more] = blocks("sh");
  assertEquals(more, []);
  using images = await drawnFolder(12);
  const folder = await Deno.makeTempDir({ prefix: "polydice_readme_" });
  const words: Record<string, string> = {
    ...{ DIR: images.path, NEW: join(images.path, "images"), OUT: join(folder, "out") },
  };
  const runs = ["--runs", join(folder, "runs")]; // not among the project's
  const extra: Record<string, string[]> = { data: ["--page", join(folder, "page.html")] };
  try {
    const tasks: string[] = [];
    for (const line of own.trim().split("\n")) {
      const [, task, ...args] = line.replace(/ *#.*/, "").split(" ").slice(1);
      tasks.push(task);
      const given = [...args.map((word) => words[word] ?? word), ...(extra[task] ?? runs)];
      const { success, out, errors } = await deno(["task", "-q", task, ...given], { POLYDICE_PROFILE: "smoke" });
      assert(success, `${line}\n${out}\n${errors}`);
      const run = /run ([0-9a-f]{12})/.exec(out)?.[1];
      if (run) words.RUN = run;
    }
    assertEquals(tasks, ["data", "train", "evaluate", "predict"]);
    assertEquals([...Deno.readDirSync(join(folder, "out", "masks"))].length, 12);
    assertStringIncludes(await Deno.readTextFile(join(folder, "out", "index.html")), "<html");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("README.md's study is one that sweep takes", async () => {
  const [study, ...more] = blocks("json");
  assertEquals(more, []);
  const folder = await Deno.makeTempDir({ prefix: "polydice_readme_" });
  try {
    await Deno.writeTextFile(join(folder, "my-study.json"), study);
    const { success, out, errors } = await deno(["task", "-q", "sweep", join(folder, "my-study.json"), "--list"]);
    assert(success, errors);
    for (const method of ["polydice1", "adaptive", "steep"]) assertStringIncludes(out, method);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("every command in the pages for readers is a task, and every option one of its own", async () => {
  const commands = new Map<string, Set<string>>();
  for (const [, line] of pages.join("\n").matchAll(/deno(?:@[\d.]+)?\s+task\s+([^`#|]+)/g)) {
    const [task, ...words] = line.trim().split(/\s+/);
    const options = commands.get(task) ?? new Set();
    for (const word of words) if (word.startsWith("--")) options.add(word.replace(/[=,.;:)].*/, ""));
    commands.set(task, options);
  }
  assert(commands.size >= 8, [...commands.keys()].join(" "));
  for (const [task, options] of commands) {
    assert(Object.hasOwn(config.tasks, task), `deno task ${task}`);
    if (options.size === 0) continue;
    const helps = task === "data" ? [["fetch"], ["check"], ["verify"]] : [[]];
    const texts = await Promise.all(helps.map((words) => deno(["task", "-q", task, ...words, "--help"])));
    const help = texts.map(({ out }) => out).join("\n");
    for (const option of options) assertMatch(help, new RegExp(`${option}\\b`), `deno task ${task} ${option}`);
  }
});
