/**
 * Least privilege after the set-up.
 *
 * @module
 */
import { noteHangup } from "../../lib/training/interruption.ts";

/**
 * Gives up the permission to start programs, which only the set-up needs: from then on this process reads images and
 * weights from elsewhere, and whatever they do to it, it starts nothing. For processes that are one task's alone.
 */
export async function startNothingMore(): Promise<void> {
  noteHangup();
  await Deno.permissions.revoke({ name: "run" });
}
