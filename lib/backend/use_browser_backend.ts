/**
 * Chooses and starts the compute backend in a browser. Nothing of TensorFlow's library or of Deno is loaded here.
 *
 * @module
 */
import { tf } from "./tf.ts";

/** Names of the backends that a browser may have. */
export const BROWSER_BACKEND_NAMES = ["webgpu", "wasm"] as const;

/** Name of a browser's backend. */
export type BrowserBackendName = typeof BROWSER_BACKEND_NAMES[number];

/** Options of {@linkcode useBrowserBackend}. */
export interface BrowserBackendOptions {
  /** Folder with the `.wasm` files of `@tensorflow/tfjs-backend-wasm`, as an address that ends with a slash. */
  readonly wasmFolder: string;
  /** By default WebGPU where the machine has a graphics card for it, else WASM. */
  readonly backend?: BrowserBackendName;
}

/**
 * Starts a backend and makes it the one that every tensor lives on.
 *
 * @returns its name
 * @throws {Error} When the backend that was asked for can't be started.
 */
export async function useBrowserBackend(options: BrowserBackendOptions): Promise<BrowserBackendName> {
  const { wasmFolder, backend } = options;
  if (backend === "webgpu" || (backend === undefined && await hasGraphicsCard())) {
    await import("@tensorflow/tfjs-backend-webgpu");
    if (await start("webgpu")) return "webgpu";
    if (backend === "webgpu") {
      throw new Error('Cannot start the backend "webgpu": this browser offers no WebGPU adapter. Use "wasm".');
    }
  }
  const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
  // Threads need headers that a plain static host does not send.
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  setWasmPaths(wasmFolder);
  if (await start("wasm")) return "wasm";
  throw new Error('Cannot start the backend "wasm": this browser can\'t run WebAssembly, or its files are missing.');
}

async function start(name: BrowserBackendName): Promise<boolean> {
  try {
    if (!await tf.setBackend(name)) return false;
    await tf.ready();
    return true;
  } catch {
    return false;
  }
}

/** Whether WebGPU runs on a graphics card; a processor that plays one is slower than WASM. */
async function hasGraphicsCard(): Promise<boolean> {
  try {
    const adapter = await navigator.gpu?.requestAdapter();
    return adapter !== null && adapter !== undefined && !adapter.info.isFallbackAdapter;
  } catch {
    return false;
  }
}
