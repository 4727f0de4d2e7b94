/**
 * Programs of this machine.
 *
 * @module
 */

/** The folders of the variable PATH. */
export function pathFolders(path: string = Deno.env.get("PATH") ?? ""): string[] {
  return path.split(Deno.build.os === "windows" ? ";" : ":").filter((folder) => folder !== "");
}

/** Path of the first of these files that there is. */
export function findFile(candidates: readonly string[]): string | undefined {
  return candidates.find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });
}

/** Path of a program in the first of the folders that has it. */
export function findProgram(name: string, folders: readonly string[] = pathFolders()): string | undefined {
  return findFile(folders.map((folder) => `${folder}/${name}`));
}
