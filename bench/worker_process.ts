/**
 * A worker of the bench as the driver sees it: a process that answers requests, one at a time.
 *
 * @module
 */
import { join } from "node:path";
import { textLines } from "../lib/text/text_lines.ts";
import { startChild } from "../tasks/cli/child_process.ts";
import { TaskError } from "../tasks/cli/task_error.ts";
import type { Answer, Ready, Request, Usage, Variant } from "./messages.ts";

/** How a worker is started. */
export interface WorkerCommand {
  readonly name: string;
  readonly command: readonly string[];
  readonly env: Record<string, string>;
}

/** A started worker. */
export interface WorkerProcess extends AsyncDisposable {
  readonly ready: Ready;
  /** From the start of the process to its first line. */
  readonly startMilliseconds: number;
  /**
   * Sends a request and waits for its answer.
   *
   * @throws {WorkerFailure} where the worker can't do it
   * @throws {TaskError} where the worker has ended
   */
  ask<T>(request: Request): Promise<T>;
  /** As of now. */
  usage(): Promise<Usage>;
}

/** A worker says that it can't do what it was asked for. */
export class WorkerFailure extends Error {
  override name = "WorkerFailure";
}

const LAST_WORDS = 12;

/** Our worker. */
export function ourWorker(): WorkerCommand {
  const permissions = ["--allow-read", "--allow-write", "--allow-env", "--allow-sys", "--allow-ffi"];
  const script = join(import.meta.dirname!, "worker.ts");
  return {
    name: "our worker",
    command: [Deno.execPath(), "run", "-q", "--no-prompt", ...permissions, script],
    env: { TF_CPP_MIN_LOG_LEVEL: "2" },
  };
}

/** PyTorch's worker. */
export function pytorchWorker(python: string, device: "cpu" | "cuda", cache: string): WorkerCommand {
  const script = join(import.meta.dirname!, "pytorch_worker.py");
  return {
    name: "PyTorch's worker",
    command: [python, "-I", "-B", script, device],
    env: { TORCHINDUCTOR_CACHE_DIR: cache },
  };
}

/** PyTorch's worker with the setting that its process must be started with. */
export function withWaiting(command: WorkerCommand, waiting: Variant["waiting"]): WorkerCommand {
  return waiting === "default" ? command : { ...command, env: { ...command.env, OMP_WAIT_POLICY: "PASSIVE" } };
}

/**
 * Starts a worker and waits until it is ready. Asides are what its libraries print among the answers or as errors.
 *
 * @throws {TaskError} with its last words where it ends instead
 */
export async function startWorker(
  { name, command: [program, ...args], env }: WorkerCommand,
  asides?: { isAside(line: string): boolean; overhear(line: string): void },
): Promise<WorkerProcess> {
  const started = performance.now();
  const piped = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
  const { child, ...interruption } = startChild(new Deno.Command(program, { args, env, ...piped }));
  const words: string[] = [];
  const listening = (async () => {
    for await (const line of textLines(child.stderr)) {
      if (asides?.isAside(line)) {
        asides.overhear(line);
        continue;
      }
      words.push(line);
      if (words.length > LAST_WORDS) words.shift();
    }
  })();
  const answers = textLines(child.stdout);
  const requests = child.stdin.getWriter();
  let usage: Usage = { processorSeconds: 0, peakBytes: 0 };

  async function receive<T>(): Promise<T> {
    let { value, done } = await answers.next();
    while (!done && asides?.isAside(value!)) {
      asides.overhear(value!);
      ({ value, done } = await answers.next());
    }
    if (done) {
      const { code, signal } = await child.status;
      await listening;
      interruption.check();
      const how = signal ? `by ${signal}` : `with status ${code}`;
      throw new TaskError(`Cannot go on measuring: ${name} ended ${how}.\n${words.join("\n")}`);
    }
    const answer: Answer<T> = JSON.parse(value!);
    usage = answer.usage;
    if (!answer.ok) throw new WorkerFailure(answer.error);
    return answer;
  }

  async function end(): Promise<void> {
    await requests.close().catch(() => {});
    await answers.return(undefined);
    try {
      child.kill("SIGTERM");
    } catch {
      // it has ended already
    }
    await Promise.all([child.status, listening]);
    interruption.release();
  }

  async function ask<T>(request: Request): Promise<T> {
    await requests.write(new TextEncoder().encode(JSON.stringify(request) + "\n")).catch(() => {});
    return await receive<T>();
  }

  async function currentUsage(): Promise<Usage> {
    await ask({ operation: "usage" });
    return usage;
  }

  try {
    const ready = await receive<Ready>();
    const startMilliseconds = performance.now() - started;
    return { ready, startMilliseconds, ask, usage: currentUsage, [Symbol.asyncDispose]: end };
  } catch (error) {
    await end();
    throw error;
  }
}
