/**
 * `deno task explore`: the explorer's pages, served on this machine or written as static files.
 *
 * @module
 */
import { join } from "node:path";
import { onEndingSignal } from "./cli/child_process.ts";
import { type ExploreCommand, HELP, parseExploreOptions } from "./explore_options.ts";
import { type ProjectFolder, projectFolder } from "./setup/project_folder.ts";
import { runTask, TaskError } from "./cli/task_error.ts";

/** Builds the pages and tells so. */
async function build(root: string, folder: string): Promise<void> {
  // Loaded here, so that the help is there before any package is.
  const { buildSite } = await import("../explorer/build_site.ts");
  const start = performance.now();
  const size = await buildSite(root, folder).catch((error: Error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new TaskError(`Cannot build the explorer: a file is missing (${error.message}).`);
  });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`Built the pages in ${seconds} s: ${(size / 1e6).toFixed(1)} MB in ${folder}`);
}

/** Serves the pages until Ctrl-C. */
async function serve(project: ProjectFolder, port: number): Promise<void> {
  const folder = join(project.cache, "explorer", "site");
  await build(project.root, folder);
  const { serveSite } = await import("../explorer/serve_site.ts");
  let site;
  try {
    site = serveSite(folder, port);
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    throw new TaskError(`Cannot serve on port ${port}: another program does. Choose one with --port, or --port 0.`);
  }
  console.log(`Open ${site.address} in a browser on this machine. Ctrl-C ends it.`);
  const stopped = Promise.withResolvers<void>();
  onEndingSignal(() => stopped.resolve());
  await stopped.promise;
  await site[Symbol.asyncDispose]();
}

async function run(command: ExploreCommand): Promise<number> {
  const project = projectFolder();
  if (command.kind === "help") console.log(HELP);
  if (command.kind === "build") await build(project.root, command.folder);
  if (command.kind === "serve") await serve(project, command.port);
  return 0;
}

if (import.meta.main) {
  await runTask(() => run(parseExploreOptions(Deno.args, Deno.env.get("INIT_CWD") ?? Deno.cwd())));
}
