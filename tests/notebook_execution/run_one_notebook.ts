/**
 * Runs the notebook of its first argument into the copy of its second, and prints every event: a process for tests to
 * interrupt.
 *
 * @module
 */
import { runTask } from "../../tasks/cli/task_error.ts";
import { runNotebook } from "../../tasks/notebooks/run_notebook.ts";
import { projectFolder } from "../../tasks/setup/project_folder.ts";

await runTask(async () => {
  const [notebook, executed] = Deno.args;
  const onEvent = (event: unknown) => console.log(JSON.stringify(event));
  return await runNotebook({ project: projectFolder(), notebook, executed, onEvent }) ? 1 : 0;
});
