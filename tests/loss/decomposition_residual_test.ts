import "../backend.ts";
import { assert, assertEquals } from "@std/assert";
import { decompositionResiduals } from "../../lib/loss/decomposition_residual.ts";

Deno.test("eq. 2 equals eq. 1 as it must read, and not as it is printed", async () => {
  const rows = await decompositionResiduals(50, 1);
  assertEquals(rows.length, 100);
  for (const { form, residual } of rows) {
    if (form === "corrected") assert(residual < 1e-6, `corrected: off by ${residual}`);
    else assert(residual > 1e-3, `printed: off by ${residual} only`);
  }
});

Deno.test("decompositionResiduals() covers the Dice loss from small to large", async () => {
  const losses = (await decompositionResiduals(50, 1)).map(({ dice }) => dice);
  assert(Math.min(...losses) < 0.1 && Math.max(...losses) > 0.5);
});
