/**
 * Ends a task at once under a Deno that is too old, and says which one is needed. The tasks preload it (`--preload` in
 * deno.json): it runs before what an old Deno can't read. It uses nothing but what Deno had in version 2.5.
 *
 * @module
 */

/** The oldest Deno that the project is tried with, and the one that it is made with. */
const OLDEST = [2, 9, 0];
const MADE_WITH = "2.9.6";

const [major, minor, patch] = Deno.version.deno.split(/[.+-]/).map(Number);
const ages = [major - OLDEST[0], minor - OLDEST[1], patch - OLDEST[2]];
if ((ages.find((age) => age !== 0) ?? 0) < 0) {
  console.error(
    `Cannot start: expected Deno ${OLDEST.join(".")} or newer, found ${Deno.version.deno}. ` +
      `Run \`deno upgrade ${MADE_WITH}\`, or begin the command with \`npx -y deno@${MADE_WITH}\` in place of \`deno\`.`,
  );
  Deno.exit(1);
}
