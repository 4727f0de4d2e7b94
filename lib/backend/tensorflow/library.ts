/**
 * Finds and opens TensorFlow's C library, which comes inside the TensorFlow package that `deno task setup` installs.
 *
 * @module
 */
import { join } from "@std/path";
import { CORE_SYMBOLS, FLOAT32_MARK, FRAMEWORK_SYMBOLS } from "./c_api.ts";
import { cString } from "./c_string.ts";
import { SYSTEM_LIBRARY } from "../system_library.ts";
import { ELF_HEADER_BYTES, elfLength } from "./elf_length.ts";

/** The opened library: functions of the C interface, and one status value that every call reports into. */
export interface TensorFlowLibrary {
  /** `libtensorflow_framework`'s functions. */
  readonly framework: Deno.StaticForeignLibraryInterface<typeof FRAMEWORK_SYMBOLS>;
  /** `libtensorflow_cc`'s functions. */
  readonly core: Deno.StaticForeignLibraryInterface<typeof CORE_SYMBOLS>;
  /** Version of TensorFlow, such as `"2.21.0"`. */
  readonly version: string;
  /** The `TF_Status` to pass to calls that report one; read by {@linkcode checkStatus}. */
  readonly status: Deno.PointerValue;
}

/** Oldest and newest minor version of TensorFlow 2 that the binding accepts; its C interface is stable across them. */
const SUPPORTED_MINOR_VERSIONS = { oldest: 18, newest: 21 };

/** Smallest plausible size of `libtensorflow_cc` in bytes: a smaller file is an interrupted installation. */
const SMALLEST_CORE_LIBRARY = 50e6;

const SETUP_ADVICE = "Run `deno task setup` to install it into the project, or set POLYDICE_TENSORFLOW to the " +
  "`tensorflow` folder of an installed TensorFlow package";

const LIBRARY_NAMES = {
  linux: { framework: "libtensorflow_framework.so.2", core: "libtensorflow_cc.so.2" },
  darwin: { framework: "libtensorflow_framework.2.dylib", core: "libtensorflow_cc.2.dylib" },
};

/**
 * The folder of the TensorFlow package: the environment variable `POLYDICE_TENSORFLOW`, else the project's `.venv`.
 *
 * @throws {Deno.errors.NotFound} When there is none; the message says what to run.
 */
