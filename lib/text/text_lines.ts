/**
 * Lines of text that processes say to each other.
 *
 * @module
 */

/**
 * Yields the lines of UTF-8 text without their ends. A carriage return ends a line as well, as in progress bars; empty
 * lines are left out.
 */
export async function* textLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>)) {
    const lines = (rest + text).split(/[\r\n]+/);
    rest = lines.pop()!;
    yield* lines.filter((line) => line !== "");
  }
  if (rest) yield rest;
}

/** Writes a text as it is, all of it. */
export function writeToStdout(text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let from = 0; from < bytes.length;) from += Deno.stdout.writeSync(bytes.subarray(from));
}
