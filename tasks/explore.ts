/**
 * `deno task explore`: the explorer's pages, served on this machine or written as static files.
 *
 * @module
 */
import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { join } from "node:path";
import type { Site } from "../explorer/build_site.ts";
import { onEndingSignal } from "../lib/training/interruption.ts";
import { runCommandLine, taskCommand } from "./cli/command.ts";
import { plainly, TaskError } from "./cli/task_error.ts";
import { pathOption, wholeNumber } from "./cli/values.ts";
import { projectFolder } from "./setup/project_folder.ts";

const LARGEST_PORT = 65535;

/** The task's command line. */
export function exploreCommand() {
  return taskCommand(
    "deno task explore",
    "Opens the explorer: a trained network that runs in your browser, and the losses' geometry to drag. Builds the pages " +
      "and serves them on this machine until Ctrl-C.",
  )
    .option("--port <number>", "where to serve; 0 takes any free port", portNumber, 8100)
    .addOption(
      pathOption(
        "--build <folder>",
        "writes the pages as static files instead, for any web host and any path on it, into a folder that is new, empty or of an earlier build",
      )
        .conflicts("port"),
    )
    .addOption(
      new Option(
        "--weights <run or file>",
        "shows your own network in place of the one that comes with the pages: a run's name in runs/ or the beginning of " +
          "it, a folder of a run or an export, or a safetensors file",
      ),
    )
    .addHelpText(
      "after",
      "\nNothing leaves the browser: the pages ask no other host, and images are neither sent nor kept.\n" +
        "?backend=webgpu, wasm or cpu behind the address chooses what computes; by default the fastest that there is.",
    )
    .action(({ port, build, weights }) =>
      plainly(async () => {
        if (build === undefined) await serve(await siteOf(weights), port);
        else await writeSite(build, () => siteOf(weights));
      })
    );
}

/** Makes the pages. */
async function siteOf(weights: string | undefined): Promise<Site> {
  // Loaded here, so that the help is there at once.
  const { buildSite, siteSize } = await import("../explorer/build_site.ts");
  const { ownNetwork, shippedNetwork } = await import("../explorer/shown_network.ts");
  const start = performance.now();
  const network = weights === undefined
    ? await shippedNetwork()
    : await ownNetwork(weights, join(projectFolder().root, "runs"), Deno.env.get("INIT_CWD") ?? Deno.cwd());
  if (network.record.name) console.log(`Shows your network: ${network.record.name}`);
  const site = await buildSite(network);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`Built the pages in ${seconds} s: ${(siteSize(site) / 1e6).toFixed(1)} MB`);
  return site;
}

/** Serves the pages until Ctrl-C. */
async function serve(site: Site, port: number): Promise<void> {
  const { serveSite } = await import("../explorer/serve_site.ts");
  let server;
  try {
    server = serveSite(site, port);
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    throw new TaskError(`Cannot serve on port ${port}: another program does. Choose one with --port, or --port 0.`);
  }
  console.log(`Open ${server.address} in a browser on this machine. Ctrl-C ends it.`);
  const stopped = Promise.withResolvers<void>();
  onEndingSignal(() => stopped.resolve());
  await stopped.promise;
  await server[Symbol.asyncDispose]();
}

/**
 * Writes pages into a folder of the task's own, which is looked at before they are made.
 *
 * @throws {Error} "Cannot write …" where the folder is another's or can't be written
 */
export async function writeSite(path: string, make: () => Promise<Site>): Promise<void> {
  const { openOwnFolder } = await import("../lib/files/own_folder.ts");
  const unwritable = (error: Error) => {
    if (error.message.startsWith("Cannot ")) throw error;
    throw new TaskError(`Cannot write the pages to ${path}: ${error.message}. Choose another folder.`);
  };
  using folder = await openOwnFolder(path, { task: "explore" }).catch(unwritable);
  const site = await make();
  const writeAll = async () => {
    for (const [name, bytes] of site) await folder.write(name, bytes);
    await folder.finish();
  };
  await writeAll().catch(unwritable);
  console.log(`Written to ${path}`);
}

function portNumber(value: string): number {
  const port = wholeNumber(value);
  if (port <= LARGEST_PORT) return port;
  throw new InvalidArgumentError(`Expected a number up to ${LARGEST_PORT}.`);
}

if (import.meta.main) await runCommandLine(exploreCommand());
