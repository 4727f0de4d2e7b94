/** @jsxImportSource preact */
/**
 * How the trainings went: learning curves, and what the controller did.
 *
 * @module
 */
import type { VNode } from "preact";
import { epsilonTrajectories, quartilesByEpoch } from "../notebook/plots/epsilon.ts";
import { learningCurves } from "../notebook/plots/learning_curves.ts";
import { table } from "../notebook/tables.ts";
import type { MethodRun } from "../training/train_method.ts";
import { ChartFigure } from "./chart_figure.tsx";
import { Section } from "./document.tsx";
import type { ReportContent } from "./report_content.ts";

/** The section with learning curves and ε trajectories. */
export function TrainingSection({ content: { results } }: { content: ReportContent }): VNode | null {
  if (results.length === 0) return null;
  const adaptive = results.find(({ run }) => run.epsilons.length > 0);
  return (
    <Section id="training" title="Training">
      <ChartFigure
        id="learning-curves"
        chart={learningCurves(
          results.map(({ method, run }) => ({ method: method.name, seed: run.experiment.seed, history: run.history })),
        )}
        table={curveTable(results)}
      />
      {adaptive && <EpsilonFigure {...adaptive} />}
    </Section>
  );
}

function EpsilonFigure({ run: { epsilons, experiment } }: MethodRun): VNode {
  const quartiles = quartilesByEpoch(epsilons);
  return (
    <>
      <p>
        Adaptive PolyDice-1 gives each training image its own ε, which follows the network's uncertainty about it: every
        {" "}
        {experiment.interval} epochs {experiment.passes} passes of MC Dropout set it anew between{" "}
        {experiment.epsilonMin} and {experiment.epsilonMax}.
      </p>
      <ChartFigure
        id="epsilon-trajectories"
        chart={epsilonTrajectories(epsilons, { range: [experiment.epsilonMin, experiment.epsilonMax] })}
        table={table(quartiles, [
          { field: "epoch", heading: "epoch" },
          { field: "lower", heading: "lower quartile of ε", format: 3 },
          { field: "median", heading: "median", format: 3 },
          { field: "upper", heading: "upper quartile", format: 3 },
        ])}
      />
    </>
  );
}

/** Validation Dice by epoch, one column a run. */
function curveTable(results: readonly MethodRun[]) {
  const epochs = Math.max(...results.map(({ run }) => run.history.length));
  const rows = Array.from({ length: epochs }, (_, index) => ({
    epoch: index + 1,
    ...Object.fromEntries(results.map(({ run }, column) => [`run${column}`, run.history[index]?.valDice])),
  })) as ({ epoch: number } & Record<string, number | undefined>)[];
  const severalSeeds = new Set(results.map(({ run }) => run.experiment.seed)).size > 1;
  return table(rows, [
    { field: "epoch", heading: "epoch" },
    ...results.map(({ method, run }, column) => ({
      field: `run${column}`,
      heading: severalSeeds ? `${method.title}, seed ${run.experiment.seed}` : method.title,
    })),
  ], { caption: "Dice on the validation images after each epoch." });
}
