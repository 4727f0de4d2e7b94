import { assert, assertEquals } from "@std/assert";
import { parse } from "@std/csv";
import { fromFileUrl, join } from "@std/path";

const ROOT = fromFileUrl(new URL("..", import.meta.url));
const readme = Deno.readTextFileSync(join(ROOT, "README.md"));

/** Rows of a committed CSV file of the protocol. */
function protocolRows(name: string): Record<string, string>[] {
  const text = Deno.readTextFileSync(join(ROOT, "results", "protocol", name));
  return parse(text, { skipFirstRow: true }) as Record<string, string>[];
}

const signed = (value: number) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;

Deno.test("README.md tells how far the committed results are from the thesis'", () => {
  const rows = protocolRows("methods.csv").filter(({ weights, dataset }) =>
    weights === "best" && dataset === "kvasir-seg"
  );
  const words = readme.replaceAll(/\s+/g, " ");
  for (
    const [title, method] of Object.entries({ "Dice": "dice", "Focal": "focal", "PolyDice-1 (ε = 0)": "polydice1" })
  ) {
    const [grouped, published] = ["grouped", "published"].map((split) => {
      const row = rows.find((row) => row.split === split && row.method === method)!;
      return signed(Number(row.dice_mean) - Number(row.dice_thesis));
    });
    assert(words.includes(`${title} ${grouped} and ${published}`), `${title} ${grouped} and ${published}`);
  }
});

Deno.test("README.md's short answer is that of the committed comparisons", () => {
  const rows = protocolRows("comparisons.csv").filter(({ compared_with }) => compared_with === "polydice1");
  const below = (weights: string) => rows.filter((row) => row.weights === weights && Number(row.difference) < 0);
  assertEquals([below("best").length, below("last").length], [3, 4]);
  const last = below("last").map(({ difference }) => -Number(difference)).sort();
  const [atEdge] = below("last").filter(({ dataset, split }) => dataset === "kvasir-seg" && split === "grouped");
  const interval = `${signed(Number(atEdge.seeds_lower))} … ${signed(Number(atEdge.seeds_upper))}`;
  const words = readme.replaceAll(/\s+/g, " ");
  assert(words.includes(`by ${last[0].toFixed(3)} to ${last[3].toFixed(3)};`), `${last}`);
  assert(words.includes(`corrected p ${Number(atEdge.holm_p).toFixed(3)}, interval ${interval}`), interval);
  assertEquals(atEdge.seeds_ahead, "0");
  const verdicts = protocolRows("comparisons.csv").filter((row) => row.weights === "best" && row.verdict !== "open");
  assertEquals(verdicts.map((row) => `${row.compared_with} ${row.verdict}`), Array(4).fill("focal ahead"));
});

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
