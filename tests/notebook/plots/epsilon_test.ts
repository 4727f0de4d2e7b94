import { assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { controllerCurve } from "../../../lib/notebook/plots/controller_curve.ts";
import {
  EPSILON_BINS,
  epsilonDistribution,
  epsilonHistogram,
  epsilonTrajectories,
  MOST_LINES,
  quartilesByEpoch,
} from "../../../lib/notebook/plots/epsilon.ts";
import { captionOf, layersOf } from "./chart_layers.ts";

const RANGE = [0, 0.5] as const;

function updates(images: number, epochs: number[]) {
  return epochs.flatMap((epoch) =>
    Array.from({ length: images }, (_, i) => ({ epoch, id: `image-${i}`, epsilon: 0.5 * i / Math.max(images - 1, 1) }))
  );
}

Deno.test("controllerCurve() draws a line for each slope, and the images of an update where they are given", () => {
  const rows = [1, 2].map((slope) => ({ slope, normalized: 0, epsilon: 0.25 }));
  assertEquals(layersOf(controllerCurve(rows)).length, 1);
  const [lines, dots] = layersOf(controllerCurve(rows, { images: [{ normalized: 1, epsilon: 0.4 }] }));
  assertEquals(lines.encoding?.color.scale?.domain, [1, 2]);
  assertEquals(dots.data?.values, [{ normalized: 1, epsilon: 0.4 }]);
});

Deno.test("quartilesByEpoch() is of all images, epochs in order", () => {
  assertEquals(quartilesByEpoch(updates(5, [20, 10])), [
    { epoch: 10, lower: 0.125, median: 0.25, upper: 0.375 },
    { epoch: 20, lower: 0.125, median: 0.25, upper: 0.375 },
  ]);
});

Deno.test("epsilonTrajectories() draws every image of a small set", () => {
  const [lines, band, median] = layersOf(epsilonTrajectories(updates(5, [10, 20]), { range: RANGE }));
  assertEquals(lines.data?.values.length, 10);
  assertEquals([lines.encoding?.x.field, lines.encoding?.detail.field], ["epoch", "id"]);
  assertEquals([band.encoding?.y.field, band.encoding?.y2.field, median.encoding?.y.field], [
    "lower",
    "upper",
    "median",
  ]);
  assertEquals(lines.encoding?.y.scale?.domain, [0, 0.5]);
});

Deno.test("epsilonTrajectories() draws a sample of a large set, says so, and keeps its whole trajectories", () => {
  const chart = epsilonTrajectories(updates(880, [10, 20, 30]), { range: RANGE });
  const [lines] = layersOf(chart);
  assertEquals(lines.data?.values.length, 3 * MOST_LINES);
  assertStringIncludes(captionOf(chart), `${MOST_LINES} of 880`);
});

Deno.test("epsilonTrajectories() shows a single update as ticks, since there is no line to draw", () => {
  const [images, band] = layersOf(epsilonTrajectories(updates(5, [10]), { range: RANGE }));
  assertEquals([images.mark?.type, band.mark?.type], ["tick", "rule"]);
});

Deno.test("epsilonHistogram() counts every image once, both ends of the range included", () => {
  const cells = epsilonHistogram(updates(41, [10, 20]), RANGE);
  assertEquals(cells.length, 2 * EPSILON_BINS);
  for (const epoch of [10, 20]) {
    const column = cells.filter((cell) => cell.epoch === epoch);
    assertEquals(column.reduce((sum, { images }) => sum + images, 0), 41);
    assertAlmostEquals(column.reduce((sum, { share }) => sum + share, 0), 1);
    assertAlmostEquals(column.at(-1)!.to, 0.5);
  }
});

Deno.test("epsilonHistogram() of a range without width puts all images into one interval", () => {
  const cells = epsilonHistogram([{ epoch: 1, id: "a", epsilon: 0.2 }], [0.2, 0.2]);
  assertEquals(cells.map(({ images }) => images).filter((images) => images > 0), [1]);
});

Deno.test("epsilonDistribution() spans the controller's range", () => {
  const [cells] = layersOf(epsilonDistribution(updates(5, [10]), { range: RANGE }));
  assertEquals(cells.encoding?.y.scale?.domain, [0, 0.5]);
  assertEquals([cells.encoding?.x.field, cells.encoding?.color.field], ["epoch", "share"]);
});
