/**
 * Builds the explorer's static files: two pages, their scripts, the WASM files and the network. Addresses in them are
 * relative, so any static host serves them.
 *
 * @module
 */
import { dirname, join } from "node:path";
import * as esbuild from "esbuild"; // the bundler that `deno bundle` uses as well, here with its version pinned

const PAGES = ["index.html", "geometry.html"];
const SCRIPTS = ["explorer.tsx", "geometry.tsx"];
/** The explorer has the report's colours, type and theme switch, and a style sheet of its own for the rest. */
const SHARED = ["style.css", "theme.js"];
const MODEL = ["weights.safetensors", "model.json"];
/** With and without SIMD. The third, with threads, needs headers that plain hosts do not send. */
const WASM = ["tfjs-backend-wasm.wasm", "tfjs-backend-wasm-simd.wasm"];

/**
 * Writes all files into a folder.
 *
 * @param root the checkout
 * @param folder where to; made where it is missing. Files of an earlier build are replaced.
 * @returns the size of all files, bytes
 * @throws {Error} where a source is missing or does not compile
 */
export async function buildSite(root: string, folder: string): Promise<number> {
  const page = join(root, "explorer", "page");
  const wasm = await Deno.realPath(join(root, "node_modules", "@tensorflow", "tfjs-backend-wasm"));
  await Deno.mkdir(folder, { recursive: true });
  await removeOldScripts(folder);
  await esbuild.build({
    entryPoints: SCRIPTS.map((name) => join(page, name)),
    outdir: folder,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    mainFields: ["module", "browser", "main"],
    jsx: "automatic",
    jsxImportSource: "preact",
    minify: true,
    chunkNames: "chunk-[hash]",
    legalComments: "linked",
    absWorkingDir: root,
    plugins: [tfjsCore(wasm), vegaSchemes(root)],
    logLevel: "silent",
  });
  await esbuild.stop();
  const copies: [from: string, names: readonly string[]][] = [
    [page, [...PAGES, "explorer.css", "icon.svg"]],
    [join(root, "lib", "report"), SHARED],
    [join(root, "explorer", "model"), MODEL],
    [join(wasm, "dist"), WASM],
  ];
  for (const [from, names] of copies) {
    for (const name of names) await Deno.copyFile(join(from, name), join(folder, name));
  }
  return await sizeOf(folder);
}

/**
 * In the browser the library's tfjs is its core: operations and gradients, without the layers, converters and backends
 * that the explorer does not use, in the very copy that the backends register with.
 */
function tfjsCore(resolveDir: string): esbuild.Plugin {
  return {
    name: "tfjs-core",
    setup(build) {
      build.onResolve({ filter: /^@tensorflow\/tfjs$/ }, () => ({ path: "tfjs", namespace: "tfjs-core" }));
      build.onLoad({ filter: /.*/, namespace: "tfjs-core" }, () => ({
        contents: `import * as tf from "@tensorflow/tfjs-core";
          import "@tensorflow/tfjs-core/dist/register_all_gradients";
          export default tf;`,
        resolveDir: dirname(resolveDir),
      }));
    },
  };
}

/** Of Vega the explorer needs the colour schemes only, which are a package of their own. */
function vegaSchemes(root: string): esbuild.Plugin {
  return {
    name: "vega-schemes",
    setup(build) {
      build.onResolve({ filter: /^vega$/ }, () => ({ path: "vega", namespace: "vega-schemes" }));
      build.onLoad({ filter: /.*/, namespace: "vega-schemes" }, async () => ({
        contents: 'export { scheme } from "vega-scale";',
        resolveDir: await Deno.realPath(join(root, "node_modules", "vega")),
      }));
    },
  };
}

async function removeOldScripts(folder: string): Promise<void> {
  for await (const { name } of Deno.readDir(folder)) {
    if (/\.js(\.LEGAL\.txt)?$/.test(name)) await Deno.remove(join(folder, name));
  }
}

async function sizeOf(folder: string): Promise<number> {
  let size = 0;
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (isFile) size += (await Deno.stat(join(folder, name))).size;
  }
  return size;
}
