/**
 * A task for tests, run as a process: a command with a choice, a path and a subcommand that fails.
 *
 * @module
 */
import { runCommandLine, taskCommand } from "../../tasks/cli/command.ts";
import { pathOption } from "../../tasks/cli/values.ts";
import { TaskError } from "../../tasks/cli/task_error.ts";

if (import.meta.main) {
  const command = taskCommand("deno task try", "Tries things.")
    .argument("[words...]", "anything")
    .addOption(pathOption("--data <folder>", "where", "TRY_DATA"))
    .action((words, { data }) => console.log(JSON.stringify({ words, data })));
  command.command("fail <how>").action((how) => {
    throw how === "plainly" ? new TaskError("Cannot go on: it was asked to fail") : new Error("a fault");
  });
  await runCommandLine(command);
}
