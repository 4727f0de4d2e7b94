import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";

const FOLDER = fromFileUrl(new URL("../notebooks", import.meta.url));

interface Output {
  readonly output_type: string;
  readonly data?: Record<string, unknown>;
  readonly text?: string | string[];
}

interface Cell {
  readonly cell_type: string;
  readonly source: string | string[];
  readonly outputs?: Output[];
}

const notebooks = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).filter((name) => name.endsWith(".ipynb"))
  .sort();

for (const name of notebooks) {
  const cells: Cell[] = JSON.parse(Deno.readTextFileSync(join(FOLDER, name))).cells;
  const outputs = cells.flatMap((cell) => cell.outputs ?? []);
  const words = outputs.map(({ data, text }) => [data?.["text/plain"], data?.["text/markdown"], text].flat().join(""))
    .join("\n");

  Deno.test(`the committed outputs of ${name} come from synthetic images and hold no error`, () => {
    // The terms of the real data sets forbid pictures of their images here.
    assert(!/kvasir-seg:|cvc-clinicdb:|Data: (kvasir|cvc)/i.test(words), "made from real images");
    assertEquals(outputs.filter(({ output_type }) => output_type === "error"), []);
    const pictures = outputs.some(({ data }) => data?.["image/png"] && !data["application/vnd.vegalite.v5+json"]);
    if (pictures && name.startsWith("2_")) assert(words.includes("synthetic: "), "does not say what its images are");
  });

  Deno.test(`${name} names no folder of the machine that it ran on`, () => {
    const text = JSON.stringify(cells.map(({ source, outputs }) => [source, outputs?.map(({ text }) => text), words]));
    assertEquals(text.match(/\/(home|root|work|tmp|Users)\/[^"\\ ]*/g), null);
  });

  Deno.test(`${name} begins with its question and keeps its cells short`, () => {
    assert([cells[0].source].flat().join("").includes("**Question.**"));
    const long = cells.filter(({ cell_type, source }) => {
      const statements = [source].flat().join("").replaceAll(/import \{[^}]*\} from [^;]*;/g, "");
      return cell_type === "code" && statements.trim().split("\n").length > 18;
    });
    assertEquals(long, []);
  });
}
