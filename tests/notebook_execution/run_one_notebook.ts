/**
 * Runs the notebook of its first argument into the copy of its second, and prints every event: a process for tests to
 * interrupt.
 *
 * @module
 */
import { runNotebook } from "../../tasks/notebook_runner.ts";
import { projectFolder } from "../../tasks/project_folder.ts";
import { runTask } from "../../tasks/task_error.ts";

await runTask(async () => {
  const [notebook, executed] = Deno.args;
  const onEvent = (event: unknown) => console.log(JSON.stringify(event));
  return await runNotebook({ project: projectFolder(), notebook, executed, onEvent }) ? 1 : 0;
});
