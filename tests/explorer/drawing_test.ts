import { assertEquals } from "@std/assert";
import { contourPath, linearScale, roundMarks } from "../../explorer/page/drawing.tsx";

Deno.test("linearScale() puts the ends where they belong, downwards too", () => {
  const y = linearScale([0, 2], [100, 0]);
  assertEquals([0, 0.5, 2].map(y), [100, 75, 0]);
});

Deno.test("roundMarks() are round and lie inside", () => {
  assertEquals(roundMarks([0, 1], 4), [0, 0.5, 1]);
  assertEquals(roundMarks([0.093, 0.217], 4), [0.1, 0.15, 0.2]);
  assertEquals(roundMarks([0, 1.9], 4), [0, 0.5, 1, 1.5]);
});

Deno.test("contourPath() surrounds what is above the level, and is empty where nothing is", () => {
  const values = [0, 0, 0, 0, 1, 0, 0, 0, 0];
  const numbers = contourPath(values, 0.5).match(/[\d.]+/g)!.map(Number);
  assertEquals([Math.min(...numbers), Math.max(...numbers)], [1, 2]); // the middle one of three pixels
  assertEquals(contourPath(values, 2), "");
});
