/**
 * Child processes whose lines are read while they run, and that end with the task that started them.
 *
 * @module
 */
import { TaskError } from "./task_error.ts";
import { textLines } from "./text_lines.ts";

/** How a command ended. */
export interface CommandResult {
  /** The exit status; 127 where there is no such program. */
  status: number;
  /** All lines of standard output and standard error in the order in which they came. */
  lines: string[];
}

/** How a command is run. */
export interface CommandOptions {
  /** Variables beside those of this process. */
  env?: Record<string, string>;
  /** The working folder. */
  cwd?: string;
  /** Called with every line of standard output and standard error. */
  onLine?: (line: string) => void;
}

/** Runs a command to its end. Tests put their own in its place. */
export type RunCommand = (command: readonly string[], options?: CommandOptions) => Promise<CommandResult>;

/**
 * Runs a program and reads its lines.
 *
 * @param command the program and its arguments
 * @throws {TaskError} where this process was interrupted meanwhile; the program has been ended then
 */
export const runCommand: RunCommand = async ([program, ...args], { env, cwd, onLine } = {}) => {
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(program, { args, env, cwd, stdin: "null", stdout: "piped", stderr: "piped" }).spawn();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) {
      return { status: 127, lines: [] };
    }
    throw error;
  }
  const lines: string[] = [];
  const read = async (stream: ReadableStream<Uint8Array>) => {
    for await (const line of textLines(stream)) {
      lines.push(line);
      onLine?.(line);
    }
  };
  const interruption = passSignalsTo(child);
  try {
    const [status] = await Promise.all([child.status, read(child.stdout), read(child.stderr)]);
    interruption.check();
    return { status: status.code, lines };
  } finally {
    interruption.release();
  }
};

/** What became of the signals that this process got while a child ran. */
export interface Interruption {
  /** Throws where there was one. */
  check(): void;
  /** Gives the signals back. */
  release(): void;
}

/**
 * Ends a child when this process gets SIGINT or SIGTERM. This process goes on until `check`, so that whoever holds
 * temporary files or locks can give them back.
 *
 * @param child gets SIGTERM: once, or again and again until it has ended
 * @param repeatMs time between two; for programs that may lose one
 */
export function passSignalsTo(child: Deno.ChildProcess, { repeatMs }: { repeatMs?: number } = {}): Interruption {
  let status: 130 | 143 | undefined;
  let repetition: ReturnType<typeof setInterval> | undefined;
  const terminate = () => {
    try {
      child.kill("SIGTERM");
    } catch {
      // it has ended already
    }
  };
  const handlers = ([["SIGINT", 130], ["SIGTERM", 143]] as const).map(([signal, statusOfSignal]) => {
    const handler = () => {
      if (status !== undefined) return;
      status = statusOfSignal;
      terminate();
      if (repeatMs !== undefined) repetition = setInterval(terminate, repeatMs);
    };
    Deno.addSignalListener(signal, handler);
    return () => Deno.removeSignalListener(signal, handler);
  });
  return {
    check() {
      if (status !== undefined) throw new TaskError("Interrupted.", status);
    },
    release() {
      clearInterval(repetition);
      handlers.forEach((remove) => remove());
    },
  };
}
