/**
 * The command line of every task: one declarative command of commander.
 *
 * Commander gives help, choices, defaults, variables and hints at spelling from one declaration; its companion
 * `@commander-js/extra-typings` tells TypeScript what each option holds.
 *
 * @module
 */
import { Command, CommanderError, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { runTask, TaskError } from "./task_error.ts";
import { didYouMean } from "./values.ts";

/**
 * A command to declare arguments, options, subcommands and an action on. A wrong use throws a TaskError with status 2
 * in place of ending the process.
 *
 * @param name what the user types, as in "deno task data"; of a subcommand its word alone
 */
export function taskCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .helpOption("--help", "shows this text")
    .helpCommand(false)
    // Errors are thrown and told by whoever runs the command. Colours would ask for variables that not all tasks may read.
    .configureOutput({ outputError: () => {}, getOutHasColors: () => false, getErrHasColors: () => false })
    .exitOverride((end) => {
      throw end.exitCode === 0 ? end : new TaskError(wrongUse(name, end), 2);
    });
}

/**
 * Reads the command line, runs the command's action and ends the process: with status 0 after the action or the help, 2
 * for a wrong use, and a TaskError's own status with its message and no stack. Any other error keeps its stack.
 */
export async function runCommandLine(
  command: CommandUnknownOpts,
  args: readonly string[] = Deno.args,
): Promise<never> {
  return await runTask(async () => {
    try {
      await command.parseAsync(args, { from: "user" });
    } catch (error) {
      // The help was shown.
      if (!(error instanceof CommanderError)) throw error;
    }
    return 0;
  });
}

/** Commander's complaint as the project says its errors, with a hint at a choice that is spelt alike. */
function wrongUse(name: string, { code, message }: CommanderError): string {
  const said = code === "commander.help" ? "a command is missing" : message.replace(/^error: /, "").replace("\n", " ");
  const [, word, choices] = /'([^']*)' is invalid\b.* Allowed choices are (.+)\.$/.exec(said) ?? [];
  const hint = choices === undefined ? "" : didYouMean(word, choices.split(", "));
  const end = /[.)]$/.test(said + hint) ? "" : ".";
  return `Cannot run ${name}: ${said}${hint}${end} \`${name} --help\` tells what there is.`;
}
