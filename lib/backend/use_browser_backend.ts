/**
 * Chooses and starts the compute backend in a browser. Nothing of TensorFlow's library or of Deno is loaded here.
 *
 * @module
 */
import { tf } from "./tf.ts";

/** Names of the backends that a browser may have. */
export const BROWSER_BACKEND_NAMES = ["webgpu", "wasm", "cpu"] as const;

/** Name of a browser's backend. */
export type BrowserBackendName = typeof BROWSER_BACKEND_NAMES[number];

/** Options of {@linkcode useBrowserBackend}. */
export interface BrowserBackendOptions {
  /** Folder with the `.wasm` files of `@tensorflow/tfjs-backend-wasm`, as an address that ends with a slash. */
  readonly wasmFolder: string;
  /** By default WebGPU where the machine has a graphics card for it, else WASM, else plain JavaScript (`"cpu"`). */
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
  const candidates = backend ? [backend] : BROWSER_BACKEND_NAMES;
  for (const name of candidates) {
    if (name === "webgpu" && !backend && !await hasGraphicsCard()) continue;
    if (await start(name, wasmFolder)) return name;
  }
  throw new Error(`Cannot start the backend "${candidates.at(-1)}": ${MISSING[candidates.at(-1)!]}`);
}

/** What lacks where a backend does not start. */
const MISSING: Readonly<Record<BrowserBackendName, string>> = {
  webgpu: 'this browser offers no WebGPU adapter. Use "wasm".',
  wasm: "this browser can't run WebAssembly, or the .wasm files are missing.",
  cpu: "its script is missing.",
};

async function start(name: BrowserBackendName, wasmFolder: string): Promise<boolean> {
  try {
    await load(name, wasmFolder);
    if (!await tf.setBackend(name)) return false;
    await tf.ready();
    return true;
  } catch {
    return false;
  }
}

/** Registers a backend with tfjs. Only what is started is fetched. */
async function load(name: BrowserBackendName, wasmFolder: string): Promise<void> {
  if (name === "webgpu") await import("@tensorflow/tfjs-backend-webgpu");
  if (name === "cpu") await import("@tensorflow/tfjs-backend-cpu");
  if (name !== "wasm") return;
  const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
  // Threads would need headers that a plain static host does not send, and a policy that lets made-up scripts run.
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  setWasmPaths(wasmFolder);
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
