/**
 * Writes the lists of the protocol's splits into `data/splits`. A test compares them with what the library splits.
 *
 * @module
 */
import { join } from "node:path";
import { protocolSplitLists } from "../lib/data/split_lists.ts";
import { projectFolder } from "./setup/project_folder.ts";
import { writeFileAtomically } from "./cli/write_file.ts";

if (import.meta.main) {
  for (const [name, text] of Object.entries(protocolSplitLists())) {
    await writeFileAtomically(join(projectFolder().root, "data", "splits", name), text);
    console.log(`data/splits/${name}`);
  }
}
