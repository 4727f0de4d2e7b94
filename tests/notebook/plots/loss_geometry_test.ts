import { assertEquals } from "@std/assert";
import {
  approximationError,
  decompositionResidual,
  SMALLEST_ERROR,
} from "../../../lib/notebook/plots/equation_errors.ts";
import {
  diceApproximations,
  gradientAgainstAngle,
  gradientAgainstEpsilon,
  lossAgainstAngle,
} from "../../../lib/notebook/plots/loss_geometry.ts";
import { layersOf } from "./chart_layers.ts";

const ROWS = [0.5, -0.3].flatMap((epsilon) => [0, 1].map((angle) => ({ epsilon, angle, loss: 1, gradient: 0.1 })));

Deno.test("lossAgainstAngle() draws a line for each ε, coloured in order, over θ", () => {
  const [lines, ...others] = layersOf(lossAgainstAngle(ROWS, { scale: 0.1 }));
  assertEquals(others, []);
  assertEquals(lines.encoding?.x.field, "angle");
  assertEquals(lines.encoding?.x.title, "angle θ (rad)");
  assertEquals(lines.encoding?.y.field, "loss");
  assertEquals(lines.encoding?.color.field, "epsilon");
  assertEquals(lines.encoding?.color.scale?.domain, [-0.3, 0.5]);
  assertEquals(lines.data?.values.length, 4);
});

Deno.test("lossAgainstAngle() lays the Dice loss dashed over the lines where it is given", () => {
  const layers = layersOf(lossAgainstAngle(ROWS, { scale: 0.1, dice: [{ angle: 0, loss: 0.9 }] }));
  assertEquals(layers.length, 2);
  assertEquals(layers[1].mark?.strokeDash, [4, 4]);
  assertEquals(layers[1].data?.values, [{ angle: 0, loss: 0.9 }]);
});

Deno.test("the gradient's two plots swap what lies on the axis and what colours the lines", () => {
  const [byAngle] = layersOf(gradientAgainstAngle(ROWS, { scale: 0.1 }));
  const [byEpsilon] = layersOf(gradientAgainstEpsilon(ROWS, { scale: 0.1 }));
  assertEquals([byAngle.encoding?.x.field, byAngle.encoding?.color.field], ["angle", "epsilon"]);
  assertEquals([byEpsilon.encoding?.x.field, byEpsilon.encoding?.color.field], ["epsilon", "angle"]);
  assertEquals([byAngle.encoding?.y.field, byEpsilon.encoding?.y.field], ["gradient", "gradient"]);
});

Deno.test("diceApproximations() colours by order and holds the Dice loss against it", () => {
  const rows = [1, 2].map((order) => ({ order, angle: 1, loss: 1 }));
  const [lines, reference] = layersOf(diceApproximations(rows, { scale: 0.1, dice: [{ angle: 1, loss: 0.9 }] }));
  assertEquals(lines.encoding?.color.scale?.domain, [1, 2]);
  assertEquals(reference.data?.values.length, 1);
});

Deno.test("errors and residuals of zero stand on the floor of their logarithmic axes", () => {
  const [errors] = layersOf(approximationError([{ order: 1, error: 0 }]));
  assertEquals(errors.data?.values, [{ order: 1, error: SMALLEST_ERROR }]);
  const [residuals] = layersOf(decompositionResidual([{ form: "corrected", dice: 0.5, residual: 0 }]));
  assertEquals(residuals.data?.values, [{ reading: "corrected", dice: 0.5, residual: SMALLEST_ERROR }]);
});

Deno.test("decompositionResidual() tells the readings apart by colour and by shape", () => {
  const [points] = layersOf(decompositionResidual([{ form: "printed", dice: 0.5, residual: 0.1 }]));
  assertEquals([points.encoding?.color.field, points.encoding?.shape.field], ["reading", "reading"]);
});
