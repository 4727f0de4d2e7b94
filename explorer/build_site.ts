/**
 * The explorer's static files: two pages, their scripts, the WASM files and the network. Addresses in them are relative,
 * so any static host serves them.
 *
 * @module
 */
import "esbuild-wasm/wasm_exec.js"; // defines Go
import fs from "node:fs";
import path, { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { pageHtml, PAGES } from "./page/page_html.ts";
import type { ShownNetwork } from "./shown_network.ts";

/** The files' bytes by their names, all in one folder. */
export type Site = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

const PAGE = join(import.meta.dirname!, "page");
const REPORT = join(import.meta.dirname!, "..", "lib", "report");
const WASM = dirname(fileURLToPath(import.meta.resolve("@tensorflow/tfjs-backend-wasm")));

/**
 * What is copied. The explorer has the report's colours, type and theme switch; of tfjs' WASM files it has those with and
 * without SIMD, since the third one, with threads, needs headers that plain hosts do not send.
 */
const COPIES = [
  join(PAGE, "explorer.css"),
  join(PAGE, "icon.svg"),
  join(REPORT, "style.css"),
  join(REPORT, "theme.js"),
  join(WASM, "tfjs-backend-wasm.wasm"),
  join(WASM, "tfjs-backend-wasm-simd.wasm"),
];

/** Names of the network's files beside the pages. */
export const WEIGHTS_FILE = "weights.safetensors", RECORD_FILE = "model.json";

/**
 * Makes all files.
 *
 * @param network the one that the pages show; no other is among the files
 * @throws {Error} where a source is missing or does not compile
 */
export async function buildSite({ weights, record }: ShownNetwork): Promise<Site> {
  const site = new Map<string, Uint8Array<ArrayBuffer>>([[WEIGHTS_FILE, weights], [RECORD_FILE, utf8(toJson(record))]]);
  for (const page of PAGES) site.set(page.file, utf8(pageHtml(page)));
  for (const path of COPIES) site.set(basename(path), await Deno.readFile(path));
  const folder = await Deno.makeTempDir({ prefix: "polydice_explorer_" });
  try {
    await bundle([
      ...PAGES.map(({ script }) => join(PAGE, `${script}.tsx`)),
      `--outdir=${folder}`,
      ...["--bundle", "--splitting", "--format=esm", "--platform=browser", "--target=es2022", "--minify"],
      ...["--main-fields=module,browser,main", "--jsx=automatic", "--jsx-import-source=preact"],
      ...["--chunk-names=chunk-[hash]", "--legal-comments=linked", "--log-level=warning"],
      // In the browser the library's tfjs is its core, without the layers and converters that the explorer does not use,
      // and of Vega it needs the colour schemes only, which are a package of their own.
      `--alias:@tensorflow/tfjs=${join(PAGE, "tfjs_core.js")}`,
      "--alias:vega=vega-scale",
    ]);
    for await (const { name } of Deno.readDir(folder)) site.set(name, await Deno.readFile(join(folder, name)));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  return site;
}

/** Bytes of all files. */
export function siteSize(site: Site): number {
  return site.values().reduce((sum, { length }) => sum + length, 0);
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function toJson(value: unknown): string {
  return JSON.stringify(value) + "\n";
}

/** Go's loader, as `wasm_exec.js` leaves it among the globals. */
interface GoProgram {
  argv: string[];
  env: Record<string, string>;
  exit: (status: number) => void;
  readonly importObject: WebAssembly.Imports;
  run(instance: WebAssembly.Instance): Promise<void>;
}

/**
 * Runs esbuild.
 *
 * @param args as on the command line
 * @throws {Error} with what it says where it can't bundle
 */
async function bundle(args: readonly string[]): Promise<void> {
  const said: Uint8Array[] = [];
  const say = (bytes: Uint8Array) => said.push(bytes.slice());
  // Go's files are Node's; what it prints is kept for the error.
  const files = {
    ...fs,
    writeSync: (file: number, bytes: Uint8Array) => file > 2 ? fs.writeSync(file, bytes) : (say(bytes), bytes.length),
    write: (file: number, bytes: Uint8Array, ...rest: [number, number, number | null, (...a: unknown[]) => void]) => {
      if (file > 2) return fs.write(file, bytes, ...rest);
      say(bytes.subarray(rest[0], rest[0] + rest[1]));
      rest[3](null, rest[1]);
    },
  };
  const globals = globalThis as unknown as { fs?: unknown; path?: unknown; Go: new () => GoProgram };
  Object.assign(globals, { fs: files, path });
  try {
    const go = new globals.Go();
    let status = 0;
    Object.assign(go, { argv: ["esbuild", ...args], env: {}, exit: (code: number) => status = code });
    const program = await Deno.readFile(new URL(import.meta.resolve("esbuild-wasm/esbuild.wasm")));
    const { instance } = await WebAssembly.instantiate(program, go.importObject);
    await go.run(instance);
    if (status !== 0) {
      throw new Error(new TextDecoder().decode(await new Blob(said as BlobPart[]).arrayBuffer()).trim());
    }
  } finally {
    delete globals.fs;
    delete globals.path;
  }
}
