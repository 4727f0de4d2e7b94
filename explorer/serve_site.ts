/**
 * Serves the explorer's files, from memory, on the loopback.
 *
 * @module
 */
import type { Site } from "./build_site.ts";

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
}

/**
 * Starts the server, reachable from this machine only. It has the site's files and nothing else to give: no address leads
 * to the disk.
 *
 * @param port 0: any free one
 * @throws {Deno.errors.AddrInUse} where the port is taken
 */
export function serveSite(site: Site, port: number): SiteServer {
  const server = Deno.serve({ hostname: "127.0.0.1", port, onListen: () => {} }, (request) => answer(site, request));
  return { address: `http://127.0.0.1:${server.addr.port}/`, [Symbol.asyncDispose]: () => server.shutdown() };
}

function answer(site: Site, request: Request): Response {
  const host = hostOf(request);
  if (host === undefined) return refusal(400, "Bad request: the Host header is no host.");
  // A page of elsewhere whose name was bent to this machine must not read a network that is nobody else's business.
  if (!["127.0.0.1", "localhost", "[::1]"].includes(host)) return refusal(421, "This server is 127.0.0.1 only.");
  const { method, url } = request;
  if (method !== "GET" && method !== "HEAD") return refusal(405, "Method not allowed: GET and HEAD are.");
  const { pathname } = new URL(url);
  const name = pathname === "/" ? "index.html" : pathname.slice(1);
  const bytes = site.get(name);
  if (!bytes) return refusal(404, "Not found.");
  const headers = {
    "content-type": TYPES[name.split(".").at(-1)!],
    "content-length": String(bytes.length),
    "cache-control": "no-cache",
    "x-content-type-options": "nosniff",
  };
  return new Response(method === "GET" ? bytes : null, { headers });
}

/** The host that is asked for, without its port; undefined where there is none or it can't be one. */
function hostOf({ headers, url }: Request): string | undefined {
  const host = headers.get("host") ?? "";
  if (!/^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i.test(host) || !URL.canParse(url)) return undefined;
  return URL.parse(`http://${host}/`)?.hostname;
}

function refusal(status: number, words: string): Response {
  const allow: HeadersInit = status === 405 ? { allow: "GET, HEAD" } : {};
  return new Response(words + "\n", { status, headers: { "content-type": TYPES.txt, ...allow } });
}
