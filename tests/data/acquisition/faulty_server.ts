/**
 * A web server on the loopback that does what a test wants: cuts, stalls, sends something else.
 *
 * It speaks HTTP/1.1 over plain connections, because a proper server library would not let it break the protocol.
 *
 * @module
 */

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
  /** How many requests it has had. */
  readonly requests: () => number;
}

/**
 * Starts a server on a free port of the loopback.
 *
 * @param answers the answer to each request in turn; the last one stands for all further ones too
 */
export function faultyServer(...answers: readonly Answer[]): FaultyServer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.TcpConn>();
  let requests = 0;
  const serve = async () => {
    for await (const connection of listener) {
      open.add(connection);
      answerOn(connection).catch(() => {}).finally(() => open.delete(connection));
    }
  };
  const answerOn = async (connection: Deno.TcpConn) => {
    await readHead(connection);
    const answer = answers[Math.min(requests++, answers.length - 1)];
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
    requests: () => requests,
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

/** The whole file. */
export function whole(file: Uint8Array): Answer {
  return { headers: { "content-length": String(file.length) }, body: file };
}

/** An answer whose body ends after so many bytes, by the end of the connection or by silence. */
export function cut({ body, ...answer }: Answer, bytes: number, then: Answer["then"] = "close"): Answer {
  return { ...answer, body: body!.subarray(0, bytes), then };
}

async function readHead(connection: Deno.TcpConn): Promise<void> {
  let head = "";
  const buffer = new Uint8Array(4096);
  for (let length; !head.includes("\r\n\r\n") && (length = await connection.read(buffer)) !== null;) {
    head += new TextDecoder().decode(buffer.subarray(0, length));
  }
}

async function writeAll(connection: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) written += await connection.write(bytes.subarray(written));
}
