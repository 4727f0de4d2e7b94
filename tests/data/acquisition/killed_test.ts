import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { randomStream } from "../../../lib/random/random_stream.ts";
import { faultyServer, whole } from "./faulty_server.ts";
import { FILES, officialEntries, tiffPaths, tree } from "./published.ts";
import { rarBytes } from "./archive_bytes.ts";

const PROCESS = fromFileUrl(new URL("published.ts", import.meta.url));
const ARCHIVE = rarBytes(officialEntries());
/** Pieces in which the server sends the archive, so that a kill can fall between any two of them. */
const PIECE_BYTES = 200;

/** Lines of output after which a process is killed at the latest; one that is left alone prints about twenty. */
const MOST_LINES = 35;
/** Data sets that are acquired to the end. */
const ROUNDS = 4;

const command = (directory: string, source: string) => [
  Deno.execPath(),
  "run",
  "-q",
  "--no-check",
  "--allow-read",
  `--allow-write=${directory}`,
  "--allow-net=127.0.0.1",
  "--allow-env",
  "--allow-ffi",
  PROCESS,
  directory,
  source,
];

/** Runs the process until it has printed so many lines, then kills it; returns whether it ended before. */
async function runUntil(lines: number, directory: string, url: string): Promise<boolean> {
  const [program, ...args] = command(directory, url);
  const child = new Deno.Command(program, { args, stdout: "piped", stderr: "inherit" }).spawn();
  let seen = 0;
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    seen += text.split("\n").length - 1;
    if (seen >= lines) break;
  }
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended.
  }
  return (await child.status).success;
}

Deno.test("a data set that is acquired by processes killed at random points appears whole or not at all", async () => {
  await using server = faultyServer({ ...whole(ARCHIVE), pieceBytes: PIECE_BYTES });
  const stream = randomStream(1, "kills");
  let kills = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const directory = Deno.makeTempDirSync();
    const folder = join(directory, "CVC-ClinicDB");
    for (let ended = false; !ended;) {
      ended = await runUntil(stream.integer(1, MOST_LINES), directory, server.url);
      if (!ended) kills++;
      const there = [...Deno.readDirSync(directory)].some(({ name }) => name === "CVC-ClinicDB");
      assert(!ended || there, "it ended and left no data set");
      if (!there) continue;
      for (const path of tiffPaths()) assertEquals(Deno.readFileSync(join(folder, path)), FILES.get(path));
    }
    assertEquals([...Deno.readDirSync(directory)].map(({ name }) => name), ["CVC-ClinicDB"]);
    Deno.removeSync(directory, { recursive: true });
  }
  assert(kills >= ROUNDS, `expected some kills, found ${kills}`);
});

Deno.test({
  name: "a full disk is told and leaves nothing under the data set's name",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const directory = Deno.makeTempDirSync(), outside = Deno.makeTempDirSync(), archive = join(outside, "set.rar");
    Deno.writeFileSync(archive, ARCHIVE);
    // A shell that lets its processes write no byte into any file, and answers with an error and no signal.
    const words = command(directory, archive).map((word) => `'${word}'`).join(" ");
    const shell = `trap '' XFSZ; ulimit -f 0; exec ${words}`;
    const { success, stderr } = await new Deno.Command("bash", { args: ["-c", shell], stdout: "null" }).output();
    assertEquals(success, false);
    assertStringIncludes(new TextDecoder().decode(stderr), "Cannot write");
    assertEquals(tree(directory), []);
    for (const folder of [directory, outside]) Deno.removeSync(folder, { recursive: true });
  },
});

Deno.test("a server that leads to an address which the process may not ask is not followed", async () => {
  await using other = faultyServer(whole(ARCHIVE));
  const location = other.url.replace("127.0.0.1", "localhost");
  await using server = faultyServer({ status: 302, headers: { location, "content-length": "0" } });
  const directory = Deno.makeTempDirSync();
  const [program, ...args] = command(directory, server.url);
  const { success, stderr } = await new Deno.Command(program, { args, stdin: "null", stdout: "null" }).output();
  assertEquals([success, other.requests(), tree(directory)], [false, 0, []]);
  assertStringIncludes(new TextDecoder().decode(stderr), 'Requires net access to "localhost');
  Deno.removeSync(directory, { recursive: true });
});
