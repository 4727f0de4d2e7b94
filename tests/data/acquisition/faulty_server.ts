/**
 * A web server on the loopback that does what a test wants: cuts, stalls, lies.
 *
 * It speaks HTTP/1.1 over plain connections, because a proper server library would not let it break the protocol.
 *
 * @module
 */

/** A request as the server saw it. */
export interface SeenRequest {
  readonly path: string;
  /** Header values by lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** An answer: status, headers as they go over the wire, and a body. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Sends the body in pieces of so many bytes, a millisecond apart; default at once. */
  readonly pieceBytes?: number;
  /** What happens after the body; "hold" leaves the connection open and silent. Default "close". */
  readonly then?: "close" | "hold";
}

/** A running server. */
export interface FaultyServer extends AsyncDisposable {
  /** Address of its file. */
  readonly url: string;
  /** All requests so far. */
  readonly seen: readonly SeenRequest[];
}

/**
 * Starts a server on a free port of the loopback.
 *
 * @param answers the answer to each request in turn; the last one stands for all further ones too
 */
export function faultyServer(
  ...answers: readonly (Answer | ((request: SeenRequest) => Answer))[]
): FaultyServer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const seen: SeenRequest[] = [], open = new Set<Deno.TcpConn>();
  const serve = async () => {
    for await (const connection of listener) {
      open.add(connection);
      answerOn(connection).catch(() => {}).finally(() => open.delete(connection));
    }
  };
  const answerOn = async (connection: Deno.TcpConn) => {
    const request = parseRequest(await readHead(connection));
    const given = answers[Math.min(seen.length, answers.length - 1)];
    seen.push(request);
    const answer = typeof given === "function" ? given(request) : given;
    const { status = 200, headers = {}, body = new Uint8Array(), pieceBytes = Infinity, then = "close" } = answer;
    const lines = [`HTTP/1.1 ${status} Said`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)];
    await writeAll(connection, new TextEncoder().encode(`${lines.join("\r\n")}\r\nconnection: close\r\n\r\n`));
    for (let first = 0; first < body.length; first += pieceBytes) {
      await writeAll(connection, body.subarray(first, first + pieceBytes));
      if (first + pieceBytes < body.length) await new Promise((done) => setTimeout(done, 1));
    }
    if (then === "close") connection.close();
    // The read ends when the client or the test gives up.
    else await connection.read(new Uint8Array(1));
  };
  const finished = serve().catch(() => {});
  const { port } = listener.addr as Deno.NetAddr;
  return {
    url: `http://127.0.0.1:${port}/archive`,
    seen,
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const connection of open) {
        try {
          connection.close();
        } catch {
          // It is closed already.
        }
      }
      await finished;
    },
  };
}

/** A proper answer to a request for `file`: the range that is asked for, if its version is still `tag`. */
export function properAnswer(file: Uint8Array, tag: string): (request: SeenRequest) => Answer {
  return ({ headers }) => {
    const first = Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? NaN);
    return first < file.length && headers["if-range"] === tag ? part(file, tag, first) : whole(file, tag);
  };
}

/** The whole file with its ETag. */
export function whole(file: Uint8Array, tag: string): Answer {
  return { headers: { "etag": tag, "content-length": String(file.length) }, body: file };
}

/** The file from byte `first` on, as 206. */
export function part(file: Uint8Array, tag: string, first: number): Answer {
  const body = file.subarray(first);
  const range = `bytes ${first}-${file.length - 1}/${file.length}`;
  const headers = { "etag": tag, "content-length": String(body.length), "content-range": range };
  return { status: 206, headers, body };
}

/** An answer whose body ends after so many bytes, by the end of the connection or by silence. */
export function cut({ body, ...answer }: Answer, bytes: number, then: Answer["then"] = "close"): Answer {
  return { ...answer, body: body!.subarray(0, bytes), then };
}

async function readHead(connection: Deno.TcpConn): Promise<string> {
  let head = "";
  const buffer = new Uint8Array(4096);
  while (!head.includes("\r\n\r\n")) {
    const length = await connection.read(buffer);
    if (length === null) break;
    head += new TextDecoder().decode(buffer.subarray(0, length));
  }
  return head;
}

function parseRequest(head: string): SeenRequest {
  const [first, ...lines] = head.split("\r\n");
  const headers = lines.filter((line) => line.includes(": ")).map((line) => {
    const colon = line.indexOf(": ");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 2)];
  });
  return { path: first.split(" ")[1], headers: Object.fromEntries(headers) };
}

async function writeAll(connection: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) written += await connection.write(bytes.subarray(written));
}
