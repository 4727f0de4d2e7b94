import { assertEquals, assertThrows } from "@std/assert";
import { readSplitFile } from "../../lib/data/split_file.ts";

Deno.test("readSplitFile() reads a list of the project", () => {
  assertEquals(readSplitFile("kvasir_120_val.txt").trim().split("\n").length, 120);
});

Deno.test("readSplitFile() says what to do where the library has no files beside it", () => {
  const folder = new URL("https://registry.example/@polydice/adaptive/0.1.0/data/splits/");
  const message =
    'Cannot read the list "a.txt": the library was imported from https://registry.example and has no files';
  assertThrows(() => readSplitFile("a.txt", folder), Error, message);
});
