/**
 * Serves the explorer's files on the loopback.
 *
 * @module
 */
import { join } from "node:path";

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  svg: "image/svg+xml",
  txt: "text/plain; charset=utf-8",
  wasm: "application/wasm",
  safetensors: "application/octet-stream",
};

/** A server that runs. */
export interface SiteServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT/` */
  readonly address: string;
  /** Resolves when it has ended. */
  readonly finished: Promise<void>;
}

/**
 * Starts the server, reachable from this machine only.
 *
 * @param folder what `buildSite` wrote
 * @param port 0: any free one
 * @throws {Deno.errors.AddrInUse} where the port is taken
 */
export function serveSite(folder: string, port: number): SiteServer {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port, onListen: () => {} },
    (request) => answer(folder, request),
  );
  return {
    address: `http://127.0.0.1:${server.addr.port}/`,
    finished: server.finished,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Only plain names in the folder itself are served, so no address leads out of it. */
async function answer(folder: string, { url, method }: Request): Promise<Response> {
  if (method !== "GET" && method !== "HEAD") return new Response("Method not allowed\n", { status: 405 });
  const { pathname } = new URL(url);
  const name = pathname === "/" ? "index.html" : pathname.slice(1);
  const type = TYPES[name.split(".").at(-1)!];
  if (!type || !/^[\w.-]+$/.test(name)) return new Response("Not found\n", { status: 404 });
  try {
    const file = await Deno.open(join(folder, name));
    const headers = { "content-type": type, "cache-control": "no-cache", "x-content-type-options": "nosniff" };
    if (method === "GET") return new Response(file.readable, { headers });
    file.close();
    return new Response(null, { headers });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return new Response("Not found\n", { status: 404 });
  }
}