export function findTensorFlow(projectDirectory: string): string {
  const chosen = Deno.env.get("POLYDICE_TENSORFLOW");
  if (chosen) return chosen;
  const libraries = join(projectDirectory, ".venv", "lib");
  try {
    for (const python of Deno.readDirSync(libraries)) {
      const directory = join(libraries, python.name, "site-packages", "tensorflow");
      if (python.name.startsWith("python") && isDirectory(directory)) return directory;
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  throw new Deno.errors.NotFound(`Cannot find TensorFlow: no package "tensorflow" in ${libraries}. ${SETUP_ADVICE}.`);
}

/**
 * Opens both libraries in a TensorFlow package folder and checks their version.
 *
 * @throws {Error} When a library is missing, truncated or of another version; the message says what to run.
 */
export function openTensorFlow(directory: string): TensorFlowLibrary {
  const names = LIBRARY_NAMES[Deno.build.os as keyof typeof LIBRARY_NAMES];
  if (!names) {
    throw new Error(
      `Cannot start TensorFlow: its C library is not published for ${Deno.build.os}. Use Linux, macOS or WSL, ` +
        'or the backend "cpu" or "webgpu".',
    );
  }
  const [frameworkFile, coreFile] = [join(directory, names.framework), join(directory, names.core)];
  for (const file of [frameworkFile, coreFile]) requireFile(file);
  const size = Deno.statSync(coreFile).size;
  if (size < SMALLEST_CORE_LIBRARY) {
    throw new Error(`Cannot load TensorFlow: ${coreFile} has only ${size} bytes, it is damaged. ${SETUP_ADVICE}.`);
  }
  for (const file of [frameworkFile, coreFile]) requireWhole(file);
  preloadNvidiaLibraries(join(directory, ".."));
  // Its notes on what the processor could do better; warnings and errors stay.
  setDefault("TF_CPP_MIN_LOG_LEVEL", "1");
  // TensorFlow takes oneDNN's operations by itself only where a processor has AVX-512; with AVX2 they are up to 2.3 times
  // as fast as Eigen's.
  setDefault("TF_ENABLE_ONEDNN_OPTS", "1");
  setDefault("TF_AUTO_MIXED_PRECISION_GRAPH_REWRITE_DENYLIST_ADD", FLOAT32_MARK);
  loadForGood(frameworkFile);
  const framework = load(frameworkFile, FRAMEWORK_SYMBOLS);
  loadForGood(coreFile);
  const core = load(coreFile, CORE_SYMBOLS);
  const version = new Deno.UnsafePointerView(core.TF_Version()!).getCString();
  requireSupported(version);
  return { framework, core, version, status: framework.TF_NewStatus() };
}

/** Sets an environment variable that the user has not set. */
function setDefault(name: string, value: string): void {
  if (!Deno.env.has(name)) Deno.env.set(name, value);
}

/**
 * Throws when the last call that reported into `library.status` failed, and clears the status.
 *
 * @param action What was tried, as in `"run MatMul"`.
 * @throws {Error} `Cannot <action>: <TensorFlow's message>`.
 */
export function checkStatus(library: TensorFlowLibrary, action: string): void {
  if (library.framework.TF_GetCode(library.status) === 0) return;
  const view = new Deno.UnsafePointerView(library.framework.TF_Message(library.status)!);
  try {
    throw new Error(`Cannot ${action}: ${view.getCString()}`);
  } finally {
    library.framework.TF_SetStatus(library.status, 0, new Uint8Array(1));
  }
}

/** Throws unless the library's version is one that the binding was made for. */
export function requireSupported(version: string): void {
  const [major, minor] = version.split(".").map(Number);
  const { oldest, newest } = SUPPORTED_MINOR_VERSIONS;
  if (major !== 2 || !(minor >= oldest && minor <= newest)) {
    throw new Error(
      `Cannot use TensorFlow ${version}: this project supports 2.${oldest} to 2.${newest}. ${SETUP_ADVICE}.`,
    );
  }
}

/**
 * Loads the CUDA libraries of pip's `nvidia-*` packages where they are installed, so that TensorFlow, which asks for
 * them by name only, finds them in the process. Does nothing on a machine without them.
 */
function preloadNvidiaLibraries(sitePackages: string): void {
  const root = join(sitePackages, "nvidia");
  if (Deno.build.os !== "linux" || !isDirectory(root)) return;
  const files = [...Deno.readDirSync(root)]
    .map((library) => join(root, library.name, "lib"))
    .filter(isDirectory)
    .flatMap((folder) => [...Deno.readDirSync(folder)].map((file) => join(folder, file.name)))
    .filter((file) => /\.so(\.\d+)*$/.test(file));
  // They need one another in an order that is written nowhere: load what loads, until nothing more does.
  for (let waiting = files, before = Infinity; waiting.length < before;) {
    before = waiting.length;
    waiting = waiting.filter((file) => !canLoad(file));
  }
}

function canLoad(file: string): boolean {
  try {
    Deno.dlopen(file, {});
    return true;
  } catch {
    return false;
  }
}

/** Flags of the system's `dlopen`: resolve symbols late, and never unload. */
const LAZY_NO_DELETE = { linux: 0x1001, darwin: 0x81 };
const STANDARD_ERROR = 2;
const WRITE_ONLY = 1;

/**
 * Loads a library so that it stays until the process has ended: Deno unloads what it loaded when it exits, while
 * TensorFlow's threads still run in it, which would end every program with a segmentation fault. While it loads, the
 * standard error goes to nowhere: TensorFlow prints a banner there that no setting silences; why a load fails is told
 * by the load after it.
 */
function loadForGood(file: string): void {
  const os = Deno.build.os as keyof typeof SYSTEM_LIBRARY;
  const { symbols: system } = Deno.dlopen(SYSTEM_LIBRARY[os], {
    dlopen: { parameters: ["buffer", "i32"], result: "pointer" },
    open: { parameters: ["buffer", "i32"], result: "i32" },
    dup: { parameters: ["i32"], result: "i32" },
    dup2: { parameters: ["i32", "i32"], result: "i32" },
    close: { parameters: ["i32"], result: "i32" },
  });
  const nowhere = system.open(cString("/dev/null"), WRITE_ONLY);
  const standardError = system.dup(STANDARD_ERROR);
  system.dup2(nowhere, STANDARD_ERROR);
  try {
    system.dlopen(cString(file), LAZY_NO_DELETE[os]);
  } finally {
    system.dup2(standardError, STANDARD_ERROR);
    system.close(standardError);
    system.close(nowhere);
  }
}

function load<S extends Deno.ForeignLibraryInterface>(file: string, symbols: S) {
  try {
    return Deno.dlopen(file, symbols).symbols;
  } catch (error) {
    throw new Error(`Cannot load TensorFlow: ${(error as Error).message}. ${SETUP_ADVICE}.`, { cause: error });
  }
}

function requireFile(file: string): void {
  try {
    if (Deno.statSync(file).isFile) return;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  throw new Deno.errors.NotFound(`Cannot load TensorFlow: ${file} is missing. ${SETUP_ADVICE}.`);
}

/** @throws {Error} When a library for Linux is shorter than it says. */
function requireWhole(path: string): void {
  if (Deno.build.os !== "linux") return;
  using file = Deno.openSync(path);
  const header = new Uint8Array(ELF_HEADER_BYTES);
  const length = elfLength(header.subarray(0, file.readSync(header) ?? 0));
  const size = file.statSync().size;
  if (length !== undefined && length <= size) return;
  const found = length === undefined ? "it is no library" : `it has ${size} of its ${length} bytes`;
  throw new Error(`Cannot load TensorFlow: ${path} is damaged, ${found}. ${SETUP_ADVICE}.`);
}

function isDirectory(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
