/** @jsxImportSource preact */
/**
 * How the trainings went (learning curves, and what the controller did), and what the numbers depend on: runs, data,
 * settings, versions, time.
 *
 * @module
 */
import type { VNode } from "preact";
import { epsilonTrajectories, quartilesByEpoch } from "../notebook/plots/epsilon.ts";
import { learningCurves } from "../notebook/plots/learning_curves.ts";
import { type Column, table } from "../notebook/tables.ts";
import type { MethodResults } from "../results/method_results.ts";
import type { RunRecord } from "../results/run_record.ts";
import { ChartFigure, DataTable } from "./chart_figure.tsx";
import { Section } from "./document.tsx";
import { type ControllerFacts, type ReportContent, reportGroup, unbroken } from "./report_content.ts";

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

/** The section that says how the numbers were made. */
export function MakingSection({ content }: { content: ReportContent }): VNode {
  const { size, counts, notes } = content.dataset;
  const { title, note, methods } = reportGroup(content);
  const runs = methods.filter(({ sameAs }) => sameAs === undefined)
    .flatMap(({ title, records }) => records.map((record) => ({ title, record })));
  return (
    <Section id="making" title="How it was made">
      <p>
        {title}, {size} × {size} pixels: {counts.train} images for training, {counts.validation} for validation,{" "}
        {counts.test} for the test. {[note ?? [], notes].flat().join(" ")}
      </p>
      {runs.length > 0 && (
        <>
          <DataTable table={runTable(runs, content)} label="Runs" />
          <details>
            <summary>Settings of all runs</summary>
            <DataTable table={settingsTable(runs)} label="Settings of all runs" />
          </details>
        </>
      )}
    </Section>
  );
}

/** A run and the title of its method. */
interface TitledRun {
  readonly title: string;
  readonly record: RunRecord;
}

function runTable(runs: readonly TitledRun[], { results: { records, seconds } }: ReportContent) {
  const rows = runs.map(({ title, record }) => ({
    method: unbroken(title),
    seed: record.experiment.seed,
    epochs: `${record.bestEpoch} of ${record.history.length}`,
    seconds: record.seconds,
    run: record.run,
    environment: environmentOf(record),
    finished: record.environment.finishedAt.slice(0, 16).replace("T", "\u00a0"),
  }));
  const environments = [...new Set(rows.map(({ environment }) => environment))];
  return table(rows, [
    { field: "method", heading: "Method" },
    { field: "seed", heading: "seed" },
    { field: "epochs", heading: "best epoch" },
    { field: "seconds", heading: "seconds", format: 0 },
    { field: "run", heading: "run" },
    ...(environments.length > 1 ? [{ field: "environment", heading: "computed with" } as const] : []),
    { field: "finished", heading: "finished (UTC)" },
  ], {
    caption:
      `Seconds are of training and validation; ${records.length} networks, with those that an ε was chosen from, took ` +
      `${Math.round(seconds)} s.` + (environments.length === 1 ? ` Computed with ${environments[0]}.` : ""),
  });
}

function environmentOf({ environment: { backend, device, deno, platform } }: RunRecord): string {
  return `${backend}, ${device}; Deno ${deno}, ${platform}`;
}

/** One line a setting, one column a run. */
function settingsTable(runs: readonly TitledRun[]) {
  const names = Object.keys(runs[0].record.experiment) as (keyof RunRecord["experiment"])[];
  type Row = { setting: string } & Record<string, string>;
  const rows = names.map((name): Row => ({
    setting: name,
    ...Object.fromEntries(runs.map(({ record }, column) => [`run${column}`, String(record.experiment[name])])),
  }));
  return table(rows, [
    { field: "setting", heading: "setting" } as Column<Row>,
    ...runs.map(({ title }, column): Column<Row> => ({ field: `run${column}`, heading: title })),
  ]);
}
