/**
 * The explorer's static files: two pages, their scripts, the WASM files and the network. Addresses in them are relative,
 * so any static host serves them.
 *
 * @module
 */
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.ts";
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
