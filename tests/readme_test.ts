import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";

const ROOT = fromFileUrl(new URL("..", import.meta.url));
const readme = Deno.readTextFileSync(join(ROOT, "README.md"));

for (const dataset of ["kvasir-seg", "synthetic"]) {
  Deno.test(`README.md shows the committed results of the quick profile on ${dataset}`, () => {
    const table = Deno.readTextFileSync(join(ROOT, "results", "quick", dataset, "results.md"));
    const normalize = (text: string) => text.replaceAll(/\s+/g, " ").replaceAll(/ ?-+:? ?/g, "-");
    assert(
      normalize(readme).includes(normalize(table).trim()),
      `README.md has not the table of results/quick/${dataset}`,
    );
  });
}

Deno.test("README.md links only to files that are there", () => {
  const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path]) => path);
  assert(links.length > 5);
  assertEquals(links.filter((path) => !exists(join(ROOT, path))), []);
});

Deno.test("README.md names the Deno version that CI runs", () => {
  const version = Deno.readTextFileSync(join(ROOT, ".ci", "run")).match(/deno@([\d.]+)/)?.[1];
  const named = [...readme.matchAll(/deno@([\d.]+)/g)].map(([, found]) => found);
  assert(named.length > 0);
  assertEquals([...new Set(named)], [version]);
});

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
