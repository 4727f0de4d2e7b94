import { assertEquals } from "@std/assert";
import { runNotebook } from "../../tasks/notebooks/run_notebook.ts";
import { projectFolder } from "../../tasks/setup/project_folder.ts";
import { codeCells, PRELUDE, shown, temporaryNotebook, testsAtOnce } from "./temporary_notebook.ts";

const LINES = 20;

/** A process that takes all the time it gets, until it is disposed of; the tests beside it are further ones. */
function cpuLoad(): Disposable {
  const busy = new Deno.Command(Deno.execPath(), {
    args: ["eval", "const end = Date.now() + 120_000; while (Date.now() < end);"],
    stdout: "null",
    stderr: "null",
  }).spawn();
  return { [Symbol.dispose]: () => busy.kill("SIGKILL") };
}

/** Cell n of four kinds, and what it must show. */
function cellAndOutputs(n: number): [string, string[]] {
  const lines = Array.from({ length: LINES }, (_, line) => `out ${n}.${line}\n`).join("");
  const result = `execute_result: "result ${n}"`;
  const display = (text: string) =>
    `await Deno.jupyter.broadcast("display_data", { data: { "text/plain": ${text} }, metadata: {}, transient: {} });`;
  switch (n % 4) {
    case 0:
      return [
        `for (let i = 0; i < ${LINES}; i++) console.log("out ${n}." + i);\nconsole.error("err ${n}");\n"result ${n}"`,
        [`stdout: ${lines}`, `stderr: err ${n}\n`, result],
      ];
    case 1:
      return [
        `console.log("before ${n}");\n${display(`"shown ${n}"`)}\nconsole.log("after ${n}");`,
        [`stdout: before ${n}\n`, `display_data: shown ${n}`, `stdout: after ${n}\n`],
      ];
    case 2:
      return [
        `for (let i = 0; i < 5; i++) {\n${display(`"shown ${n}." + i`)}\n}\n"result ${n}"`,
        [...Array.from({ length: 5 }, (_, i) => `display_data: shown ${n}.${i}`), result],
      ];
    default:
      return [`"result ${n}"`, [result]];
  }
}

testsAtOnce([
  ...([[300, "", PRELUDE], [60, " even without the prelude", "void 0;"]] as const).map(([count, name, first]) =>
    [`runNotebook() loses no output of ${count} cells under load and keeps their order${name}`, async () => {
      const cells = Array.from({ length: count }, (_, n) => cellAndOutputs(n));
      await using temporary = await temporaryNotebook([first, ...cells.map(([source]) => source)]);
      using _load = cpuLoad();
      assertEquals(await runNotebook({ project: projectFolder(), ...temporary }), undefined);
      const executed = (await codeCells(temporary.executed)).slice(1);
      assertEquals(executed.map(shown), cells.map(([_, outputs]) => outputs));
      assertEquals(executed.map(({ execution_count }) => execution_count), cells.map((_, n) => n + 2));
    }] as const
  ),
  ["runNotebook() keeps what a timer prints while and between cells, once and in order", async () => {
    await using temporary = await temporaryNotebook([
      "let count = 0;\nconst timer = setInterval(() => console.log(count++), 1);\nvoid 0;",
      ...Array.from({ length: 60 }, () => "void 0;"),
      "clearInterval(timer);\nawait new Promise((done) => setTimeout(done, 5));\nconsole.log(`count ${count}`);",
    ]);
    assertEquals(await runNotebook({ project: projectFolder(), ...temporary }), undefined);
    const lines = (await codeCells(temporary.executed)).flatMap(({ outputs }) =>
      outputs.flatMap(({ text }) => text!.join("").trimEnd().split("\n"))
    );
    const count = Number(lines.pop()!.replace("count ", ""));
    assertEquals(lines, Array.from({ length: count }, (_, index) => String(index)));
  }],

  ["runNotebook() updates a display in place and reports its text as progress", async () => {
    const show = (type: string, text: string) =>
      `await Deno.jupyter.broadcast("${type}", { data: { "text/plain": "${text}" }, metadata: {}, ` +
      `transient: { display_id: "epochs" } });`;
    await using temporary = await temporaryNotebook([
      show("display_data", "epoch 1"),
      `${show("update_display_data", "epoch 2")}\n${show("update_display_data", "epoch 3")}`,
    ]);
    const progress: string[] = [];
    const onEvent = (event: { event: string }) => {
      if (event.event === "progress") progress.push((event as { event: string; text: string }).text);
    };
    assertEquals(await runNotebook({ project: projectFolder(), ...temporary, onEvent }), undefined);
    assertEquals(progress, ["epoch 1", "epoch 2", "epoch 3"]);
    assertEquals((await codeCells(temporary.executed)).map(shown), [["display_data: epoch 3"], []]);
  }],
]);
