/**
 * `deno task lab` as tests start it: without a browser of its own, on a free port of the loopback.
 *
 * @module
 */
import { fromFileUrl } from "@std/path";
import { textLines } from "../lib/text/text_lines.ts";

/** A JupyterLab that runs until it is disposed of. */
export interface LabServer extends AsyncDisposable {
  /** Its address, with the token. */
  readonly address: URL;
  /** Ends it as Ctrl-C does, and tells the exit status of `deno task lab`. */
  readonly end: () => Promise<number>;
}

/**
 * Starts JupyterLab and waits until it tells its address. There is no limit of time: a machine may be slow.
 *
 * @param args more options of JupyterLab
 * @param env variables beside those of this process
 * @throws {Error} with its words, where it ends before it has an address
 */
export async function startLab(args: readonly string[] = [], env: Record<string, string> = {}): Promise<LabServer> {
  const script = fromFileUrl(new URL("../tasks/lab.ts", import.meta.url));
  const root = Deno.build.os !== "windows" && Deno.uid() === 0 ? ["--allow-root"] : [];
  const lab = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-P=tasks", script, "--no-browser", "--port=0", ...root, ...args],
    env,
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const { promise, resolve, reject } = Promise.withResolvers<URL>();
  const words: string[] = [];
  const reading = (async () => { // to the end: a full pipe would stop the server
    for await (const line of textLines(lab.stderr)) {
      words.push(line);
      const match = /http:\/\/127\.0\.0\.1:\d+\/lab\?token=\w+/.exec(line);
      if (match) resolve(new URL(match[0]));
    }
    reject(new Error(`JupyterLab ended before it told its address:\n${words.join("\n")}`));
  })();
  const end = async () => {
    try {
      lab.kill("SIGINT");
    } catch {
      // it has ended already
    }
    await reading;
    return (await lab.status).code;
  };
  let ended = false;
  const ending = reading.then(() => ended = true);
  try {
    const address = await promise;
    while (!await answers(address)) { // the address is told a moment before it is listened to
      if (ended) throw new Error(`JupyterLab ended before it answered:\n${words.join("\n")}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return { address, end, [Symbol.asyncDispose]: async () => void await end() };
  } catch (error) {
    await ending;
    await lab.status;
    throw error;
  }
}

async function answers(address: URL): Promise<boolean> {
  const response = await fetch(new URL(`/api${address.search}`, address)).catch(() => undefined);
  await response?.body?.cancel();
  return response?.ok ?? false;
}
