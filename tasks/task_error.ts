/**
 * Errors that tell the user what to do, and the ends of a task.
 *
 * @module
 */

/** A failure whose message says all there is to know: it is printed without a stack. */
export class TaskError extends Error {
  override name = "TaskError";

  /**
   * @param message the action, a colon, the state that is wrong, what to do
   * @param status the exit status: 1 for a failure, 2 for a wrong use of the command
   */
  constructor(message: string, readonly status: number = 1) {
    super(message);
  }
}

/**
 * Runs a task and ends the process with its status. A TaskError is told by its message, any other error with its stack.
 *
 * @param task returns the exit status
 */
export async function runTask(task: () => Promise<number>): Promise<never> {
  try {
    Deno.exit(await task());
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    console.error(error.message);
    Deno.exit(error.status);
  }
}
