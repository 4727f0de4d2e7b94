/**
 * The network that lies beside the page, opened once.
 *
 * @module
 */
/// <reference lib="dom" />
import { useEffect, useState } from "preact/hooks";
import {
  BROWSER_BACKEND_NAMES,
  type BrowserBackendName,
  useBrowserBackend,
} from "../../../lib/backend/use_browser_backend.ts";
import { type ModelRecord, type Network, openNetwork } from "../../compute/network.ts";

/** A network that can compute. */
export interface ReadyNetwork extends Network {
  readonly backend: BrowserBackendName;
}

/** The network, once it is there, or what went wrong. */
export function useNetwork(): { readonly network?: ReadyNetwork; readonly problem?: string } {
  const [state, setState] = useState<{ network?: ReadyNetwork; problem?: string }>({});
  useEffect(() => {
    fetchNetwork().then((network) => setState({ network }), (error: Error) => setState({ problem: error.message }));
  }, []);
  return state;
}

/** Fetches the files and starts the backend: the one that the address names, as in `?backend=wasm`, else the fastest. */
async function fetchNetwork(): Promise<ReadyNetwork> {
  const wanted = new URLSearchParams(location.search).get("backend");
  const [record, weights, backend] = await Promise.all([
    fetchFile("model.json").then((file) => file.json() as Promise<ModelRecord>),
    fetchFile("weights.safetensors").then((file) => file.arrayBuffer()),
    useBrowserBackend({
      wasmFolder: new URL("./", document.baseURI).href,
      backend: BROWSER_BACKEND_NAMES.find((name) => name === wanted),
    }),
  ]);
  return { ...openNetwork(new Uint8Array(weights), record), backend };
}

async function fetchFile(name: string): Promise<Response> {
  const response = await fetch(name).catch(() => undefined);
  if (response?.ok) return response;
  throw new Error(`Cannot load the network: ${name} is missing beside the page (${response?.status ?? "no answer"}).`);
}
