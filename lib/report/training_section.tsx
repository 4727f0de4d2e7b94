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
import type { MethodResults } from "../results/method_results.ts";
import { ChartFigure } from "./chart_figure.tsx";
import { Section } from "./document.tsx";
import { type ControllerFacts, type ReportContent, reportGroup } from "./report_content.ts";

/** The section with learning curves and ε trajectories. */
export function TrainingSection({ content }: { content: ReportContent }): VNode | null {
  // The same runs under two names are drawn once.
  const methods = reportGroup(content).methods.filter(({ sameAs }) => sameAs === undefined);
  const curves = methods.flatMap(({ method, title, records }) =>
    records.map(({ experiment: { seed }, history }) => ({ method, title, seed, history }))
  );
  if (curves.length === 0) return null;
  return (
    <Section id="training" title="Training">
      <ChartFigure id="learning-curves" chart={learningCurves(curves)} table={curveTable(methods)} />
      {content.controller && <EpsilonFigure {...content.controller} />}
    </Section>
  );
}

function EpsilonFigure({ epsilons, interval, passes, range }: ControllerFacts): VNode {
  return (
    <>
      <p>
        Adaptive PolyDice-1 gives each training image its own ε, which follows the network's uncertainty about it: every
        {" "}
        {interval} epochs {passes} passes of MC Dropout set it anew between {range[0]} and {range[1]}.
      </p>
      <ChartFigure
        id="epsilon-trajectories"
        chart={epsilonTrajectories(epsilons, { range: [...range] })}
        table={table(quartilesByEpoch(epsilons), [
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
function curveTable(methods: readonly MethodResults[]) {
  const runs = methods.flatMap(({ title, records }) => records.map((record) => ({ title, record })));
  const epochs = Math.max(...runs.map(({ record }) => record.history.length));
  const rows = Array.from({ length: epochs }, (_, index) => ({
    epoch: index + 1,
    ...Object.fromEntries(runs.map(({ record }, column) => [`run${column}`, record.history[index]?.valDice])),
  })) as ({ epoch: number } & Record<string, number | undefined>)[];
  const severalSeeds = new Set(runs.map(({ record }) => record.experiment.seed)).size > 1;
  return table(rows, [
    { field: "epoch", heading: "epoch" },
    ...runs.map(({ title, record }, column) => ({
      field: `run${column}`,
      heading: severalSeeds ? `${title}, seed ${record.experiment.seed}` : title,
    })),
  ], { caption: "Dice on the validation images after each epoch." });
}
