/**
 * esbuild inside this process: its WebAssembly build (esbuild-wasm, by esbuild's own author), driven as Go's loader drives
 * any program. The native build would be a program to start, which needs Deno's `run` permission, and that confines nothing.
 *
 * @module
 */
import fs from "node:fs";
import path from "node:path";
import "esbuild-wasm/wasm_exec.js"; // defines Go

/** Go's loader, as `wasm_exec.js` leaves it among the globals. */
interface GoProgram {
  argv: string[];
  env: Record<string, string>;
  exit: (status: number) => void;
  readonly importObject: WebAssembly.Imports;
  run(instance: WebAssembly.Instance): Promise<void>;
}

/**
 * Runs esbuild.
 *
 * @param args as on the command line
 * @throws {Error} with what it says where it can't bundle
 */
export async function bundle(args: readonly string[]): Promise<void> {
  const said: Uint8Array[] = [];
  const say = (bytes: Uint8Array) => said.push(bytes.slice());
  // Go's files are Node's; what it prints is kept for the error.
  const files = {
    ...fs,
    writeSync: (file: number, bytes: Uint8Array) => file > 2 ? fs.writeSync(file, bytes) : (say(bytes), bytes.length),
    write: (file: number, bytes: Uint8Array, ...rest: [number, number, number | null, (...a: unknown[]) => void]) => {
      if (file > 2) return fs.write(file, bytes, ...rest);
      say(bytes.subarray(rest[0], rest[0] + rest[1]));
      rest[3](null, rest[1]);
    },
  };
  const globals = globalThis as unknown as { fs?: unknown; path?: unknown; Go: new () => GoProgram };
  Object.assign(globals, { fs: files, path });
  try {
    const go = new globals.Go();
    let status = 0;
    Object.assign(go, { argv: ["esbuild", ...args], env: {}, exit: (code: number) => status = code });
    const program = await Deno.readFile(new URL(import.meta.resolve("esbuild-wasm/esbuild.wasm")));
    const { instance } = await WebAssembly.instantiate(program, go.importObject);
    await go.run(instance);
    if (status !== 0) {
      throw new Error(new TextDecoder().decode(await new Blob(said as BlobPart[]).arrayBuffer()).trim());
    }
  } finally {
    delete globals.fs;
    delete globals.path;
  }
}
