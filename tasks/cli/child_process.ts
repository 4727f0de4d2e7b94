/**
 * Child processes whose lines are read while they run, and that end with the task that started them.
 *
 * @module
 */
import { onEndingSignal, type SignalStatus } from "../../lib/training/interruption.ts";
import { textLines } from "../../lib/text/text_lines.ts";
import { TaskError } from "./task_error.ts";

/** How a command ended. */
export interface CommandResult {
  /** The exit status; 127 where there is no such program. */
  status: number;
  /** All lines of standard output and standard error in the order in which they came. */
  lines: string[];
}

/** How a command is run. */
export interface CommandOptions {
  env?: Record<string, string>;
  /** Whether the program gets these variables alone. */
  clearEnv?: boolean;
  cwd?: string;
  /** Called with every line of standard output and standard error. */
  onLine?: (line: string) => void;
}

/** Runs a command to its end. Tests put their own in its place. */
export type RunCommand = (command: readonly string[], options?: CommandOptions) => Promise<CommandResult>;

/**
 * Runs a program and reads its lines.
 *
 * @throws {TaskError} where this process was interrupted meanwhile; the program has been ended then
 */
export const runCommand: RunCommand = async ([program, ...args], { onLine, ...options } = {}) => {
  const piped = { stdin: "null", stdout: "piped", stderr: "piped" } as const;
  let interruptible: ReturnType<typeof startChild>;
  try {
    interruptible = startChild(new Deno.Command(program, { ...options, args, ...piped }));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) {
      return { status: 127, lines: [] };
    }
    throw error;
  }
  const { child, check, release } = interruptible;
  const lines: string[] = [];
  const read = async (stream: ReadableStream<Uint8Array>) => {
    for await (const line of textLines(stream)) {
      lines.push(line);
      onLine?.(line);
    }
  };
  try {
    const [status] = await Promise.all([child.status, read(child.stdout), read(child.stderr)]);
    check();
    return { status: status.code, lines };
  } finally {
    release();
  }
};

/**
 * Runs a program that reads and writes where this process does.
 *
 * @returns its exit status
 * @throws {TaskError} where this process was interrupted meanwhile; the program has been ended then
 */
export async function runAttached(
  [program, ...args]: readonly string[],
  { repeatMs, ...options }: Pick<Deno.CommandOptions, "env" | "cwd" | "stdin"> & { repeatMs?: number } = {},
): Promise<number> {
  const { child, check, release } = startChild(new Deno.Command(program, { ...options, args }), { repeatMs });
  try {
    const { code } = await child.status;
    check();
    return code;
  } finally {
    release();
  }
}

/**
 * Starts a child that ends when this process gets a signal that asks it to end. This process goes on until `check`, so
 * that whoever holds temporary files or locks can give them back.
 *
 * @param repeatMs time between two; for programs that may lose one
 */
export function startChild(
  command: Deno.Command,
  { repeatMs }: { repeatMs?: number } = {},
) {
  let child: Deno.ChildProcess | undefined;
  let status: SignalStatus | undefined;
  let repetition: ReturnType<typeof setInterval> | undefined;
  const terminate = () => {
    try {
      child?.kill("SIGTERM");
    } catch {
      // it has ended already
    }
  };
  const release = onEndingSignal((statusOfSignal) => {
    if (status !== undefined) return;
    status = statusOfSignal;
    terminate();
    if (repeatMs !== undefined) repetition = setInterval(terminate, repeatMs);
  });
  try {
    child = command.spawn(); // after the signals are heard: one may come at once
  } catch (error) {
    release();
    throw error;
  }
  return {
    child,
    /** Throws where this process got a signal. */
    check() {
      if (status !== undefined) throw new TaskError("Interrupted.", status);
    },
    /** Gives the signals back. */
    release() {
      clearInterval(repetition);
      release();
    },
  };
}
