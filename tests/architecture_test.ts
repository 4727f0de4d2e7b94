import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join, relative } from "@std/path";

const ROOT = fromFileUrl(new URL("..", import.meta.url));

/** Which rooms of lib a room may import from, besides itself and `project_directory.ts`. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  random: [],
  files: [],
  text: [],
  statistics: ["random"],
  backend: ["random"],
  data: ["backend", "files", "random", "text"],
  model: ["backend", "random"],
  loss: ["backend", "random"],
  uncertainty: ["backend"],
  control: ["statistics"],
  metrics: ["backend", "statistics"],
  // What decides a training, and which runs a study has; the names of data sets and losses are those rooms' own.
  experiment: ["data", "loss"],
  // Knows records, never how they come about.
  results: ["experiment", "files", "metrics", "statistics", "text"],
  training: [
    ...[
      "backend",
      "control",
      "data",
      "experiment",
      "files",
      "loss",
      "metrics",
      "model",
      "random",
      "statistics",
      "text",
    ],
    "uncertainty",
  ],
  // Knows settings, records and rows, never how they come about.
  notebook: ["backend", "data", "experiment", "metrics", "results", "statistics", "text"],
  // Pages of plain data: whoever asks for them has gathered it.
  report: ["experiment", "metrics", "notebook", "results", "statistics", "text"],
};

/** Types only: erased when the code runs. */
const MAY_IMPORT_TYPES: Readonly<Record<string, readonly string[]>> = {
  experiment: ["backend", "control"],
  results: ["data"],
  training: ["results"],
  notebook: ["training"],
  report: ["training"],
};

interface Import {
  readonly file: string;
  readonly from: string;
  readonly typesOnly: boolean;
  readonly specifier: string;
}

const sources = [...filesIn("lib")];
const imports = sources.flatMap(importsOf);

Deno.test("every room of lib imports only from rooms that lie before it", () => {
  const wrong = imports.flatMap(({ file, from, typesOnly, specifier }) => {
    const target = specifier.startsWith(".") ? relative(join(ROOT, "lib"), join(ROOT, file, "..", specifier)) : "";
    const room = target.includes("/") ? target.split("/")[0] : undefined;
    const isData = specifier.endsWith(".json"); // such as the schema of studies
    if (from === "" || room === undefined || room === from || isData) return [];
    const allowed = [...MAY_IMPORT[from] ?? [], ...(typesOnly ? MAY_IMPORT_TYPES[from] ?? [] : [])];
    return allowed.includes(room) ? [] : [`${file} imports ${specifier}`];
  });
  assertEquals(wrong, []);
});

Deno.test("the rooms of lib lie one after another: no import leads back", () => {
  const rooms = Object.keys(MAY_IMPORT);
  rooms.forEach((room, index) => {
    const all = [...MAY_IMPORT[room], ...MAY_IMPORT_TYPES[room] ?? []];
    assertEquals(all.filter((other) => rooms.indexOf(other) >= index), [], room);
  });
});

Deno.test("no files import one another in a circle, types included", () => {
  const files = ["lib", "tasks", "bench", "explorer"].flatMap((folder) => [...filesIn(folder)]);
  const targets = new Map(
    files.map((file) => [
      file,
      importsOf(file).flatMap(({ specifier }) =>
        specifier.startsWith(".") ? relative(ROOT, join(ROOT, file, "..", specifier)) : []
      ),
    ]),
  );
  const done = new Set<string>(), circles: string[] = [];
  const follow = (file: string, way: readonly string[]) => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(" → "));
    if (done.has(file) || way.includes(file)) return;
    for (const target of targets.get(file) ?? []) follow(target, [...way, file]);
    done.add(file);
  };
  files.forEach((file) => follow(file, []));
  assertEquals(circles, []);
});

Deno.test("every room of lib is listed here", () => {
  const rooms = [...Deno.readDirSync(join(ROOT, "lib"))].filter(({ isDirectory }) => isDirectory);
  assertEquals(rooms.map(({ name }) => name).sort(), Object.keys(MAY_IMPORT).sort());
});

Deno.test("no file of lib imports from explorer, tasks, tests, bench or a mod.ts", () => {
  const wrong = imports.filter(({ file, specifier }) =>
    /(^|\/)(explorer|tasks|tests|bench)\//.test(specifier) ||
    (specifier.endsWith("/mod.ts") && !file.endsWith("/mod.ts"))
  );
  assertEquals(wrong, []);
});

Deno.test("only the backend room knows tfjs' packages and Deno's FFI", () => {
  const knowing = imports.filter(({ from, specifier }) => from !== "backend" && specifier.startsWith("@tensorflow/"));
  assertEquals(knowing, []);
  for (const file of sources.filter((file) => !file.startsWith("lib/backend/"))) {
    assert(!/Deno\.(dlopen|Unsafe)/.test(Deno.readTextFileSync(join(ROOT, file))), `${file} calls Deno's FFI`);
  }
});

Deno.test("only the prelude and show.ts talk to the kernel", () => {
  const talking = sources.filter((file) => /Deno\.jupyter\b/.test(withoutComments(file)));
  assertEquals(talking.sort(), ["lib/notebook/prelude.ts", "lib/notebook/show.ts"]);
});

Deno.test("no file of lib draws numbers that no seed determines", () => {
  assertEquals(sources.filter((file) => withoutComments(file).includes("Math.random")), []);
});

for (const task of ["setup", "lab", "run_tests"]) {
  Deno.test(`tasks/${task}.ts imports no package, nor does what it imports: it starts before any is there`, () => {
    const files = [`tasks/${task}.ts`];
    for (const file of files) { // grows meanwhile
      for (const { typesOnly, specifier } of importsOf(file)) {
        if (typesOnly || specifier.startsWith("node:") || specifier.endsWith(".json")) continue;
        assert(specifier.startsWith("."), `${file} imports ${specifier}`);
        const path = join(file, "..", specifier);
        if (!files.includes(path)) files.push(path);
      }
    }
    assert(files.length > 5);
  });
}

function* filesIn(folder: string): Iterable<string> {
  for (const { name, isDirectory } of Deno.readDirSync(join(ROOT, folder))) {
    if (isDirectory) yield* filesIn(`${folder}/${name}`);
    else if (/\.tsx?$/.test(name)) yield `${folder}/${name}`;
  }
}

function importsOf(file: string): Import[] {
  const [, room, inside] = file.split("/");
  const pattern = /^\s*(import|export)\s+(type\s+)?[^"';]*?from\s+"([^"]+)"/gms;
  return [...withoutComments(file).matchAll(pattern)].map(([, , type, specifier]) => ({
    file,
    from: inside === undefined ? "" : room,
    typesOnly: type !== undefined,
    specifier,
  }));
}

function withoutComments(file: string): string {
  return Deno.readTextFileSync(join(ROOT, file)).replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/^\s*\/\/.*$/gm, "");
}
