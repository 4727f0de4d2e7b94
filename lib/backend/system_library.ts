/**
 * The system's own C library.
 *
 * @module
 */

/** Its file, by the name of the system. */
export const SYSTEM_LIBRARY = { linux: "libc.so.6", darwin: "libSystem.B.dylib" } as const;

const READ_ONLY = 0, END = 2;
/** So that a FIFO in the file's place does not wait for a writer. */
const NON_BLOCKING = { linux: 0o4000, darwin: 4 } as const;
/**
 * What is written into the memory stays there and never reaches the file; no room is set aside for that, so that a file may
 * be larger than the memory.
 */
const READ_WRITE = 3, PRIVATE_WITHOUT_RESERVE = { linux: 0x4002, darwin: 0x42 } as const;

/**
 * The bytes of a file as memory, until the process ends (`mmap` of POSIX, NumPy's `memmap`): the system reads a page when it
 * is used, can forget it again, and holds it once for all processes. Undefined where that can't be done: on Windows, without
 * the permission `ffi`, on a file system without it, for an empty file.
 *
 * The file may be replaced or removed meanwhile, never be shortened in place: reading behind its new end ends the process, as
 * a disk that can't be read does; so does, on a network file system, what another machine does to it.
 *
 * @param path of a regular file
 */
export async function mapFile(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const { os } = Deno.build;
  if (os !== "linux" && os !== "darwin") return undefined;
  const { state } = await Deno.permissions.query({ name: "ffi", path: SYSTEM_LIBRARY[os] });
  const library = state === "granted" ? openSystem(SYSTEM_LIBRARY[os]) : undefined;
  if (library === undefined) return undefined;
  const { symbols: system } = library;
  const file = system.open(new TextEncoder().encode(`${path}\0`), READ_ONLY | NON_BLOCKING[os]);
  try {
    const size = file < 0 ? 0 : Number(system.lseek(file, 0n, END));
    if (size <= 0) return undefined;
    const address = system.mmap(null, BigInt(size), READ_WRITE, PRIVATE_WITHOUT_RESERVE[os], file, 0n);
    if (address === null || Deno.UnsafePointer.value(address) === FAILED) return undefined;
    return new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(address, size));
  } finally {
    if (file >= 0) system.close(file);
    library.close();
  }
}

/** What `mmap` answers where it fails: −1. */
const FAILED = 2n ** 64n - 1n;

/** The library; undefined where it has another name. */
function openSystem(file: string) {
  try {
    return Deno.dlopen(file, {
      open: { parameters: ["buffer", "i32"], result: "i32" },
      close: { parameters: ["i32"], result: "i32" },
      lseek: { parameters: ["i32", "i64", "i32"], result: "i64" },
      mmap: { parameters: ["pointer", "usize", "i32", "i32", "i32", "i64"], result: "pointer" },
    });
  } catch {
    return undefined;
  }
}
