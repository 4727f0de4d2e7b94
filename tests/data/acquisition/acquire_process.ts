/**
 * A process that acquires the small published data set, prints a line at every event, and can be killed.
 *
 * Arguments: folder to acquire into, and the server's address or the path of an archive.
 *
 * @module
 */
import { acquireDataset } from "../../../lib/data/acquisition/acquire_dataset.ts";
import { DEFINITION, RELEASES } from "./published.ts";

if (import.meta.main) {
  const [directory, source] = Deno.args;
  const from = source.startsWith("http:") ? { url: source } : { from: source };
  await acquireDataset({
    definition: DEFINITION,
    releases: RELEASES,
    directory,
    ...from,
    onEvent: ({ kind }) => console.log(kind),
  });
}
