/**
 * Whether this machine has an NVIDIA GPU that TensorFlow can use.
 *
 * @module
 */
import { type RunCommand, runCommand } from "./child_process.ts";

/**
 * The name of the first NVIDIA GPU; undefined where there is none, or none that TensorFlow has wheels for (they exist
 * for Linux only).
 *
 * @param run starts a command
 * @param os the operating system
 */
export async function nvidiaGpu(
  run: RunCommand = runCommand,
  os: typeof Deno.build.os = Deno.build.os,
): Promise<string | undefined> {
  if (os !== "linux") return undefined;
  const { status, lines } = await run(["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"]);
  if (status === 0 && lines.length) return lines[0].trim();
  const driver = await Deno.readTextFile("/proc/driver/nvidia/version").catch(() => undefined);
  return driver === undefined ? undefined : "NVIDIA GPU";
}
